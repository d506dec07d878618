//! Doors that stand open, that open for the wrong ones, or that open to one side only; and logs that go missing.

use std::net::Ipv4Addr;

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{Status, TCP, Volume};
use super::super::stage::{Claim, Stage};

pub(super) fn open_database(stage: &mut Stage) {
    let target = stage.host(&[Role::Reporting]);
    let begin = if stage.is_quiet() { stage.moment(12, 20) } else { stage.moment(2, 8) };
    let (sources, sessions) = (stage.draw((8, 40), (1, 1)), stage.draw((2, 6), (1, 2)));
    let mut actor = None;
    for _ in 0..sources {
        let source = stage.dice.public_address();
        actor = (sources == 1).then_some(source.into());
        for _ in 0..sessions {
            let start = begin + i64::from(stage.dice.below(3 * 3600));
            let payload = (stage.dice.size(3_000, 2), stage.dice.size(60_000, 3));
            let session = stage.session(End::far(source), End::own(target), 3306, start, payload);
            let seconds = stage.dice.between(2, 150);
            stage.play(session, seconds);
        }
    }
    stage.claim(Claim {
        actor,
        target: Some(stage.address(target)),
        port: Some(3306),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("a database port that a rule opens to 0.0.0.0/0 answers the internet; sources: {sources}"),
        ..Claim::default()
    });
}

pub(super) fn tor_relay(stage: &mut Stage) {
    let target = stage.host(&[Role::Legacy]);
    let relays = stage.draw((9, 20), (5, 6));
    let begin = if stage.is_quiet() { stage.moment(12, 13) } else { stage.moment(0, 3) };
    let hours = stage.draw((3, 8), (5, 8));
    for _ in 0..relays {
        let relay = stage.outsider();
        stage.list_relay(relay);
        for _ in 0..stage.draw((2, 6), (1, 1)) {
            let start = begin + i64::from(stage.dice.below(3600 * hours));
            let payload = (stage.dice.size(60_000, 3), stage.dice.size(60_000, 3));
            let session = stage.session(End::far(relay), End::own(target), 9001, start, payload);
            let seconds = stage.dice.between(20, 300);
            stage.play(session, seconds);
        }
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(9001),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("{relays} relays of Tor use a host as one of theirs"),
        ..Claim::default()
    });
}

pub(super) fn risky_service(stage: &mut Stage) {
    let (host, server) = (stage.host(&[Role::Batch, Role::App, Role::Build]), stage.outsider());
    let port = stage.dice.pick(&[23_u16, 135, 139, 389, 445, 2049, 3389, 5900, 6379]);
    let start = stage.moment(1, 20);
    let sessions = stage.draw((4, 12), (1, 1));
    for number in 0..sessions {
        let payload = (stage.dice.size(30_000, 2), stage.dice.size(300_000, 2));
        let begin = start + 300 * i64::from(number);
        let session = stage.session(End::own(host), End::far(server), port, begin, payload);
        let seconds = stage.dice.between(5, 120);
        stage.play(session, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(server.into()),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("a host uses a service of port {port} across the internet and is answered; sessions: {sessions}"),
        ..Claim::default()
    });
}

pub(super) fn blocked_replies(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.host(&[Role::Legacy]));
    let begin = stage.moment(7, 18);
    let count = stage.draw((40, 120), (13, 18));
    for number in 0..count {
        let start = begin + 40 * i64::from(number) + i64::from(stage.dice.below(30));
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
        note: format!(
            "{count} requests are accepted and their replies rejected: a network ACL forgets part of the ephemeral ports"
        ),
        ..Claim::default()
    });
}

pub(super) fn open_rule_without_use(stage: &mut Stage) {
    let interface = stage.host(&[Role::Legacy]);
    let port = if stage.is_quiet() { 8089 } else { 21 };
    stage.claim(Claim {
        target: Some(stage.address(interface)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(interface),
        note: format!("a rule opens port {port} to 0.0.0.0/0 and no traffic uses it all day"),
        ..Claim::default()
    });
}

pub(super) fn falls_silent(stage: &mut Stage) {
    if stage.is_quiet() && stage.estate.sites.len() == 1 && stage.site.with(Role::Retiring).len() == 1 {
        // The smallest estate has one such host, which plays the loud one.
        return;
    }
    let (host, peer) = (stage.host(&[Role::Retiring]), Ipv4Addr::new(162, 159, 200, 1));
    let end = match stage.is_quiet() {
        true => stage.moment(20, 21),
        false => stage.moment(8, 16),
    };
    let step = stage.dice.between(90, 270) as usize;
    let volumes = (Volume::new(1, 76), Volume::new(1, 76));
    for start in (stage.midnight + 20..end).step_by(step) {
        let exchange = stage.datagrams(End::own(host), End::far(peer), 123, start, volumes);
        stage.play(exchange, 1);
    }
    stage.claim(Claim {
        interface: Some(host),
        window: Some((end, stage.midnight + 86_399)),
        note: format!("an interface that logged every {step} seconds logs nothing any more, not even NODATA"),
        ..Claim::default()
    });
}

pub(super) fn loses_records(stage: &mut Stage) {
    let interface = stage.host(if stage.is_quiet() { &[Role::Database] } else { &[Role::Cache] });
    let (minutes, step) = (stage.draw((90, 240), (125, 150)), stage.draw((1, 2), (4, 5)));
    let begin = stage.moment(2, 20);
    let begin = begin - begin % 60;
    for minute in 0..minutes {
        if minute % step == 0 {
            stage.log_status(interface, Status::SkipData, begin + 60 * i64::from(minute));
        }
    }
    stage.claim(Claim {
        interface: Some(interface),
        note: format!("records are lost for {minutes} minutes, in one minute of {step}"),
        ..Claim::default()
    });
}
