//! Data that looks as if it cost money, and does not, or little.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

pub(super) fn within_a_zone(stage: &mut Stage) {
    let hosts = [Role::Database, Role::Cache, Role::Monitor, Role::Backup, Role::Build, Role::App, Role::Web];
    let hosts: Vec<u32> = hosts.iter().flat_map(|role| stage.site.with(*role)).copied().collect();
    let pairs = hosts.iter().flat_map(|server| hosts.iter().map(move |client| (*client, *server)));
    // There are more such hosts than zones.
    let pair = pairs.into_iter().find(|(client, server)| client != server && stage.share_a_zone(*client, *server));
    let (client, server) = pair.unwrap_or((hosts[0], hosts[0]));
    let start = stage.moment(1, 20);
    let copy = stage.session(End::own(client), End::own(server), 9042, start, (2_000_000_000, 900_000_000_000));
    stage.play(copy, 40 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(client)),
        target: Some(stage.address(server)),
        port: Some(9042),
        protocol: Some(TCP),
        note: "900 GB between two hosts of one availability zone, which is free".to_string(),
        ..Claim::default()
    });
}

pub(super) fn some_packages(stage: &mut Stage) {
    let (host, mirror) = (stage.last(Role::Web), stage.outsider());
    let start = stage.moment(1, 10);
    for hour in 0..12 {
        let download =
            stage.session(End::own(host), End::far(mirror), 443, start + 3_600 * hour, (400_000, 1_250_000_000));
        stage.play(download, 50);
    }
    stage.claim(Claim {
        target: Some(mirror.into()),
        port: Some(443),
        protocol: Some(TCP),
        note: "a host fetches 15 GB of packages in a day through the NAT gateway: some cents".to_string(),
        ..Claim::default()
    });
}
