//! What leaves a host that is no longer its owner's: data, spam, and the work of its processor.

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

pub(super) fn exfiltration(stage: &mut Stage) {
    // The quiet one takes hours, in pieces, from a host whose records are few.
    let host = stage.host(if stage.is_quiet() { &[Role::Batch, Role::Reporting] } else { &[Role::App, Role::Web] });
    let drop_box = stage.outsider();
    let minutes = stage.draw((20, 80), (240, 420));
    let start = stage.moment(1, 16);
    let megabytes_per_hour = u64::from(stage.draw((800, 5_000), (115, 180)));
    let pieces = stage.draw((1, 1), (minutes / 5, minutes / 5));
    let bytes = megabytes_per_hour * 1_000_000 * u64::from(minutes) / 60 / u64::from(pieces);
    for piece in 0..pieces {
        let begin = start + 300 * i64::from(piece);
        let upload = stage.session(End::own(host), End::far(drop_box), 443, begin, (bytes, bytes / 1_500));
        let seconds = stage.draw((60 * minutes, 60 * minutes), (20, 150));
        stage.play(upload, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(drop_box.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("a host sends {megabytes_per_hour} MB an hour to one public address for {minutes} minutes"),
        ..Claim::default()
    });
}

pub(super) fn sender(stage: &mut Stage) {
    let host = stage.host(&[Role::Build, Role::Backup]);
    let (mirror, drop_box) = (stage.outsider(), stage.outsider());
    // What the host is for: it fetches, every hour of the day.
    for hour in 0..24 {
        let start = stage.midnight + 3600 * hour + i64::from(stage.dice.below(3_000));
        let payload = (stage.dice.size(20_000, 1), stage.dice.size(8_000_000, 2));
        let download = stage.session(End::own(host), End::far(mirror), 443, start, payload);
        stage.play(download, 60);
    }
    stage.set_scene();
    // Within a clock hour; the quiet one is too little to stand out by its volume.
    let start = stage.midnight + 3600 * i64::from(stage.dice.between(2, 22)) + i64::from(stage.dice.below(1_200));
    let megabytes = stage.draw((300, 2_000), (62, 90));
    let payload = (1_000_000 * u64::from(megabytes), 120_000);
    let upload = stage.session(End::own(host), End::far(drop_box), 443, start, payload);
    let minutes = stage.draw((5, 30), (10, 35));
    stage.play(upload, 60 * minutes);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(drop_box.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("a host that fetches all day sends {megabytes} MB to an address of its own choice"),
        ..Claim::default()
    });
}

pub(super) fn crypto_mining(stage: &mut Stage) {
    let (host, pool) = (stage.host(&[Role::Batch, Role::Reporting, Role::Build]), stage.outsider());
    let port = stage.dice.pick(&[3333_u16, 4444, 5555, 7777, 14_433, 14_444, 45_700]);
    let minutes = stage.draw((180, 420), (40, 55));
    let start = stage.moment(1, 16);
    let (sent, received) = (u64::from(stage.dice.between(1_200, 6_000)), u64::from(stage.dice.between(2_000, 9_000)));
    let payload = (sent * u64::from(minutes), received * u64::from(minutes));
    let work = stage.session(End::own(host), End::far(pool), port, start, payload);
    stage.play(work, 60 * minutes);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(pool.into()),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("{minutes} minutes of small talk with a mining pool's port {port}"),
        ..Claim::default()
    });
}

pub(super) fn smtp_spam(stage: &mut Stage) {
    let host = stage.host(&[Role::Batch, Role::Reporting]);
    let port = if stage.is_quiet() { stage.dice.pick(&[465_u16, 587]) } else { 25 };
    // The quiet one keeps to little more than twenty servers an hour, for some hours.
    let (servers, hours) = (stage.draw((60, 180), (28, 32)), stage.draw((1, 2), (3, 4)));
    let begin = stage.moment(0, 19);
    for number in 0..servers * hours {
        let server = End::far(stage.dice.public_address());
        let start = begin + i64::from(3_600 / servers * number + stage.dice.below(3_600 / servers));
        let sent = stage.dice.size(12_000, 1);
        let mail = stage.session(End::own(host), server, port, start, (sent, 700));
        // Every third server does not want it.
        match number % 3 {
            0 => stage.play(Connection { outcome: Outcome::Refused, ..mail }, 1),
            _ => stage.play(mail, 3),
        }
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("a host that is no mail relay turns to {servers} mail servers an hour, for {hours} hours"),
        ..Claim::default()
    });
}
