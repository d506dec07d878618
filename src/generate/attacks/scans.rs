//! Scans and sweeps: somebody looks for what is there, from outside or from a host that is already theirs.

use super::super::connection::End;
use super::super::estate::Role;
use super::super::row::TCP;
use super::super::stage::{Claim, Stage};

/// Ports of routers and controllers that background noise and other scenarios leave alone.
const SPIKE_PORTS: [u16; 6] = [7547, 8291, 8728, 8899, 9530, 9943];

/// Ports that scanners of many addresses try. None is open to the world anywhere and unused.
const POPULAR_PORTS: [u16; 19] =
    [23, 111, 135, 139, 161, 445, 512, 631, 873, 1521, 2049, 3128, 5900, 5984, 5985, 8009, 8081, 9200, 11_211];

/// `count` of these ports, each once, in an order of chance.
fn some<T: Copy>(stage: &mut Stage, all: &[T], count: usize) -> Vec<T> {
    let mut left = all.to_vec();
    let mut chosen = Vec::new();
    while chosen.len() < count && !left.is_empty() {
        let place = stage.dice.below(left.len() as u32) as usize;
        chosen.push(left.swap_remove(place));
    }
    chosen
}

pub(super) fn rejected_spike(stage: &mut Stage) {
    // The quiet one is a single host inside that can't let go, where no noise of the internet hides it.
    let is_inside = stage.is_quiet();
    let target = stage.host(if is_inside { &[Role::App, Role::Database, Role::Cache] } else { &[Role::Batch] });
    let port = stage.dice.pick(&SPIKE_PORTS);
    let minutes = stage.draw((5, 15), (40, 55));
    let begin = stage.moment(1, 22);
    let sources = if is_inside { 1 } else { stage.dice.between(60, 150) };
    let mut actor = None;
    for _ in 0..sources {
        let source = if is_inside {
            let host = stage.host(&[Role::Web, Role::Build]);
            actor = Some(stage.address(host));
            End::own(host)
        } else {
            End::far(stage.dice.public_address())
        };
        for _ in 0..stage.draw((4, 7), (110, 150)) {
            let start = begin + i64::from(stage.dice.below(60 * minutes));
            let probe = stage.probe(source, End::own(target), port, start);
            stage.play(probe, 1);
        }
    }
    stage.claim(Claim {
        actor,
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(target),
        note: match sources {
            1 => format!("a host inside tries a closed port of another again and again for {minutes} minutes"),
            _ => format!("{sources} sources try a closed port of one host for {minutes} minutes, all rejected"),
        },
        ..Claim::default()
    });
}

pub(super) fn port_scan(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.host(&[Role::LoadBalancer, Role::Batch]));
    let count = stage.draw((80, 240), (54, 70));
    // A scanner of a full list takes seconds, one who minds the limits just under an hour.
    let seconds = stage.draw((20, 240), (3_000, 3_400));
    let start = stage.moment(0, 22);
    let first = stage.dice.between(1, 9_000);
    let is_balancer = stage.estate.interface(target).role == Role::LoadBalancer;
    for number in 0..count {
        let begin = start + i64::from(number * seconds / count) + i64::from(stage.dice.below(1 + seconds / count / 3));
        // Ports that follow each other in steps, and among them the one that is open.
        let port = if number == count / 2 && is_balancer { 443 } else { (first + 31 * number) as u16 };
        let port = port + u16::from(SPIKE_PORTS.contains(&port));
        stage.knock(source, End::own(target), port, begin);
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("one source tries {count} ports of one host within {seconds} seconds"),
        ..Claim::default()
    });
}

