//! Guessed passwords: many connections that are all alike, and the session of the guess that was right.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

/// Guesses from one end at a port of another.
struct Guesses {
    source: End,
    target: u32,
    port: u16,
    /// How many.
    count: u32,
    /// Within these seconds, evenly but for a little.
    seconds: u32,
    /// Bytes that a guess sends, and by how many they differ.
    sent: (u64, u32),
    received: u64,
}

/// Plays the guesses from a moment on and returns when the last one is over.
fn guess(stage: &mut Stage, guesses: &Guesses, begin: i64) -> i64 {
    let step = guesses.seconds / guesses.count;
    let mut over = begin;
    for number in 0..guesses.count {
        let sent = guesses.sent.0 + u64::from(stage.dice.below(guesses.sent.1));
        let start = begin + i64::from(step * number + stage.dice.below(1 + step / 4));
        let payload = (sent, guesses.received);
        let attempt = stage.session(guesses.source, End::own(guesses.target), guesses.port, start, payload);
        let seconds = stage.dice.between(1, 1 + step.min(6));
        stage.play(attempt, seconds);
        over = over.max(start + i64::from(seconds));
    }
    over
}

/// Plays guesses that somebody makes and labels them.
fn attack(stage: &mut Stage, actor: std::net::IpAddr, guesses: &Guesses, note: &str) {
    let begin = stage.moment(1, 21);
    guess(stage, guesses, begin);
    let Guesses { target, port, count, seconds, .. } = *guesses;
    stage.claim(Claim {
        actor: Some(actor),
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("{note}: {count} short connections in {seconds} seconds that are all alike"),
        ..Claim::default()
    });
}

pub(super) fn ssh(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.host(&[Role::Legacy]));
    // The quiet one stays for the better part of an hour at little more than one a minute.
    let (count, seconds) = (stage.draw((60, 240), (66, 80)), stage.draw((300, 600), (3_000, 3_300)));
    let guesses = Guesses {
        source: End::far(source),
        target,
        port: 22,
        count,
        seconds,
        sent: (u64::from(stage.dice.between(1_400, 2_600)), 300),
        received: 2_400,
    };
    attack(stage, source.into(), &guesses, "passwords are tried over SSH");
}

pub(super) fn rdp(stage: &mut Stage) {
    let (source, actor, target) = if stage.is_quiet() {
        // From a host inside that somebody has taken over.
        let (host, target) = (stage.host(&[Role::Web, Role::Build]), stage.host(&[Role::App]));
        (End::own(host), stage.address(host), target)
    } else {
        let outsider = stage.outsider();
        (End::far(outsider), outsider.into(), stage.host(&[Role::Legacy]))
    };
    let (count, seconds) = (stage.draw((60, 200), (66, 80)), stage.draw((300, 600), (3_000, 3_300)));
    let sent = (u64::from(stage.dice.between(3_000, 9_000)), 900);
    let guesses = Guesses { source, target, port: 3389, count, seconds, sent, received: 5_200 };
    attack(stage, actor, &guesses, "passwords are tried over remote desktop");
}

pub(super) fn winrm(stage: &mut Stage) {
    let (host, target) = (stage.host(&[Role::Web, Role::Build, Role::Batch]), stage.host(&[Role::App]));
    let (count, seconds) = (stage.draw((80, 200), (130, 150)), stage.draw((300, 600), (3_000, 3_300)));
    let port = if stage.is_quiet() { 5986 } else { 5985 };
    let sent = (u64::from(stage.dice.between(2_400, 6_000)), 500);
    let guesses = Guesses { source: End::own(host), target, port, count, seconds, sent, received: 2_800 };
    attack(stage, stage.address(host), &guesses, "passwords are tried over WinRM");
}

pub(super) fn database(stage: &mut Stage) {
    // The database of the site lets the whole VPC in, so that a web host, which has no business there, is accepted.
    let (source, actor, target, port) = if stage.is_quiet() {
        let (host, target) = (stage.host(&[Role::Web, Role::Build]), stage.host(&[Role::Database]));
        (End::own(host), stage.address(host), target, 5432)
    } else {
        let outsider = stage.outsider();
        (End::far(outsider), outsider.into(), stage.host(&[Role::Reporting]), 1433)
    };
    let (count, seconds) = (stage.draw((70, 300), (190, 220)), stage.draw((300, 600), (3_000, 3_300)));
    let sent = (u64::from(stage.dice.between(400, 900)), 60);
    let guesses = Guesses { source, target, port, count, seconds, sent, received: 520 };
    attack(stage, actor, &guesses, "passwords are tried at a database");
}

/// Many sources that share the work, so that none of them is seen by itself.
pub(super) fn distributed(stage: &mut Stage) {
    let target = stage.host(&[Role::Legacy]);
    let (port, received) = match stage.dice.percent(50) {
        true => (22, 2_400),
        false => (3389, 4_000),
    };
    let (sources, each) = (stage.draw((60, 160), (28, 40)), stage.draw((3, 6), (4, 5)));
    let seconds = stage.draw((600, 1_800), (2_700, 3_300));
    let sent = (u64::from(stage.dice.between(1_600, 3_000)), 300);
    let begin = stage.moment(1, 21);
    for _ in 0..sources {
        let source = End::far(stage.dice.public_address());
        let late = i64::from(stage.dice.below(60));
        let guesses = Guesses { source, target, port, count: each, seconds, sent, received };
        guess(stage, &guesses, begin + late);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("{sources} sources try {each} passwords each within {seconds} seconds"),
        ..Claim::default()
    });
}

pub(super) fn success(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.host(&[Role::Legacy]));
    let (port, detection) = match stage.dice.percent(50) {
        true => (22, "brute-force-ssh"),
        false => (3389, "brute-force-rdp"),
    };
    let begin = stage.moment(1, 19);
    let (count, seconds) = (stage.draw((60, 160), (66, 80)), stage.draw((300, 600), (3_000, 3_300)));
    let sent = stage.dice.between(2_200, 3_400);
    let guesses =
        Guesses { source: End::far(source), target, port, count, seconds, sent: (sent.into(), 300), received: 2_800 };
    let over = guess(stage, &guesses, begin);
    let claim = Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(target),
        ..Claim::default()
    };
    stage.claim_for(
        detection,
        Claim {
            note: format!("{count} guesses in {seconds} seconds; a longer session of the same pair follows"),
            ..claim.clone()
        },
    );
    // The quiet one only looks around: some fifteen times what a guess takes.
    let payload = (
        u64::from(sent * stage.draw((60, 400), (14, 20))),
        u64::from(stage.draw((500_000, 9_000_000), (60_000, 120_000))),
    );
    let minutes = stage.draw((10, 50), (3, 8));
    let start = over + i64::from(stage.dice.between(20, 1_200));
    let session = stage.session(End::far(source), End::own(target), port, start, payload);
    stage.play(session, 60 * minutes);
    stage.claim(Claim {
        note: format!("a session of {minutes} minutes follows the guesses of the same source"),
        ..claim
    });
}
