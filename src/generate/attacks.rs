//! Planted attacks and faults, one function each; a new one is a function and a line in the table.

use std::net::Ipv4Addr;

use super::connection::{Connection, End, ICMP, Outcome, Status, TCP, UDP, Volume};
use super::estate::Role;
use super::stage::{Claim, Scenario, Stage, When::LastDay};

/// Every attack, by the detection that should find it.
pub(super) const ATTACKS: &[Scenario] = &[
    ("rejected-spike", LastDay, rejected_spike),
    ("open-port-traffic", LastDay, open_database),
    ("unusual-egress", LastDay, exfiltration),
    ("port-scan", LastDay, port_scan),
    ("port-sweep", LastDay, internal_sweep),
    ("port-sweep", LastDay, inbound_sweep),
    ("slow-scan", LastDay, slow_scan),
    ("block-scan", LastDay, block_scan),
    ("brute-force-ssh", LastDay, brute_force_ssh),
    ("brute-force-database", LastDay, brute_force_database),
    ("reject-then-accept", LastDay, reject_then_accept),
    ("beacon", LastDay, beacon),
    ("dns-tunnel", LastDay, dns_tunnel),
    ("dns-unapproved", LastDay, dns_over_tls),
    ("icmp-tunnel", LastDay, icmp_tunnel),
    ("lateral-sweep", LastDay, lateral_sweep),
    ("crypto-mining", LastDay, crypto_mining),
    ("smtp-spam", LastDay, smtp_spam),
    ("dos-outbound", LastDay, udp_flood),
    ("dos-inbound", LastDay, syn_flood),
    ("dos-reflection", LastDay, reflection),
    ("long-connection", LastDay, tunnel_for_hours),
    ("risky-service-edge", LastDay, file_share_outside),
    ("odd-traffic", LastDay, unknown_protocol),
    ("asymmetric-reject", LastDay, blocked_replies),
    ("unused-open-rule", LastDay, open_rule_without_use),
    ("log-health", LastDay, falls_silent),
    ("log-health", LastDay, loses_records),
];

/// The port of the rejected spike: a router's management port that background noise leaves alone.
const SPIKE_PORT: u16 = 8728;

fn rejected_spike(stage: &mut Stage) {
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

fn open_database(stage: &mut Stage) {
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

fn exfiltration(stage: &mut Stage) {
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

fn port_scan(stage: &mut Stage) {
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

fn internal_sweep(stage: &mut Stage) {
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

fn inbound_sweep(stage: &mut Stage) {
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

fn slow_scan(stage: &mut Stage) {
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

fn block_scan(stage: &mut Stage) {
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

fn brute_force_ssh(stage: &mut Stage) {
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

fn brute_force_database(stage: &mut Stage) {
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

fn reject_then_accept(stage: &mut Stage) {
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

fn beacon(stage: &mut Stage) {
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

fn dns_tunnel(stage: &mut Stage) {
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

fn dns_over_tls(stage: &mut Stage) {
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

fn icmp_tunnel(stage: &mut Stage) {
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

fn lateral_sweep(stage: &mut Stage) {
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

fn crypto_mining(stage: &mut Stage) {
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

fn smtp_spam(stage: &mut Stage) {
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

fn udp_flood(stage: &mut Stage) {
    let (host, victim) = (stage.last(Role::Batch), stage.outsider());
    let start = stage.moment(0, 23);
    let volumes = (Volume::new(1_500_000, 1_500_000 * 540), Volume::default());
    let flood = stage.datagrams(End::own(host), End::far(victim), 27015, start, volumes);
    stage.play(Connection { outcome: Outcome::Unanswered, ..flood }, 12 * 60);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(victim.into()),
        port: Some(27015),
        protocol: Some(UDP),
        interface: Some(host),
        note: "2,000 packets a second to one public address for twelve minutes, nothing comes back",
        ..Claim::default()
    });
}

fn syn_flood(stage: &mut Stage) {
    let target = stage.first(Role::CampaignBalancer);
    let start = stage.moment(1, 8);
    for _ in 0..1_500 {
        let source = End::far(stage.dice.public_address());
        let delay = i64::from(stage.dice.below(120));
        let probe = stage.probe(source, End::own(target), 80, start + delay);
        stage.play(Connection { outcome: Outcome::Unanswered, request: Volume::new(3, 132), ..probe }, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(80),
        protocol: Some(TCP),
        interface: Some(target),
        note: "1,500 sources send SYN to one address within two minutes and never finish the handshake",
        ..Claim::default()
    });
}

fn reflection(stage: &mut Stage) {
    let target = stage.first(Role::Bastion);
    // Above the ports that the host's own queries use.
    let (start, port) = (stage.moment(0, 23), stage.dice.between(61_000, 65_000) as u16);
    for _ in 0..300 {
        let server = End::far(stage.dice.public_address());
        let packets = 400 + u64::from(stage.dice.below(200));
        let volumes = (Volume::new(packets, packets * 468), Volume::default());
        let delay = i64::from(stage.dice.below(240));
        let answers = stage.datagrams(server, End::own(target), port, start + delay, volumes);
        stage.play(Connection { client_port: 123, outcome: Outcome::Rejected, ..answers }, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(UDP),
        interface: Some(target),
        note: "300 time servers send large answers that nobody asked for",
        ..Claim::default()
    });
}

fn tunnel_for_hours(stage: &mut Stage) {
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

fn file_share_outside(stage: &mut Stage) {
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

fn unknown_protocol(stage: &mut Stage) {
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

fn blocked_replies(stage: &mut Stage) {
    let (client, target) = (stage.outsider(), stage.first(Role::Legacy));
    let begin = stage.moment(7, 20);
    for number in 0..45 {
        let start = begin + 40 * number + i64::from(stage.dice.below(9));
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
        note: "requests are accepted and their replies rejected: a network ACL forgets part of the ephemeral ports",
        ..Claim::default()
    });
}

fn open_rule_without_use(stage: &mut Stage) {
    let interface = stage.first(Role::Legacy);
    stage.claim(Claim {
        target: Some(stage.address(interface)),
        port: Some(21),
        protocol: Some(TCP),
        interface: Some(interface),
        note: "a rule opens port 21 to 0.0.0.0/0 and no traffic uses it all day",
        ..Claim::default()
    });
}

fn falls_silent(stage: &mut Stage) {
    let (host, peer) = (stage.first(Role::Retiring), Ipv4Addr::new(162, 159, 200, 1));
    let end = stage.moment(12, 16);
    let volumes = (Volume::new(1, 76), Volume::new(1, 76));
    for start in (stage.midnight + 20..end).step_by(180) {
        let exchange = stage.datagrams(End::own(host), End::far(peer), 123, start, volumes);
        stage.play(exchange, 1);
    }
    stage.claim(Claim {
        interface: Some(host),
        window: Some((end, stage.midnight + 86_399)),
        note: "an interface that logged every three minutes logs nothing any more, not even NODATA",
        ..Claim::default()
    });
}

fn loses_records(stage: &mut Stage) {
    let interface = stage.last(Role::Cache);
    let begin = stage.moment(9, 18);
    let begin = begin - begin % 60;
    for minute in 0..90 {
        if stage.dice.percent(70) {
            stage.log_status(interface, Status::SkipData, begin + 60 * minute);
        }
    }
    stage.claim(Claim {
        interface: Some(interface),
        note: "records of most minutes are lost for an hour and a half",
        ..Claim::default()
    });
}
