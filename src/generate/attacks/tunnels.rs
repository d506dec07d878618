//! Ways out that somebody keeps open from inside: beacons, tunnels, Tor, odd protocols.

use std::net::Ipv4Addr;

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{ICMP, TCP, UDP, Volume};
use super::super::stage::{Claim, Stage};

/// Hosts that somebody may have taken over.
const INSIDE: [Role; 5] = [Role::App, Role::Web, Role::Batch, Role::Build, Role::Reporting];

/// Hosts with a public address of their own, for what would be many records behind a NAT gateway.
const PUBLIC: [Role; 2] = [Role::Batch, Role::Reporting];

/// What identifies the traffic of a host with one peer outside.
fn pair(stage: &Stage, host: u32, peer: Ipv4Addr, (protocol, port): (u8, Option<u16>), note: String) -> Claim {
    Claim {
        actor: Some(stage.address(host)),
        target: Some(peer.into()),
        port,
        protocol: Some(protocol),
        interface: Some(host),
        note,
        ..Claim::default()
    }
}

pub(super) fn beacon(stage: &mut Stage) {
    let (host, master) = (stage.host(&INSIDE), stage.outsider());
    let port = stage.dice.pick(&[80_u16, 443, 443, 8080, 8443, 4443]);
    let interval = stage.draw((60, 180), (240, 600));
    // The quiet one spreads its calls by a fifth of the interval to both sides, and rests part of the day.
    let jitter = if stage.is_quiet() { interval * 2 / 5 } else { 1 + interval / 20 };
    let hours = stage.draw((12, 22), (14, 22));
    let begin = stage.moment(0, 24 - hours);
    let (sent, received) = (u64::from(stage.dice.between(200, 900)), u64::from(stage.dice.between(150, 2_000)));
    for number in 0..(hours * 3600 / interval - 1) {
        let start = begin + i64::from(interval * number + stage.dice.below(jitter));
        let payload = (sent + u64::from(stage.dice.below(24)), received);
        let call = stage.session(End::own(host), End::far(master), port, start, payload);
        stage.play(call, 1);
    }
    let note =
        format!("a host calls one address every {interval} seconds give or take {} for {hours} hours", jitter / 2);
    stage.claim(pair(stage, host, master, (TCP, Some(port)), note));
}

pub(super) fn strobe(stage: &mut Stage) {
    let (host, master) = (stage.host(&PUBLIC), stage.outsider());
    let count = stage.draw((110_000, 130_000), (87_500, 90_000));
    for number in 0..count {
        let start = stage.midnight + i64::from(number) * 86_380 / i64::from(count);
        let call = stage.probe(End::own(host), End::far(master), 443, start);
        stage.play(Connection { outcome: Outcome::Unanswered, ..call }, 1);
    }
    let note = format!("a host tries one address that does not answer {count} times, all day without a pause");
    stage.claim(pair(stage, host, master, (TCP, Some(443)), note));
}

pub(super) fn dns_tunnel(stage: &mut Stage) {
    let (host, resolver) = (stage.host(&PUBLIC), stage.outsider());
    let begin = stage.moment(0, 20);
    let begin = begin - begin % 60;
    let minutes = stage.draw((20, 90), (130, 200));
    let size = stage.draw((150, 250), (215, 255));
    for minute in 0..minutes {
        // Loud is much; quiet is little, in names as long as they can be.
        let packets = match stage.is_quiet() {
            true => u64::from(stage.dice.between(8, 14)),
            false => u64::from(400_000 / size + stage.dice.below(3_000)),
        };
        let volumes = (Volume::new(packets, packets * u64::from(size)), Volume::new(packets, packets * 148));
        let start = begin + 60 * i64::from(minute) + i64::from(stage.dice.below(2));
        let queries = stage.datagrams(End::own(host), End::far(resolver), 53, start, volumes);
        stage.play(queries, 57);
    }
    let note = format!("queries of {size} bytes to a resolver nobody else uses, for {minutes} minutes");
    stage.claim(pair(stage, host, resolver, (UDP, Some(53)), note));
}

pub(super) fn foreign_resolver(stage: &mut Stage) {
    let (host, resolver) = (stage.host(&INSIDE), stage.outsider());
    let is_encrypted = stage.dice.percent(50);
    let begin = stage.moment(1, 20);
    let count = stage.draw((40, 160), (12, 20));
    for _ in 0..count {
        let start = begin + i64::from(stage.dice.below(3 * 3600));
        if is_encrypted {
            let session = stage.session(End::own(host), End::far(resolver), 853, start, (1_400, 4_800));
            stage.play(session, 12);
        } else {
            let volumes = (Volume::new(1, 60 + u64::from(stage.dice.below(25))), Volume::new(1, 140));
            let query = stage.datagrams(End::own(host), End::far(resolver), 53, start, volumes);
            stage.play(query, 1);
        }
    }
    let (protocol, port, how) = if is_encrypted { (TCP, 853, "over TLS") } else { (UDP, 53, "in clear") };
    let note = format!("a host asks a resolver that is on no list {count} times {how}");
    stage.claim(pair(stage, host, resolver, (protocol, Some(port)), note));
}

