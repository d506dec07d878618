//! What hosts of the estate do by the clock or as their job: backups, agents, mail, lookups.

use std::net::Ipv4Addr;

use super::super::clockwork::TIME_SERVERS;
use super::super::connection::{Connection, End};
use super::super::estate::Role;
use super::super::row::{ICMP, Service, Status, TCP, UDP, Volume};
use super::super::stage::{Claim, Stage};

/// An S3 address that only planted uploads use.
const STORAGE: Ipv4Addr = Ipv4Addr::new(3, 5, 28, 140);

/// A public resolver that background traffic does not ask.
const RESOLVER: Ipv4Addr = Ipv4Addr::new(149, 112, 112, 112);

pub(super) fn nightly_backup(stage: &mut Stage) {
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
        note: "the nightly backup to S3 through the gateway endpoint, at the same time every night".to_string(),
        ..Claim::default()
    });
}

pub(super) fn upload_to_storage(stage: &mut Stage) {
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
        note: "a build uploads 900 MB of artefacts to S3 through the gateway endpoint".to_string(),
        ..Claim::default()
    });
}

pub(super) fn crawler(stage: &mut Stage) {
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
        note: "a batch job fetches from 90 public servers in five minutes, and all of them answer".to_string(),
        ..Claim::default()
    });
}

pub(super) fn agent(stage: &mut Stage) {
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
        note: "the management agent calls AWS every five minutes on the second; pkt-dst-aws-service says AMAZON"
            .to_string(),
        ..Claim::default()
    });
}

pub(super) fn time_keeping(stage: &mut Stage) {
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
        note: "NTP every 512 seconds with a public time server".to_string(),
        ..Claim::default()
    });
}

pub(super) fn health_check(stage: &mut Stage) {
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
        note: "a load balancer checks a web host every 30 seconds for four hours".to_string(),
        ..Claim::default()
    });
}

pub(super) fn mail_relay_lookups(stage: &mut Stage) {
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
        note: "the mail relay asks a well-known public resolver, a small query every 40 seconds".to_string(),
        ..Claim::default()
    });
}

pub(super) fn listed_resolver(stage: &mut Stage) {
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
        note: "the monitor checks that a well-known public resolver answers".to_string(),
        ..Claim::default()
    });
}

pub(super) fn ping_monitoring(stage: &mut Stage) {
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
        note: "a ping of 84 bytes every ten seconds for three hours".to_string(),
        ..Claim::default()
    });
}

pub(super) fn mail_relay(stage: &mut Stage) {
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
        note: "the mail relay sends a newsletter to 60 mail servers from its eighth address, as is its job".to_string(),
        ..Claim::default()
    });
}

pub(super) fn large_upload(stage: &mut Stage) {
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
        note: "2,000 packets a second to S3 for twelve minutes, acknowledged all the way".to_string(),
        ..Claim::default()
    });
}

pub(super) fn answers_asked_for(stage: &mut Stage) {
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
        note: "large signed answers from a resolver, each of them asked for".to_string(),
        ..Claim::default()
    });
}

pub(super) fn standing_pool(stage: &mut Stage) {
    let (client, target) = (stage.first(Role::App), stage.first(Role::Reporting));
    let start = stage.moment(1, 14);
    let pool = stage.session(End::own(client), End::own(target), 5432, start, (40_000_000, 300_000_000));
    stage.play(pool, 8 * 3600 + 600);
    stage.claim(Claim {
        actor: Some(stage.address(client)),
        target: Some(stage.address(target)),
        port: Some(5432),
        protocol: Some(TCP),
        note: "a pooled database connection inside the VPC, open for more than eight hours".to_string(),
        ..Claim::default()
    });
}

pub(super) fn office_vpn(stage: &mut Stage) {
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
        note: "an IPsec tunnel to the office: protocol 50 has no ports".to_string(),
        ..Claim::default()
    });
}

pub(super) fn idle_interface(stage: &mut Stage) {
    let interface = stage.first(Role::Idle);
    for start in (stage.midnight..stage.midnight + 86_400).step_by(60) {
        stage.log_status(interface, Status::NoData, start);
    }
    stage.claim(Claim {
        interface: Some(interface),
        note: "an interface without traffic says NODATA every minute: it is silent and healthy".to_string(),
        ..Claim::default()
    });
}