pub(super) fn internal_sweep(stage: &mut Stage) {
    let source = stage.host(&[Role::Build, Role::App, Role::Web]);
    let port =
        if stage.is_quiet() { stage.dice.pick(&[1433_u16, 2049, 10_250]) } else { stage.dice.pick(&[445, 6443]) };
    let count = stage.draw((60, 170), (108, 130));
    let seconds = stage.draw((60, 270), (3_100, 3_400));
    let start = stage.moment(0, 22);
    let first = stage.dice.between(0, 500);
    for number in 0..count {
        // Most do not exist.
        let target = match stage.site.with(Role::Database).get(number as usize / 5) {
            Some(interface) if number % 5 == 0 => End::own(*interface),
            _ => End::far(stage.unused_address(first + number)),
        };
        let probe = stage.probe(End::own(source), target, port, start + i64::from(number * seconds / count));
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        port: Some(port),
        protocol: Some(TCP),
        note: format!("a host tries one port of {count} private addresses within {seconds} seconds; most do not exist"),
        ..Claim::default()
    });
}

pub(super) fn inbound_sweep(stage: &mut Stage) {
    let source = stage.outsider();
    let port = stage.dice.pick(&[5900_u16, 6379, 2375, 9200, 5555, 8545]);
    let rounds = stage.draw((2, 4), (1, 1));
    let start = stage.moment(0, 22);
    let mut targets = stage.public_ends();
    targets.extend(stage.site.with(Role::LoadBalancer).iter().map(|interface| End::own(*interface)));
    let targets = some(stage, &targets, 60);
    let step = stage.draw((1, 3), (4, 4)).min(290 / targets.len() as u32);
    for round in 0..rounds {
        for (number, target) in targets.iter().enumerate() {
            let begin = start + i64::from(300 * round + step * number as u32);
            stage.knock(source, *target, port, begin);
        }
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        port: Some(port),
        protocol: Some(TCP),
        note: "one source tries one port of every public address, packet-level addresses told apart".to_string(),
        ..Claim::default()
    });
}

pub(super) fn outbound_sweep(stage: &mut Stage) {
    let source = stage.host(&[Role::Batch, Role::Reporting, Role::App]);
    let port =
        if stage.is_quiet() { stage.dice.pick(&[4786_u16, 8291, 37_215]) } else { stage.dice.pick(&[23, 2323, 7547]) };
    let count = stage.draw((60, 200), (105, 125));
    let seconds = stage.draw((60, 240), (3_100, 3_400));
    let start = stage.moment(0, 22);
    for number in 0..count {
        let target = End::far(stage.dice.public_address());
        let probe = stage.probe(End::own(source), target, port, start + i64::from(number * seconds / count));
        stage.play(probe, 1);
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        port: Some(port),
        protocol: Some(TCP),
        interface: Some(source),
        note: format!("a worm looks for its next host: one port of {count} public addresses in {seconds} seconds"),
        ..Claim::default()
    });
}

pub(super) fn slow_scan(stage: &mut Stage) {
    let source = stage.outsider();
    let targets = stage.public_ends();
    let ports = some(stage, &POPULAR_PORTS, 12);
    let step = stage.draw((8, 20), (40, 90));
    let (phase, count) = (stage.dice.below(step), 86_400 / step - 1);
    let count = count.min(stage.draw((600, 900), (900, 2_159)));
    for number in 0..count {
        let target = targets[number as usize % targets.len()];
        let port = ports[number as usize / targets.len() % ports.len()];
        stage.knock(source, target, port, stage.midnight + i64::from(phase + step * number));
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        protocol: Some(TCP),
        note: format!("one source probes the public addresses, one probe every {step} seconds, {count} times"),
        ..Claim::default()
    });
}

