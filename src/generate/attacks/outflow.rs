//! What a host does that is no longer its owner's: data leaves, tunnels, mining, spam.

use super::super::connection::{Connection, End};
use super::super::estate::Role;
use super::super::row::{ICMP, TCP, UDP, Volume};
use super::super::stage::{Claim, Stage};

pub(super) fn exfiltration(stage: &mut Stage) {
    let host = stage.first(Role::App);
    let drop_box = stage.outsider();
    let start = stage.moment(1, 22);
    let upload = stage.session(End::own(host), End::far(drop_box), 443, start, (1_400_000_000, 900_000));
    stage.play(upload, 70 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(drop_box.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "an application host sends 1.4 GB to one public address in 70 minutes",
        ..Claim::default()
    });
}

pub(super) fn beacon(stage: &mut Stage) {
    let (host, control) = (stage.last(Role::App), stage.outsider());
    let phase = i64::from(stage.dice.below(60));
    for number in 0..718 {
        let start = stage.midnight + phase + 120 * number + i64::from(stage.dice.below(7));
        let sent = 420 + u64::from(stage.dice.below(12));
        let call = stage.session(End::own(host), End::far(control), 443, start, (sent, 260));
        stage.play(call, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(control.into()),
        port: Some(443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a host calls one public address every two minutes, day and night, always of the same size",
        ..Claim::default()
    });
}

pub(super) fn dns_tunnel(stage: &mut Stage) {
    let (host, resolver) = (stage.last(Role::Batch), stage.outsider());
    let begin = stage.moment(0, 22);
    for minute in 0..75 {
        for _ in 0..10 {
            let packets = 170 + u64::from(stage.dice.below(30));
            let volumes = (Volume::new(packets, packets * 236), Volume::new(packets, packets * 148));
            let start = begin + 60 * minute + i64::from(stage.dice.below(20));
            let start = start - start % 60;
            let queries = stage.datagrams(End::own(host), End::far(resolver), 53, start, volumes);
            stage.play(queries, 58);
        }
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(resolver.into()),
        port: Some(53),
        protocol: Some(UDP),
        interface: Some(host),
        note: "over 400 kB a minute in queries of 236 bytes to a resolver nobody else uses, for 75 minutes",
        ..Claim::default()
    });
}

pub(super) fn dns_over_tls(stage: &mut Stage) {
    let (host, resolver) = (stage.first(Role::Batch), stage.outsider());
    let begin = stage.moment(6, 20);
    for _ in 0..40 {
        let start = begin + i64::from(stage.dice.below(3 * 3600));
        let session = stage.session(End::own(host), End::far(resolver), 853, start, (1_400, 4_800));
        stage.play(session, 12);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(resolver.into()),
        port: Some(853),
        protocol: Some(TCP),
        interface: Some(host),
        note: "DNS over TLS to a resolver that is on no list",
        ..Claim::default()
    });
}

pub(super) fn icmp_tunnel(stage: &mut Stage) {
    let (host, peer) = (stage.first(Role::Batch), stage.outsider());
    let start = stage.moment(0, 21);
    let volume = Volume::new(7_200, 7_200 * 1_028);
    let echo = stage.session(End::own(host), End::far(peer), 0, start, (0, 0));
    let echo = Connection { protocol: ICMP, client_port: 0, request: volume, reply: volume, ..echo };
    stage.play(echo, 2 * 3600);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(peer.into()),
        protocol: Some(ICMP),
        interface: Some(host),
        note: "7.4 MB in echo requests of 1,028 bytes to one public address in two hours",
        ..Claim::default()
    });
}

pub(super) fn crypto_mining(stage: &mut Stage) {
    let (host, pool) = (stage.last(Role::Batch), stage.outsider());
    let start = stage.moment(1, 17);
    let work = stage.session(End::own(host), End::far(pool), 3333, start, (700_000, 1_500_000));
    stage.play(work, 6 * 3600);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(pool.into()),
        port: Some(3333),
        protocol: Some(TCP),
        interface: Some(host),
        note: "six hours of small talk with a mining pool's port",
        ..Claim::default()
    });
}

pub(super) fn smtp_spam(stage: &mut Stage) {
    let host = stage.first(Role::Batch);
    let begin = stage.moment(0, 22);
    for _ in 0..60 {
        let server = End::far(stage.dice.public_address());
        let start = begin + i64::from(stage.dice.below(3000));
        let sent = stage.dice.size(12_000, 1);
        let mail = stage.session(End::own(host), server, 25, start, (sent, 700));
        stage.play(mail, 3);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        port: Some(25),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a batch host that is no mail relay delivers to 60 mail servers within an hour",
        ..Claim::default()
    });
}

pub(super) fn tunnel_for_hours(stage: &mut Stage) {
    let (host, peer) = (stage.last(Role::Batch), stage.outsider());
    let start = stage.moment(1, 13);
    let tunnel = stage.session(End::own(host), End::far(peer), 8443, start, (9_000_000, 14_000_000));
    stage.play(tunnel, 9 * 3600);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(peer.into()),
        port: Some(8443),
        protocol: Some(TCP),
        interface: Some(host),
        note: "one connection to a public address stays open for nine hours",
        ..Claim::default()
    });
}

pub(super) fn file_share_outside(stage: &mut Stage) {
    let (host, server) = (stage.first(Role::Batch), stage.outsider());
    let start = stage.moment(1, 22);
    for number in 0..6 {
        let session = stage.session(End::own(host), End::far(server), 445, start + 300 * number, (90_000, 700_000));
        stage.play(session, 110);
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(server.into()),
        port: Some(445),
        protocol: Some(TCP),
        interface: Some(host),
        note: "a host uses a file share across the internet, and is answered",
        ..Claim::default()
    });
}

pub(super) fn unknown_protocol(stage: &mut Stage) {
    let (host, peer) = (stage.first(Role::Batch), stage.outsider());
    let start = stage.moment(1, 21);
    let volume = Volume::new(9_000, 9_000 * 310);
    let stream = stage.session(End::own(host), End::far(peer), 0, start, (0, 0));
    // 99 is "any private encryption scheme": nothing in a VPC speaks it.
    let stream = Connection { protocol: 99, client_port: 0, request: volume, reply: volume, ..stream };
    stage.play(stream, 50 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(peer.into()),
        protocol: Some(99),
        interface: Some(host),
        note: "traffic of IP protocol 99 with a public address",
        ..Claim::default()
    });
}
