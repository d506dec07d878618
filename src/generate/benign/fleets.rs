//! What a working estate does in numbers: fleets that grow and change, builds, origins of a CDN, offices behind one
//! address, administrators.

use std::net::{IpAddr, Ipv4Addr};

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{Service, TCP};
use super::super::stage::{Claim, Stage};

/// The health port of a release that is just coming up; older ones have another.
const NEW_HEALTH_PORT: u16 = 8082;

pub(super) fn blue_green(stage: &mut Stage) {
    let target = stage.last(Role::App);
    let clients = stage.site.with(Role::Web);
    let start = stage.moment(9, 18);
    for number in 0..36 {
        let client = End::own(clients[number % clients.len()]);
        let attempt = stage.probe(client, End::own(target), 8444, start + 6 * number as i64);
        stage.play(attempt, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(8444),
        protocol: Some(TCP),
        interface: Some(target),
        note: "after a blue-green switch the web hosts still try the old port, 36 times in four minutes".to_string(),
        ..Claim::default()
    });
}

pub(super) fn origin(stage: &mut Stage) {
    // The ninth customer site is behind a CDN, and nobody else visits it.
    let (interface, number) = (stage.first(Role::Legacy), 9);
    let server = End::Own { interface, secondary: Some(number) };
    let start = stage.moment(8, 20);
    for _ in 0..120 {
        let edge = Ipv4Addr::new(64, 252, 64 + stage.dice.below(4) as u8, stage.dice.between(1, 254) as u8);
        let client = End::Far { address: edge.into(), service: Service::CloudFront };
        let payload = (stage.dice.size(4_000, 2), stage.dice.size(25_000_000, 2));
        let begin = start + i64::from(stage.dice.below(3_000));
        let fetch = stage.session(client, server, 443, begin, payload);
        stage.play(fetch, 20);
    }
    stage.claim(Claim {
        target: Some(stage.estate.interface(interface).secondaries[usize::from(number)].0.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(interface),
        note: "edges of a CDN fetch gigabytes from their origin within an hour: replies, which they asked for"
            .to_string(),
        ..Claim::default()
    });
}

pub(super) fn fetching_clients(stage: &mut Stage) {
    let server = stage.first(Role::Bastion);
    let start = stage.moment(8, 20);
    for _ in 0..80 {
        let client = End::far(stage.dice.public_address());
        let first = i64::from(stage.dice.below(1_000));
        for fetch in 0..3 {
            let payload = (stage.dice.size(2_400, 1), stage.dice.size(40_000, 3));
            let session = stage.session(client, End::own(server), 22, start + first + 900 * fetch, payload);
            let seconds = stage.dice.between(1, 6);
            stage.play(session, seconds);
        }
    }
    stage.claim(Claim {
        target: Some(stage.address(server)),
        port: Some(22),
        protocol: Some(TCP),
        interface: Some(server),
        note: "eighty clients outside fetch what is new over SFTP, three times within 45 minutes".to_string(),
        ..Claim::default()
    });
}

pub(super) fn steady_sender(stage: &mut Stage) {
    let (host, archive) = (stage.last(Role::Cache), stage.outsider());
    for hour in 0..24 {
        let start = stage.midnight + 3600 * hour + 600 + i64::from(stage.dice.below(900));
        let bytes = 58_000_000 + u64::from(stage.dice.below(8_000_000));
        let upload = stage.session(End::own(host), End::far(archive), 443, start, (bytes, 90_000));
        stage.play(upload, 50);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(archive.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a host sends 60 MB to an archive every hour, as it always does".to_string(),
        ..Claim::default()
    });
}

pub(super) fn autoscaling(stage: &mut Stage) {
    let balancer = stage.last(Role::LoadBalancer);
    let start = stage.moment(7, 20);
    for number in 0..36 {
        let fresh = End::far(stage.unused_address(950 - number));
        // A host that comes up is checked at once, and answers once its service runs.
        for check in 0..8 {
            let begin = start + 2 * i64::from(number) + 30 * check;
            let answered = stage.session(End::own(balancer), fresh, NEW_HEALTH_PORT, begin, (92, 158));
            let silent = stage.probe(End::own(balancer), fresh, NEW_HEALTH_PORT, begin);
            match check {
                0..4 => stage.play(Connection { outcome: Outcome::Unanswered, ..silent }, 1),
                _ => stage.play(answered, 1),
            }
        }
    }
    stage.claim(Claim {
        actor: Some(stage.address(balancer)),
        port: Some(NEW_HEALTH_PORT),
        protocol: Some(TCP),
        note: "36 hosts start at once, and the load balancer checks them before they are up".to_string(),
        ..Claim::default()
    });
}

pub(super) fn office(stage: &mut Stage) {
    let client = stage.outsider();
    let (balancer, legacy) = (stage.first(Role::LoadBalancer), stage.first(Role::Legacy));
    let begin = stage.midnight + 8 * 3600;
    for number in 0..400 {
        let start = begin + i64::from(stage.dice.below(8 * 3600));
        // Some have an old bookmark.
        let (server, port) = match number % 40 {
            0 => (End::own(legacy), 8443),
            1 => (End::own(balancer), 8080),
            2..15 => (End::Own { interface: legacy, secondary: Some((number % 8) as u8) }, 443),
            _ => (End::own(balancer), 443),
        };
        if matches!(port, 8443 | 8080) {
            stage.knock(client, server, port, start);
            continue;
        }
        let payload = (stage.dice.size(1_400, 2), stage.dice.size(20_000, 3));
        let visit = stage.session(End::far(client), server, port, start, payload);
        stage.play(visit, 4);
    }
    stage.claim(Claim {
        actor: Some(client.into()),
        protocol: Some(TCP),
        note: "an office of hundreds behind one address visits all day; some have an old bookmark".to_string(),
        ..Claim::default()
    });
}

pub(super) fn continuous_integration(stage: &mut Stage) {
    let (build, server) = (stage.first(Role::Build), stage.outsider());
    let begin = stage.moment(9, 17);
    for number in 0..30 {
        let payload = (stage.dice.size(9_000, 3), stage.dice.size(600_000, 4));
        let start = begin + 15 * number + i64::from(stage.dice.below(9));
        let clone = stage.session(End::own(build), End::far(server), 22, start, payload);
        let seconds = stage.dice.between(2, 40);
        stage.play(clone, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(build)),
        target: Some(server.into()),
        port: Some(22),
        protocol: Some(TCP),
        interface: Some(build),
        note: "builds clone their sources over SSH, 30 times in eight minutes, much or little".to_string(),
        ..Claim::default()
    });
}

