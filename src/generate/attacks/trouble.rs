//! Floods and faults: denial of service, misconfigured networks, logs that go missing.

use std::net::Ipv4Addr;

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{Status, TCP, UDP, Volume};
use super::super::stage::{Claim, Stage};

pub(super) fn udp_flood(stage: &mut Stage) {
    let (host, victim) = (stage.last(Role::Batch), stage.outsider());
    let start = stage.moment(0, 23);
    let volumes = (Volume::new(1_500_000, 1_500_000 * 540), Volume::default());
    let flood = stage.datagrams(End::own(host), End::far(victim), 27015, start, volumes);
    stage.play(Connection { outcome: Outcome::Unanswered, ..flood }, 12 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(victim.into()),
        port: Some(27015),
        protocol: Some(UDP),
        interface: Some(host),
        note: "2,000 packets a second to one public address for twelve minutes, nothing comes back",
        ..Claim::default()
    });
}

pub(super) fn syn_flood(stage: &mut Stage) {
    let target = stage.first(Role::CampaignBalancer);
    let start = stage.moment(1, 8);
    for _ in 0..1_500 {
        let source = End::far(stage.dice.public_address());
        let delay = i64::from(stage.dice.below(120));
        let probe = stage.probe(source, End::own(target), 80, start + delay);
        stage.play(Connection { outcome: Outcome::Unanswered, request: Volume::new(3, 132), ..probe }, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(80),
        protocol: Some(TCP),
        interface: Some(target),
        note: "1,500 sources send SYN to one address within two minutes and never finish the handshake",
        ..Claim::default()
    });
}

pub(super) fn reflection(stage: &mut Stage) {
    let target = stage.first(Role::Bastion);
    // Above the ports that the host's own queries use.
    let (start, port) = (stage.moment(0, 23), stage.dice.between(61_000, 65_000) as u16);
    for _ in 0..300 {
        let server = End::far(stage.dice.public_address());
        let packets = 400 + u64::from(stage.dice.below(200));
        let volumes = (Volume::new(packets, packets * 468), Volume::default());
        let delay = i64::from(stage.dice.below(240));
        let answers = stage.datagrams(server, End::own(target), port, start + delay, volumes);
        stage.play(Connection { client_port: 123, outcome: Outcome::Rejected, ..answers }, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(UDP),
        interface: Some(target),
        note: "300 time servers send large answers that nobody asked for",
        ..Claim::default()
    });
}

pub(super) fn blocked_replies(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::Legacy));
    let begin = stage.moment(7, 20);
    for number in 0..45 {
        let start = begin + 40 * number + i64::from(stage.dice.below(9));
        let session = stage.session(End::far(client), End::own(target), 443, start, (180, 0));
        let mut session = Connection { outcome: Outcome::ReplyRejected, ..session };
        // The client of a rule that ends at 32767 is the one that meets it.
        session.client_port = stage.dice.between(61_000, 65_000) as u16;
        stage.play(session, 3);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "requests are accepted and their replies rejected: a network ACL forgets part of the ephemeral ports",
        ..Claim::default()
    });
}

pub(super) fn open_rule_without_use(stage: &mut Stage) {
    let interface = stage.first(Role::Legacy);
    stage.claim(Claim {
        target: Some(stage.address(interface)),
        port: Some(21),
        protocol: Some(TCP),
        interface: Some(interface),
        note: "a rule opens port 21 to 0.0.0.0/0 and no traffic uses it all day",
        ..Claim::default()
    });
}

pub(super) fn falls_silent(stage: &mut Stage) {
    let (host, peer) = (stage.first(Role::Retiring), Ipv4Addr::new(162, 159, 200, 1));
    let end = stage.moment(12, 16);
    let volumes = (Volume::new(1, 76), Volume::new(1, 76));
    for start in (stage.midnight + 20..end).step_by(180) {
        let exchange = stage.datagrams(End::own(host), End::far(peer), 123, start, volumes);
        stage.play(exchange, 1);
    }
    stage.claim(Claim {
        interface: Some(host),
        window: Some((end, stage.midnight + 86_399)),
        note: "an interface that logged every three minutes logs nothing any more, not even NODATA",
        ..Claim::default()
    });
}

pub(super) fn loses_records(stage: &mut Stage) {
    let interface = stage.last(Role::Cache);
    let begin = stage.moment(9, 18);
    let begin = begin - begin % 60;
    for minute in 0..90 {
        if stage.dice.percent(70) {
            stage.log_status(interface, Status::SkipData, begin + 60 * minute);
        }
    }
    stage.claim(Claim {
        interface: Some(interface),
        note: "records of most minutes are lost for an hour and a half",
        ..Claim::default()
    });
}
