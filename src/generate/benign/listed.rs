//! Addresses that are on a list and do no harm: scanners of one's own, visitors over Tor, knocks of the ill-famed.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

pub(super) fn vulnerability_scan(stage: &mut Stage) {
    let (scanner, target) = (stage.outsider(), stage.first(Role::Mail));
    stage.trust(scanner);
    let start = stage.moment(1, 22);
    for number in 0..120_u16 {
        stage.knock(scanner, End::own(target), 100 + 41 * number, start + i64::from(number) * 2);
    }
    stage.claim(Claim {
        actor: Some(scanner.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a vulnerability scanner that is on the trusted list tries 120 ports of a host".to_string(),
        ..Claim::default()
    });
}

pub(super) fn vulnerability_round(stage: &mut Stage) {
    let scanner = stage.outsider();
    stage.trust(scanner);
    let start = stage.moment(1, 20);
    let ports = [22_u16, 23, 25, 80, 110, 143, 443, 445, 3389, 5900];
    for (number, target) in stage.public_ends().into_iter().take(12).enumerate() {
        for (place, port) in ports.into_iter().enumerate() {
            stage.knock(scanner, target, port, start + 15 * (number * ports.len() + place) as i64);
        }
    }
    stage.claim(Claim {
        actor: Some(scanner.into()),
        protocol: Some(TCP),
        note: "a vulnerability scanner that is on the trusted list tries 10 ports of 12 addresses".to_string(),
        ..Claim::default()
    });
}

pub(super) fn visitor_over_tor(stage: &mut Stage) {
    let (relay, target) = (stage.outsider(), stage.first(Role::LoadBalancer));
    stage.list_relay(relay);
    let start = stage.moment(1, 22);
    for number in 0..12 {
        let payload = (stage.dice.size(1_400, 2), stage.dice.size(30_000, 3));
        let visit = stage.session(End::far(relay), End::own(target), 443, start + 20 * number, payload);
        stage.play(visit, 5);
    }
    stage.claim(Claim {
        actor: Some(relay.into()),
        target: Some(stage.address(target)),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(target),
        note: "somebody visits the public site over Tor: nobody inside uses it".to_string(),
        ..Claim::default()
    });
}

pub(super) fn few_relays(stage: &mut Stage) {
    // The hour is one at which no relay of the attack is left.
    let (relay, target) = (stage.outsider(), stage.first(Role::Legacy));
    stage.list_relay(relay);
    let start = stage.moment(22, 23);
    for number in 0..3 {
        let session = stage.session(End::far(relay), End::own(target), 9001, start + 60 * number, (900, 4_000));
        stage.play(session, 4);
    }
    stage.claim(Claim {
        actor: Some(relay.into()),
        target: Some(stage.address(target)),
        port: Some(9001),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a relay of Tor visits an application server that happens to listen on a relay's port".to_string(),
        ..Claim::default()
    });
}

pub(super) fn knocks(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.first(Role::Batch));
    stage.list_threat(source);
    let count = stage.dice.between(20, 60);
    for number in 0..count {
        let start = stage.midnight + i64::from(86_000 / count * number + stage.dice.below(1_200));
        let probe = stage.probe(End::far(source), End::own(target), 23, start);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        port: Some(23),
        protocol: Some(TCP),
        interface: Some(target),
        note: "an address on the threat list knocks at a closed port, as thousands do every day".to_string(),
        ..Claim::default()
    });
}