pub(super) fn administrators(stage: &mut Stage) {
    let target = stage.last(Role::App);
    let begin = stage.moment(8, 10);
    let sessions = (0..12).map(|number| (2_000 * number, 20_000, 400_000, (200, 1_800)));
    visits(stage, target, (begin, 3389), sessions.collect(), "administrators' remote desktops, a dozen over the day");
}

pub(super) fn playbook(stage: &mut Stage) {
    let target = stage.last(Role::App);
    let begin = stage.moment(9, 20);
    let tasks = (0..16).map(|number| (30 * number, 12_000, 9_000, (2, 20)));
    visits(stage, target, (begin, 5985), tasks.collect(), "a playbook of 16 tasks over WinRM, each of its own size");
}

pub(super) fn long_after_short(stage: &mut Stage) {
    let target = stage.last(Role::Backup);
    let begin = stage.moment(9, 20);
    let mut sessions: Vec<(u32, u64, u64, (u32, u32))> =
        (0..7).map(|number| (70 * number, 2_000, 3_000, (2, 5))).collect();
    sessions.push((900, 900_000, 200_000, (600, 900)));
    visits(
        stage,
        target,
        (begin, 22),
        sessions,
        "seven short logins by SSH, and then a long one: too few to be guesses",
    );
}

/// Sessions from the bastion to a host inside: for each when it begins, the medians of what is sent and received, and
/// how long it lasts.
fn visits(
    stage: &mut Stage,
    target: u32,
    (begin, port): (i64, u16),
    sessions: Vec<(u32, u64, u64, (u32, u32))>,
    note: &str,
) {
    let bastion = stage.first(Role::Bastion);
    for (delay, sent, received, (least, most)) in sessions {
        let payload = (stage.dice.size(sent, 3), stage.dice.size(received, 3));
        let start = begin + i64::from(delay);
        let session = stage.session(End::own(bastion), End::own(target), port, start, payload);
        let seconds = stage.dice.between(least, most);
        stage.play(session, seconds);
    }
    stage.claim(Claim {
        actor: Some(stage.address(bastion)),
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(TCP),
        note: note.to_string(),
        ..Claim::default()
    });
}

pub(super) fn busy_client(stage: &mut Stage) {
    let (host, api) = (stage.last(Role::Batch), stage.outsider());
    let start = stage.moment(1, 22);
    for number in 0..900 {
        let payload = (stage.dice.size(900, 1), stage.dice.size(4_000, 2));
        let call = stage.session(End::own(host), End::far(api), 443, start + number, payload);
        stage.play(call, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(api.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a job asks a partner every second, for a quarter of an hour".to_string(),
        ..Claim::default()
    });
}

pub(super) fn used_once(stage: &mut Stage) {
    // Of the day's attacks none is left at this hour.
    let (interface, client) = (stage.first(Role::CampaignBalancer), IpAddr::from(stage.outsider()));
    let start = stage.moment(22, 23);
    let visit = stage.session(End::far(client), End::own(interface), 80, start, (400, 600));
    stage.play(visit, 2);
    stage.claim(Claim {
        actor: Some(client),
        target: Some(stage.address(interface)),
        port: Some(80),
        protocol: Some(TCP),
        interface: Some(interface),
        note: "a port that is open to the world is used once a day".to_string(),
        ..Claim::default()
    });
}
