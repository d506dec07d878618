//! Nobody's attack, and money all the same: data that crosses availability zones, or a NAT gateway.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

pub(super) fn across_zones(stage: &mut Stage) {
    let server = stage.host(&[Role::Database, Role::Cache]);
    let clients: Vec<u32> =
        stage.site.with(Role::App).iter().copied().filter(|client| !stage.share_a_zone(*client, server)).collect();
    let client = stage.dice.pick(&clients);
    let port = if stage.is_quiet() { 7000 } else { 9042 };
    let (gigabytes, minutes) = (stage.draw((600, 2_000), (60, 90)), stage.draw((20, 50), (40, 60)));
    let start = stage.moment(1, 20);
    let payload = (2_000_000 * u64::from(gigabytes), 998_000_000 * u64::from(gigabytes));
    let copy = stage.session(End::own(client), End::own(server), port, start, payload);
    stage.play(copy, 60 * minutes);
    stage.claim(Claim {
        actor: Some(stage.address(client)),
        target: Some(stage.address(server)),
        port: Some(port),
        protocol: Some(TCP),
        note: format!("an application reads {gigabytes} GB from a store in another availability zone"),
        ..Claim::default()
    });
}

pub(super) fn through_nat(stage: &mut Stage) {
    let (host, mirror) = (stage.host(&[Role::App, Role::Web]), stage.outsider());
    let gigabytes = stage.draw((300, 900), (26, 60));
    // The quiet one comes in pieces, every half hour.
    let (pieces, seconds) = (stage.draw((1, 1), (10, 14)), stage.draw((1_500, 3_000), (60, 150)));
    let start = stage.moment(1, 16);
    let payload = (1_000_000, 1_000_000_000 * u64::from(gigabytes) / u64::from(pieces));
    for piece in 0..i64::from(pieces) {
        let download = stage.session(End::own(host), End::far(mirror), 443, start + 1_800 * piece, payload);
        stage.play(download, seconds);
    }
    stage.claim(Claim {
        target: Some(mirror.into()),
        port: Some(443),
        protocol: Some(TCP),
        note: format!("a host fetches {gigabytes} GB from a mirror on the internet through the NAT gateway"),
        ..Claim::default()
    });
}
