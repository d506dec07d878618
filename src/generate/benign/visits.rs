//! Clients, monitors and administrators that knock often, and are let in or are harmless.

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{TCP, Volume};
use super::super::stage::{Claim, Stage};

/// The inventory agent listens beside the metrics port.
const INVENTORY_PORT: u16 = 9101;

pub(super) fn steady_retry(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::Batch));
    for number in 0..718 {
        let start = stage.midnight + 10 + 120 * number + i64::from(stage.dice.below(40));
        let probe = stage.probe(End::far(client), End::own(target), 9443, start);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(9443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a partner with an old address retries a closed port every two minutes, all day".to_string(),
        ..Claim::default()
    });
}

pub(super) fn marketing_peak(stage: &mut Stage) {
    let target = stage.first(Role::CampaignBalancer);
    let peak = stage.moment(10, 19);
    let before = (stage.midnight..peak - 600).step_by(300).map(|start| start + 7);
    for start in before.collect::<Vec<_>>() {
        visit(stage, target, start);
    }
    for _ in 0..700 {
        let start = peak + i64::from(stage.dice.below(1_200));
        visit(stage, target, start);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a newsletter goes out: 700 clients within 20 minutes on port 443 of a load balancer, which is meant to \
               be open to the world; a trickle before"
            .to_string(),
        ..Claim::default()
    });
}

fn visit(stage: &mut Stage, target: u32, start: i64) {
    let client = End::far(stage.dice.public_address());
    let payload = (stage.dice.size(1_400, 2), stage.dice.size(30_000, 3));
    let session = stage.session(client, End::own(target), 443, start, payload);
    let seconds = stage.dice.between(1, 8);
    stage.play(session, seconds);
}

pub(super) fn busy_client(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::LoadBalancer));
    let begin = stage.moment(7, 20);
    for number in 0..240_u16 {
        let start = begin + i64::from(number);
        let mut session = stage.session(End::far(client), End::own(target), 443, start, (1_200, 9_000));
        session.client_port = 20_000 + 3 * number;
        stage.play(session, 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "240 connections in four minutes: the load balancer's replies go to 240 ports of the client".to_string(),
        ..Claim::default()
    });
}

pub(super) fn monitoring_round(stage: &mut Stage) {
    let monitor = stage.first(Role::Monitor);
    let start = stage.moment(0, 23);
    let roles =
        [Role::Web, Role::App, Role::Database, Role::Cache, Role::Batch, Role::Build, Role::Backup, Role::Legacy];
    let hosts: Vec<u32> = roles.iter().flat_map(|role| stage.site.with(*role)).copied().collect();
    for (number, host) in hosts.into_iter().enumerate() {
        let begin = start + 3 * number as i64;
        let session = stage.session(End::own(monitor), End::own(host), INVENTORY_PORT, begin, (900, 4_000));
        stage.play(session, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(monitor)),
        port: Some(INVENTORY_PORT),
        protocol: Some(TCP),
        note: "the monitor's inventory round: one port of every host within minutes, and every host answers"
            .to_string(),
        ..Claim::default()
    });
}

pub(super) fn polling_partner(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.last(Role::LoadBalancer));
    for number in 0..1078 {
        let start = stage.midnight + 5 + 80 * number + i64::from(stage.dice.below(30));
        let session = stage.session(End::far(client), End::own(target), 443, start, (900, 2_600));
        stage.play(session, 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a partner asks for news every 80 seconds, all day, and is answered every time".to_string(),
        ..Claim::default()
    });
}

pub(super) fn uptime_service(stage: &mut Stage) {
    let client = stage.outsider();
    let start = stage.moment(2, 22);
    let mut checks: Vec<(End, u16)> = Vec::new();
    checks
        .extend(stage.site.with(Role::LoadBalancer).iter().flat_map(|lb| [(End::own(*lb), 80), (End::own(*lb), 443)]));
    for (role, port) in [(Role::Legacy, 443), (Role::Mail, 25)] {
        let interface = stage.first(role);
        checks.extend((0..8).map(|number| (End::Own { interface, secondary: Some(number) }, port)));
    }
    for round in 0..3 {
        for (number, (server, port)) in checks.iter().enumerate() {
            let begin = start + 600 * round + 5 * number as i64;
            let session = stage.session(End::far(client), *server, *port, begin, (300, 1_900));
            stage.play(session, 1);
        }
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        protocol: Some(TCP),
        note: "an uptime service visits every public service on several ports, and all of them answer".to_string(),
        ..Claim::default()
    });
}

