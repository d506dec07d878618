//! Scans, guessed passwords and open doors: attacks that come in or move on inside.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

/// The port of the rejected spike: a router's management port that background noise leaves alone.
const SPIKE_PORT: u16 = 8728;

pub(super) fn rejected_spike(stage: &mut Stage) {
    let target = stage.first(Role::Batch);
    let begin = stage.moment(1, 22);
    for _ in 0..150 {
        let source = End::far(stage.dice.public_address());
        for _ in 0..8 {
            let start = begin + i64::from(stage.dice.below(600));
            let probe = stage.probe(source, End::own(target), SPIKE_PORT, start);
            stage.play(probe, 1);
        }
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(SPIKE_PORT),
        protocol: Some(TCP),
        interface: Some(target),
        note: "150 sources try a closed port of one host for ten minutes, all rejected",
        ..Claim::default()
    });
}

pub(super) fn open_database(stage: &mut Stage) {
    let target = stage.first(Role::Reporting);
    let begin = stage.moment(8, 20);
    for _ in 0..12 {
        let source = End::far(stage.dice.public_address());
        for _ in 0..5 {
            let start = begin + i64::from(stage.dice.below(3 * 3600));
            let payload = (stage.dice.size(3_000, 2), stage.dice.size(60_000, 3));
            let session = stage.session(source, End::own(target), 3306, start, payload);
            let seconds = stage.dice.between(2, 150);
            stage.play(session, seconds);
        }
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(3306),
        protocol: Some(TCP),
        interface: Some(target),
        note: "a database port that a rule opens to 0.0.0.0/0 answers twelve public addresses",
        ..Claim::default()
    });
}

pub(super) fn port_scan(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.first(Role::LoadBalancer));
    let start = stage.moment(0, 23);
    for number in 0..96 {
        let port = match number {
            0 => 443,
            // Ports in the order of a scanner's list, from 1 to about 3000.
            _ => (number * 31 % 3000) as u16,
        };
        let probe = stage.probe(End::far(source), End::own(target), port, start + i64::from(number) * 2);
        match port {
            443 => {
                let session = stage.session(End::far(source), End::own(target), port, start, (0, 0));
                stage.play(session, 1);
            }
            _ => stage.play(probe, 1),
        }
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: "one source tries 96 ports of one host within 200 seconds; one is open",
        ..Claim::default()
    });
}

pub(super) fn internal_sweep(stage: &mut Stage) {
    let source = stage.first(Role::Build);
    let start = stage.moment(0, 23);
    let mut targets: Vec<End> = (0..160).map(|number| End::far(stage.unused_address(number))).collect();
    for role in [Role::Web, Role::App, Role::Database, Role::Cache, Role::Backup] {
        targets.extend(stage.site.with(role).iter().map(|interface| End::own(*interface)));
    }
    for (number, target) in targets.into_iter().enumerate() {
        let probe = stage.probe(End::own(source), target, 445, start + number as i64);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        port: Some(445),
        protocol: Some(TCP),
        note: "a build host looks for file shares on more than 160 private addresses; most do not exist",
        ..Claim::default()
    });
}

pub(super) fn inbound_sweep(stage: &mut Stage) {
    let source = stage.outsider();
    let start = stage.moment(0, 23);
    let mut targets = stage.public_ends();
    targets.extend(stage.site.with(Role::LoadBalancer).iter().map(|interface| End::own(*interface)));
    let mut last = 0;
    for round in 0..2 {
        for (number, target) in targets.iter().enumerate() {
            last = start + 140 * round + number as i64 * 4;
            let probe = stage.probe(End::far(source), *target, 5900, last);
            stage.play(probe, 1);
        }
    }
    debug_assert!(last < start + 3600, "the sweep is over within the hour");
    stage.claim(Claim {
        actor: Some(source.into()),
        port: Some(5900),
        protocol: Some(TCP),
        note: "one source tries one port of every public address, packet-level addresses told apart",
        ..Claim::default()
    });
}