pub(super) fn block_scan(stage: &mut Stage) {
    let source = stage.outsider();
    let start = stage.moment(0, 12);
    let (hosts, tries) = (stage.draw((8, 16), (6, 9)), stage.draw((8, 12), (9, 10)));
    // Different hosts first: in the default format the further addresses of one are not told apart.
    let (hosts_first, further): (Vec<End>, Vec<End>) =
        stage.public_ends().into_iter().partition(|end| matches!(end, End::Own { secondary: None, .. }));
    let balancers: Vec<End> = stage.site.with(Role::LoadBalancer).iter().map(|balancer| End::own(*balancer)).collect();
    let mut targets = some(stage, &[hosts_first, balancers].concat(), hosts as usize);
    targets.extend(some(stage, &further, hosts as usize - targets.len()));
    let ports = some(stage, &POPULAR_PORTS, tries as usize);
    let step = stage.draw((2, 20), (200, 420));
    let mut pairs: Vec<(End, u16)> =
        targets.iter().flat_map(|target| ports.iter().map(move |port| (*target, *port))).collect();
    // Neither many ports of one host nor one port of many: the pairs come in an order of chance.
    pairs = some(stage, &pairs, pairs.len());
    for (number, (target, port)) in pairs.iter().enumerate() {
        let delay = step * number as u32 + stage.dice.below(step);
        stage.knock(source, *target, *port, start + i64::from(delay));
    }
    stage.claim(Claim {
        actor: Some(source.into()),
        protocol: Some(TCP),
        note: format!("one source tries {tries} ports of {hosts} addresses, one every {step} seconds or so"),
        ..Claim::default()
    });
}

pub(super) fn lateral_sweep(stage: &mut Stage) {
    let source = stage.host(&[Role::Build]);
    // Whoever has a key is let in everywhere; who has none is turned away.
    let is_let_in = stage.is_quiet();
    let port = if is_let_in { 22 } else { stage.dice.pick(&[135_u16, 139, 5986]) };
    let count = stage.draw((30, 60), (23, 28));
    let seconds = stage.draw((200, 1_200), (2_800, 3_300));
    // Deployments are in the morning.
    let begin = stage.moment(12, 22);
    let roles = [Role::Web, Role::App, Role::Cache, Role::Backup];
    let own: Vec<u32> = roles.iter().flat_map(|role| stage.site.with(*role)).copied().collect();
    let first = stage.dice.between(500, 900);
    for number in 0..count {
        let start = begin + i64::from(number * seconds / count);
        let target = match own.get(number as usize) {
            Some(interface) => End::own(*interface),
            None => End::far(stage.unused_address(first + number)),
        };
        if is_let_in {
            let session = stage.session(End::own(source), target, port, start, (4_000, 9_000));
            let seconds = stage.dice.between(3, 20);
            stage.play(session, seconds);
        } else {
            let probe = stage.probe(End::own(source), target, port, start);
            stage.play(probe, 1);
        }
    }
    stage.claim(Claim {
        actor: Some(stage.address(source)),
        port: Some(port),
        protocol: Some(TCP),
        note: format!(
            "a host turns to {count} others over port {port} within {seconds} seconds and is {}",
            if is_let_in { "let in" } else { "turned away" }
        ),
        ..Claim::default()
    });
}

pub(super) fn reject_then_accept(stage: &mut Stage) {
    let (source, target) = (stage.outsider(), stage.host(&[Role::Legacy]));
    let start = stage.moment(1, 11);
    let count = stage.draw((15, 60), (11, 14));
    let step = stage.draw((2, 25), (400, 1_500));
    let ports: Vec<u16> = (0..count).map(|number| (7_001 + 17 * number) as u16).collect();
    for (number, port) in some(stage, &ports, ports.len()).into_iter().enumerate() {
        stage.knock(source, End::own(target), port, start + i64::from(step * number as u32));
    }
    let way_in = start + i64::from(step * count) + i64::from(stage.dice.between(60, 900));
    let payload = (stage.draw((20_000, 90_000), (1_200, 3_000)), stage.draw((200_000, 900_000), (4_000, 30_000)));
    let payload = (u64::from(payload.0), u64::from(payload.1));
    let session = stage.session(End::far(source), End::own(target), 443, way_in, payload);
    stage.play(session, 90);
    stage.claim(Claim {
        actor: Some(source.into()),
        target: Some(stage.address(target)),
        protocol: Some(TCP),
        interface: Some(target),
        note: format!("{count} rejected ports, then an accepted and answered session of the same source"),
        ..Claim::default()
    });
}
