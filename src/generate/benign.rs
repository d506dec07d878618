//! Benign look-alikes, at least one beside each attack: what a detection must not take for one.

use std::net::Ipv4Addr;

use super::clockwork::TIME_SERVERS;
use super::connection::{Connection, End, ICMP, Outcome, Service, Status, TCP, UDP, Volume};
use super::estate::Role;
use super::stage::{
    Claim, Scenario, Stage,
    When::{EveryDay, LastDay},
};

/// Every look-alike, by the detection that it tempts.
pub(super) const LOOK_ALIKES: &[Scenario] = &[
    ("rejected-spike", LastDay, steady_retry),
    ("open-port-traffic", LastDay, marketing_peak),
    ("unusual-egress", EveryDay, nightly_backup),
    ("unusual-egress", LastDay, upload_to_storage),
    ("port-scan", LastDay, busy_client),
    ("port-sweep", LastDay, monitoring_round),
    ("port-sweep", LastDay, crawler),
    ("slow-scan", LastDay, polling_partner),
    ("block-scan", LastDay, uptime_service),
    ("brute-force-ssh", LastDay, deployment),
    ("brute-force-database", LastDay, connection_pool),
    ("reject-then-accept", LastDay, wrong_port_first),
    ("beacon", LastDay, agent),
    ("beacon", LastDay, time_keeping),
    ("beacon", LastDay, health_check),
    ("dns-tunnel", LastDay, mail_relay_lookups),
    ("dns-unapproved", LastDay, listed_resolver),
    ("icmp-tunnel", LastDay, ping_monitoring),
    ("lateral-sweep", LastDay, configuration_management),
    ("crypto-mining", LastDay, ephemeral_port_of_a_pool),
    ("smtp-spam", LastDay, mail_relay),
    ("dos-outbound", LastDay, large_upload),
    ("dos-inbound", LastDay, retry_storm),
    ("dos-reflection", LastDay, answers_asked_for),
    ("long-connection", LastDay, standing_pool),
    ("risky-service-edge", LastDay, closed_file_share),
    ("odd-traffic", LastDay, office_vpn),
    ("asymmetric-reject", LastDay, late_packets),
    ("log-health", LastDay, idle_interface),
];

/// An S3 address that only planted uploads use.
const STORAGE: Ipv4Addr = Ipv4Addr::new(3, 5, 28, 140);

/// A public resolver that background traffic does not ask.
const RESOLVER: Ipv4Addr = Ipv4Addr::new(149, 112, 112, 112);

/// The inventory agent listens beside the metrics port.
const INVENTORY_PORT: u16 = 9101;

fn steady_retry(stage: &mut Stage) {
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
        note: "a partner with an old address retries a closed port every two minutes, all day",
        ..Claim::default()
    });
}

fn marketing_peak(stage: &mut Stage) {
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
               be open to the world; a trickle before",
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

fn nightly_backup(stage: &mut Stage) {
    let host = stage.first(Role::Backup);
    let start = stage.midnight + 2 * 3600 + 60 + i64::from(stage.dice.below(240));
    let server = End::Far { address: STORAGE.into(), service: Service::S3 };
    let upload = stage.session(End::own(host), server, 443, start, (4_200_000_000, 3_000_000));
    stage.play(upload, 55 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(STORAGE.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "the nightly backup to S3 through the gateway endpoint, at the same time every night",
        ..Claim::default()
    });
}

fn upload_to_storage(stage: &mut Stage) {
    let host = stage.first(Role::Build);
    let start = stage.moment(8, 20);
    let server = End::Far { address: STORAGE.into(), service: Service::S3 };
    let upload = stage.session(End::own(host), server, 443, start, (900_000_000, 2_000_000));
    stage.play(upload, 15 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(STORAGE.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a build uploads 900 MB of artefacts to S3 through the gateway endpoint",
        ..Claim::default()
    });
}

fn busy_client(stage: &mut Stage) {
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
        note: "240 connections in four minutes: the load balancer's replies go to 240 ports of the client",
        ..Claim::default()
    });
}

fn monitoring_round(stage: &mut Stage) {
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
        note: "the monitor's inventory round: one port of every host within minutes, and every host answers",
        ..Claim::default()
    });
}

fn crawler(stage: &mut Stage) {
    let host = stage.last(Role::Batch);
    let begin = stage.moment(1, 22);
    for number in 0..90 {
        let site = End::far(stage.dice.public_address());
        let page = stage.dice.size(40_000, 3);
        let session = stage.session(End::own(host), site, 8000, begin + 3 * number, (700, page));
        stage.play(session, 2);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        port: Some(8000),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a batch job fetches from 90 public servers in five minutes, and all of them answer",
        ..Claim::default()
    });
}

fn polling_partner(stage: &mut Stage) {
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
        note: "a partner asks for news every 80 seconds, all day, and is answered every time",
        ..Claim::default()
    });
}