pub(super) fn deployment(stage: &mut Stage) {
    let (build, target) = (stage.first(Role::Build), stage.last(Role::App));
    let begin = stage.moment(9, 11);
    for number in 0..14 {
        let payload = (stage.dice.size(900_000, 3), stage.dice.size(60_000, 3));
        let session = stage.session(End::own(build), End::own(target), 22, begin + 40 * number, payload);
        let seconds = stage.dice.between(60, 220);
        stage.play(session, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(build)),
        target: Some(stage.address(target)),
        port: Some(22),
        protocol: Some(TCP),
        note: "a deployment: 14 SSH sessions in ten minutes that last minutes and carry very different amounts"
            .to_string(),
        ..Claim::default()
    });
}

pub(super) fn connection_pool(stage: &mut Stage) {
    let (client, target) = (stage.last(Role::App), stage.first(Role::Reporting));
    let begin = stage.moment(8, 20);
    for number in 0..40 {
        let payload = (stage.dice.size(6_000, 4), stage.dice.size(50_000, 4));
        let session = stage.session(End::own(client), End::own(target), 5432, begin + 12 * number, payload);
        let seconds = stage.dice.between(1, 200);
        stage.play(session, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(client)),
        target: Some(stage.address(target)),
        port: Some(5432),
        protocol: Some(TCP),
        note: "a connection pool is rebuilt: 40 accepted connections in eight minutes, from a few packets to thousands"
            .to_string(),
        ..Claim::default()
    });
}

pub(super) fn wrong_port_first(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::Legacy));
    let start = stage.moment(6, 21);
    for number in 0..3 {
        let probe = stage.probe(End::far(client), End::own(target), 8443, start + 3 * number);
        stage.play(probe, 1);
    }
    let session = stage.session(End::far(client), End::own(target), 443, start + 60, (9_000, 120_000));
    stage.play(session, 30);
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a client mistypes the port once and then uses the right one".to_string(),
        ..Claim::default()
    });
}

pub(super) fn configuration_management(stage: &mut Stage) {
    let monitor = stage.first(Role::Monitor);
    let begin = stage.moment(13, 15);
    let roles = [Role::Web, Role::App, Role::Database, Role::Cache, Role::Batch, Role::Backup, Role::Build, Role::Mail];
    let hosts: Vec<u32> = roles.iter().flat_map(|role| stage.site.with(*role)).copied().collect();
    for (number, host) in hosts.into_iter().enumerate() {
        let payload = (stage.dice.size(60_000, 2), stage.dice.size(40_000, 2));
        let session = stage.session(End::own(monitor), End::own(host), 22, begin + 20 * number as i64, payload);
        stage.play(session, 45);
    }
    stage.claim(Claim {
        actor: Some(stage.address(monitor)),
        port: Some(22),
        protocol: Some(TCP),
        note:
            "configuration management logs in to every host in turn; all of them answer, and it is on the trusted list"
                .to_string(),
        ..Claim::default()
    });
}

pub(super) fn retry_storm(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.last(Role::LoadBalancer));
    let start = stage.moment(6, 21);
    for number in 0..400 {
        let attempt = stage.session(End::far(client), End::own(target), 443, start + number / 2, (0, 0));
        let (request, reply) = (Volume::new(1, 60), Volume::new(1, 40));
        stage.play(Connection { outcome: Outcome::Refused, request, reply, ..attempt }, 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a partner's client retries without pause while the site restarts and answers with RST".to_string(),
        ..Claim::default()
    });
}

pub(super) fn closed_file_share(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::Legacy));
    let start = stage.moment(1, 22);
    for number in 0..6 {
        let probe = stage.probe(End::far(client), End::own(target), 445, start + 300 * number);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(445),
        protocol: Some(TCP),
        interface: Some(target),
        note: "the file-share port is tried from outside and rejected".to_string(),
        ..Claim::default()
    });
}

pub(super) fn late_packets(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::LoadBalancer));
    let begin = stage.moment(6, 20);
    for number in 0..45 {
        let session = stage.session(End::far(client), End::own(target), 443, begin + 40 * number, (1_100, 7_000));
        stage.play(session, 3);
        let late = Connection {
            outcome: Outcome::LatePacket,
            request: Volume::new(1, 52),
            reply: Volume::default(),
            ..session
        };
        stage.play(late.at(session.start + 130), 1);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a last packet comes two minutes after each connection was closed and is rejected".to_string(),
        ..Claim::default()
    });
}

pub(super) fn ephemeral_port_of_a_pool(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::LoadBalancer));
    let start = stage.moment(1, 20);
    let mut session = stage.session(End::far(client), End::own(target), 443, start, (90_000, 4_000_000));
    session.client_port = 3333;
    stage.play(session, 2 * 3600);
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a client happens to have port 3333, so the load balancer's replies go there for two hours".to_string(),
        ..Claim::default()
    });
}