pub(super) fn slow_scan(stage: &mut Stage) {
    let source = stage.outsider();
    let targets = stage.public_ends();
    let ports = [23, 135, 139, 445, 1433, 1521, 3389, 5985, 5900, 8081, 9200, 11211, 27017];
    let phase = i64::from(stage.dice.below(40));
    for number in 0..2159_usize {
        let target = targets[number % targets.len()];
        let port = ports[number / targets.len() % ports.len()];
        let start = stage.midnight + phase + 40 * number as i64;
        let probe = stage.probe(End::far(source), target, port, start);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        protocol: Some(TCP),
        note: "one source probes the public addresses all day, one probe every 40 seconds, all rejected",
        ..Claim::default()
    });
}

pub(super) fn block_scan(stage: &mut Stage) {
    let source = stage.outsider();
    let start = stage.moment(0, 22);
    let targets: Vec<End> = stage.public_ends().into_iter().take(9).collect();
    let ports = [111, 161, 512, 631, 873, 2049, 3128, 5984, 8009];
    for (number, target) in targets.iter().enumerate() {
        for (place, port) in ports.into_iter().enumerate() {
            let delay = (number * ports.len() + place) as i64 * 20;
            let probe = stage.probe(End::far(source), *target, port, start + delay);
            stage.play(probe, 1);
        }
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        protocol: Some(TCP),
        note: "one source tries 9 ports of 9 addresses, neither many ports of one nor one port of many",
        ..Claim::default()
    });
}

pub(super) fn brute_force_ssh(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.first(Role::Legacy));
    let begin = stage.moment(1, 21);
    let claim = Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        port: Some(22),
        protocol: Some(TCP),
        interface: Some(target),
        ..Claim::default()
    };
    for number in 0..60 {
        let sent = 1_900 + u64::from(stage.dice.below(300));
        let attempt = stage.session(End::far(source), End::own(target), 22, begin + 9 * number, (sent, 2_400));
        stage.play(attempt, 4);
    }
    stage.claim(Claim {
        note: "60 accepted connections in nine minutes, all of the same few packets: passwords are tried; a long \
               session of the same pair follows ten minutes later",
        ..claim.clone()
    });
    let session = stage.session(End::far(source), End::own(target), 22, begin + 1_200, (410_000, 2_900_000));
    stage.play(session, 35 * 60);
    stage.claim_for(
        "brute-force-success",
        Claim { note: "the 35-minute session that follows the password attempts of the same source", ..claim },
    );
}

pub(super) fn brute_force_database(stage: &mut Stage) {
    let (source, target) = (stage.last(Role::Web), stage.last(Role::Database));
    let begin = stage.moment(1, 22);
    for number in 0..70 {
        // 5432 lets the whole VPC in, so that a web host, which has no business there, is accepted.
        let sent = 480 + u64::from(stage.dice.below(60));
        let attempt = stage.session(End::own(source), End::own(target), 5432, begin + 6 * number, (sent, 520));
        stage.play(attempt, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        target: Some(stage.address(target)),
        port: Some(5432),
        protocol: Some(TCP),
        note: "a web host opens 70 equally short connections to a database in seven minutes",
        ..Claim::default()
    });
}

pub(super) fn reject_then_accept(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.first(Role::Legacy));
    let start = stage.moment(1, 20);
    for (number, port) in
        [21_001_u16, 8081, 8082, 8083, 8088, 8090, 8181, 9000, 9043, 9060, 9090, 9443, 7001, 7002, 4848]
            .into_iter()
            .enumerate()
    {
        let probe = stage.probe(End::far(source), End::own(target), port, start + 25 * number as i64);
        stage.play(probe, 1);
    }
    let session = stage.session(End::far(source), End::own(target), 443, start + 900, (48_000, 310_000));
    stage.play(session, 240);
    stage.claim(Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: "15 rejected ports, then an accepted and answered session of the same source",
        ..Claim::default()
    });
}

pub(super) fn lateral_sweep(stage: &mut Stage) {
    let source = stage.first(Role::Web);
    let begin = stage.moment(0, 22);
    let mut targets: Vec<End> = (300..330).map(|number| End::far(stage.unused_address(number))).collect();
    for role in [Role::App, Role::Database, Role::Cache, Role::Backup, Role::Monitor] {
        targets.extend(stage.site.with(role).iter().map(|interface| End::own(*interface)));
    }
    for (number, target) in targets.into_iter().enumerate() {
        let probe = stage.probe(End::own(source), target, 3389, begin + 45 * number as i64);
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        port: Some(3389),
        protocol: Some(TCP),
        note: "a web host tries remote desktop on more than 30 private addresses",
        ..Claim::default()
    });
}