fn uptime_service(stage: &mut Stage) {
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
        note: "an uptime service visits every public service on several ports, and all of them answer",
        ..Claim::default()
    });
}

fn deployment(stage: &mut Stage) {
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
        note: "a deployment: 14 SSH sessions in ten minutes that last minutes and carry very different amounts",
        ..Claim::default()
    });
}

fn connection_pool(stage: &mut Stage) {
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
        note: "a connection pool is rebuilt: 40 accepted connections in eight minutes, from a few packets to thousands",
        ..Claim::default()
    });
}

fn wrong_port_first(stage: &mut Stage) {
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
        note: "a client mistypes the port once and then uses the right one",
        ..Claim::default()
    });
}

fn agent(stage: &mut Stage) {
    let (host, endpoint) = (stage.first(Role::Backup), Ipv4Addr::new(52, 119, 198, 20));
    let server = End::Far { address: endpoint.into(), service: Service::Amazon };
    for start in (stage.midnight + 11..stage.midnight + 86_300).step_by(300) {
        let call = stage.session(End::own(host), server, 443, start, (1_900, 5_300));
        stage.play(call, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(endpoint.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "the management agent calls AWS every five minutes on the second; pkt-dst-aws-service says AMAZON",
        ..Claim::default()
    });
}

fn time_keeping(stage: &mut Stage) {
    let (host, server) = (stage.first(Role::Monitor), TIME_SERVERS[1]);
    let volumes = (Volume::new(1, 76), Volume::new(1, 76));
    for start in (stage.midnight + 31..stage.midnight + 86_300).step_by(512) {
        let exchange = stage.datagrams(End::own(host), End::far(server), 123, start, volumes);
        stage.play(Connection { client_port: 123, ..exchange }, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(server.into()),
        port: Some(123),
        protocol: Some(UDP),
        interface: Some(host),
        note: "NTP every 512 seconds with a public time server",
        ..Claim::default()
    });
}

fn health_check(stage: &mut Stage) {
    let (balancer, target) = (stage.first(Role::CampaignBalancer), stage.first(Role::Web));
    let begin = stage.moment(1, 19);
    for number in 0..480 {
        let check = stage.session(End::own(balancer), End::own(target), 8081, begin + 30 * number, (92, 158));
        stage.play(check, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(balancer)),
        target: Some(stage.address(target)),
        port: Some(8081),
        protocol: Some(TCP),
        note: "a load balancer checks a web host every 30 seconds for four hours",
        ..Claim::default()
    });
}

fn mail_relay_lookups(stage: &mut Stage) {
    let host = stage.first(Role::Mail);
    let begin = stage.moment(1, 21);
    for number in 0..180 {
        let start = begin + 40 * number + i64::from(stage.dice.below(30));
        let volumes = (Volume::new(1, 66 + u64::from(stage.dice.below(14))), Volume::new(1, 140));
        let query = stage.datagrams(End::own(host), End::far(RESOLVER), 53, start, volumes);
        stage.play(query, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(RESOLVER.into()),
        port: Some(53),
        protocol: Some(UDP),
        interface: Some(host),
        note: "the mail relay asks a well-known public resolver, a small query every 40 seconds",
        ..Claim::default()
    });
}

fn listed_resolver(stage: &mut Stage) {
    let (host, resolver) = (stage.first(Role::Monitor), Ipv4Addr::new(8, 8, 4, 4));
    let begin = stage.moment(1, 21);
    for number in 0..60 {
        let volumes = (Volume::new(1, 71), Volume::new(1, 119));
        let query = stage.datagrams(End::own(host), End::far(resolver), 53, begin + 90 * number, volumes);
        stage.play(query, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(resolver.into()),
        port: Some(53),
        protocol: Some(UDP),
        interface: Some(host),
        note: "the monitor checks that a well-known public resolver answers",
        ..Claim::default()
    });
}

fn ping_monitoring(stage: &mut Stage) {
    let (host, peer) = (stage.first(Role::Legacy), stage.outsider());
    let start = stage.moment(1, 20);
    let volume = Volume::new(1_080, 1_080 * 84);
    let echo = stage.session(End::own(host), End::far(peer), 0, start, (0, 0));
    let echo = Connection { protocol: ICMP, client_port: 0, request: volume, reply: volume, ..echo };
    stage.play(echo, 3 * 3600);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(peer.into()),
        protocol: Some(ICMP),
        interface: Some(host),
        note: "a ping of 84 bytes every ten seconds for three hours",
        ..Claim::default()
    });
}