pub(super) fn icmp_tunnel(stage: &mut Stage) {
    let (host, peer) = (stage.host(&PUBLIC), stage.outsider());
    let minutes = stage.draw((60, 180), (70, 150));
    let start = stage.moment(0, 20);
    let (per_minute, size) = (stage.draw((30, 120), (8, 14)), stage.draw((500, 1_400), (150, 300)));
    let volume = Volume::new(u64::from(minutes * per_minute), u64::from(minutes * per_minute * size));
    let echo = stage.session(End::own(host), End::far(peer), 0, start, (0, 0));
    let echo = Connection { protocol: ICMP, client_port: 0, request: volume, reply: volume, ..echo };
    stage.play(echo, 60 * minutes);
    let note = format!("{per_minute} echo requests of {size} bytes a minute to one address, for {minutes} minutes");
    stage.claim(pair(stage, host, peer, (ICMP, None), note));
}

pub(super) fn tor_client(stage: &mut Stage) {
    let host = stage.host(&INSIDE);
    let relays = stage.draw((3, 6), (1, 1));
    let begin = stage.moment(1, 20);
    let mut target = None;
    for _ in 0..relays {
        let relay = stage.outsider();
        target = (relays == 1).then_some(relay.into());
        stage.list_relay(relay);
        for _ in 0..stage.draw((3, 10), (1, 1)) {
            let start = begin + i64::from(stage.dice.below(3 * 3600));
            let payload = (stage.dice.size(30_000, 3), stage.dice.size(300_000, 3));
            let session = stage.session(End::own(host), End::far(relay), 9001, start, payload);
            let seconds = stage.dice.between(10, 120);
            stage.play(session, seconds);
        }
    }
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target,
        port: Some(9001),
        protocol: Some(TCP),
        interface: Some(host),
        note: format!("a host reaches relays of Tor, {relays} in number"),
        ..Claim::default()
    });
}

pub(super) fn listed_master(stage: &mut Stage) {
    let (host, master) = (stage.host(&INSIDE), stage.outsider());
    stage.list_threat(master);
    let port = stage.dice.pick(&[80_u16, 443, 8443, 6667]);
    let begin = stage.moment(1, 20);
    let count = stage.draw((6, 40), (1, 1));
    for _ in 0..count {
        let start = begin + i64::from(stage.dice.below(3 * 3600));
        let payload = (stage.dice.size(2_000, 2), stage.dice.size(9_000, 3));
        let session = stage.session(End::own(host), End::far(master), port, start, payload);
        let seconds = stage.dice.between(1, 30);
        stage.play(session, seconds);
    }
    let note = format!("a host calls an address on the threat list and is answered; calls: {count}");
    stage.claim(pair(stage, host, master, (TCP, Some(port)), note));
}

pub(super) fn tunnel_for_hours(stage: &mut Stage) {
    let (host, peer) = (stage.host(&PUBLIC), stage.outsider());
    let port = stage.dice.pick(&[22_u16, 443, 1194, 4443, 8443]);
    let minutes = stage.draw((9 * 60, 13 * 60), (70, 150));
    let start = stage.moment(0, 10);
    // The quiet one says little, in some minutes nothing.
    let per_minute = u64::from(stage.draw((5_000, 60_000), (150, 400)));
    let payload = (per_minute * u64::from(minutes) / 2, per_minute * u64::from(minutes));
    let tunnel = stage.session(End::own(host), End::far(peer), port, start, payload);
    stage.play(tunnel, 60 * minutes);
    let note = format!("one connection to a public address stays open for {minutes} minutes");
    stage.claim(pair(stage, host, peer, (TCP, Some(port)), note));
}

pub(super) fn odd_protocol(stage: &mut Stage) {
    let (host, peer) = (stage.host(&PUBLIC), stage.outsider());
    let start = stage.moment(1, 20);
    // IP in IP, any private encryption scheme, and two that nobody uses.
    let protocol = stage.dice.pick(&[4_u8, 99, 143, 200]);
    let (packets, minutes) = (u64::from(stage.draw((2_000, 20_000), (24, 60))), stage.draw((30, 90), (5, 20)));
    let size = u64::from(stage.dice.between(60, 900));
    let volume = Volume::new(packets, packets * size);
    let stream = stage.session(End::own(host), End::far(peer), 0, start, (0, 0));
    let stream = Connection { protocol, client_port: 0, request: volume, reply: volume, ..stream };
    stage.play(stream, 60 * minutes);
    let note = format!("{packets} packets of IP protocol {protocol} with a public address");
    stage.claim(pair(stage, host, peer, (protocol, None), note));
}