fn configuration_management(stage: &mut Stage) {
    let build = stage.first(Role::Build);
    let begin = stage.moment(13, 15);
    let roles =
        [Role::Web, Role::App, Role::Database, Role::Cache, Role::Batch, Role::Backup, Role::Monitor, Role::Mail];
    let hosts: Vec<u32> = roles.iter().flat_map(|role| stage.site.with(*role)).copied().collect();
    for (number, host) in hosts.into_iter().enumerate() {
        let payload = (stage.dice.size(60_000, 2), stage.dice.size(40_000, 2));
        let session = stage.session(End::own(build), End::own(host), 22, begin + 20 * number as i64, payload);
        stage.play(session, 45);
    }
    stage.claim(Claim {
        actor: Some(stage.address(build)),
        port: Some(22),
        protocol: Some(TCP),
        note: "configuration management logs in to every host in turn; all of them answer",
        ..Claim::default()
    });
}

fn ephemeral_port_of_a_pool(stage: &mut Stage) {
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
        note: "a client happens to have port 3333, so the load balancer's replies go there for two hours",
        ..Claim::default()
    });
}

fn mail_relay(stage: &mut Stage) {
    // Background mail leaves this last address of the relay alone.
    let interface = stage.first(Role::Mail);
    let client = End::Own { interface, secondary: Some(7) };
    let begin = stage.moment(1, 22);
    for _ in 0..60 {
        let server = End::far(stage.dice.public_address());
        let start = begin + i64::from(stage.dice.below(3_000));
        let sent = stage.dice.size(12_000, 1);
        let mail = stage.session(client, server, 25, start, (sent, 700));
        stage.play(mail, 3);
    }
    stage.claim(Claim {
        actor: Some(stage.estate.interface(interface).secondaries[7].0.into()),
        port: Some(25),
        protocol: Some(TCP),
        interface: Some(interface),
        note: "the mail relay sends a newsletter to 60 mail servers from its eighth address, as is its job",
        ..Claim::default()
    });
}

fn large_upload(stage: &mut Stage) {
    let host = stage.last(Role::Batch);
    let start = stage.moment(1, 22);
    let server = End::Far { address: STORAGE.into(), service: Service::S3 };
    let upload = stage.session(End::own(host), server, 443, start, (2_100_000_000, 4_000_000));
    stage.play(upload, 12 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(STORAGE.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "2,000 packets a second to S3 for twelve minutes, acknowledged all the way",
        ..Claim::default()
    });
}

fn retry_storm(stage: &mut Stage) {
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
        note: "a partner's client retries without pause while the site restarts and answers with RST",
        ..Claim::default()
    });
}

fn answers_asked_for(stage: &mut Stage) {
    let host = stage.first(Role::Legacy);
    let begin = stage.moment(1, 22);
    for number in 0..150 {
        let volumes = (Volume::new(1, 84), Volume::new(1, 1_180));
        let query = stage.datagrams(End::own(host), End::far(RESOLVER), 53, begin + 4 * number, volumes);
        stage.play(query, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(RESOLVER.into()),
        port: Some(53),
        protocol: Some(UDP),
        interface: Some(host),
        note: "large signed answers from a resolver, each of them asked for",
        ..Claim::default()
    });
}

fn standing_pool(stage: &mut Stage) {
    let (client, target) = (stage.first(Role::App), stage.first(Role::Reporting));
    let start = stage.moment(1, 14);
    let pool = stage.session(End::own(client), End::own(target), 5432, start, (40_000_000, 300_000_000));
    stage.play(pool, 8 * 3600 + 600);
    stage.claim(Claim {
        actor: Some(stage.address(client)),
        target: Some(stage.address(target)),
        port: Some(5432),
        protocol: Some(TCP),
        note: "a pooled database connection inside the VPC, open for more than eight hours",
        ..Claim::default()
    });
}

fn closed_file_share(stage: &mut Stage) {
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
        note: "the file-share port is tried from outside and rejected",
        ..Claim::default()
    });
}

fn office_vpn(stage: &mut Stage) {
    let (host, gateway) = (stage.first(Role::Bastion), Ipv4Addr::new(198, 51, 100, 1));
    let start = stage.moment(6, 18);
    let volume = Volume::new(14_000, 14_000 * 420);
    let tunnel = stage.session(End::own(host), End::far(gateway), 0, start, (0, 0));
    // Protocol 50 is ESP, the transport of IPsec.
    let tunnel = Connection { protocol: 50, client_port: 0, request: volume, reply: volume, ..tunnel };
    stage.play(tunnel, 50 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(gateway.into()),
        protocol: Some(50),
        interface: Some(host),
        note: "an IPsec tunnel to the office: protocol 50 has no ports",
        ..Claim::default()
    });
}

fn late_packets(stage: &mut Stage) {
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
        note: "a last packet comes two minutes after each connection was closed and is rejected",
        ..Claim::default()
    });
}

fn idle_interface(stage: &mut Stage) {
    let interface = stage.first(Role::Idle);
    for start in (stage.midnight..stage.midnight + 86_400).step_by(60) {
        stage.log_status(interface, Status::NoData, start);
    }
    stage.claim(Claim {
        interface: Some(interface),
        note: "an interface without traffic says NODATA every minute: it is silent and healthy",
        ..Claim::default()
    });
}
