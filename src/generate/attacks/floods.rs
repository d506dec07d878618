//! Denial of service: from a host of ours, against one, and by the answers of others.

use super::super::connection::{Connection, End, Outcome};
use super::super::estate::Role;
use super::super::row::{TCP, UDP, Volume};
use super::super::stage::{Claim, Stage};

pub(super) fn outbound(stage: &mut Stage) {
    let (host, victim) = (stage.host(&[Role::Batch, Role::Reporting]), stage.outsider());
    let start = stage.moment(0, 22);
    // Datagrams, or SYN packets of one port.
    let (protocol, size) = if stage.dice.percent(50) { (UDP, stage.dice.between(60, 1_400)) } else { (TCP, 44) };
    let port = stage.dice.pick(&[80_u16, 443, 3074, 27_015]);
    let (rate, minutes) = (stage.draw((3_000, 60_000), (1_250, 1_600)), stage.draw((6, 20), (11, 20)));
    let packets = u64::from(60 * minutes) * u64::from(rate);
    let volumes = (Volume::new(packets, packets * u64::from(size)), Volume::default());
    let flood = stage.datagrams(End::own(host), End::far(victim), port, start, volumes);
    stage.play(Connection { protocol, outcome: Outcome::Unanswered, ..flood }, 60 * minutes);
    stage.claim(Claim {
        actor: Some(stage.address(host)),
        target: Some(victim.into()),
        port: Some(port),
        protocol: Some(protocol),
        interface: Some(host),
        note: format!("{rate} packets a second to one public address for {minutes} minutes, nothing comes back"),
        ..Claim::default()
    });
}

pub(super) fn inbound(stage: &mut Stage) {
    let target = stage.host(&[Role::CampaignBalancer]);
    let start = if stage.is_quiet() { stage.moment(12, 20) } else { stage.moment(1, 8) };
    let note =
        if stage.dice.percent(60) { syn_flood(stage, target, start) } else { packet_flood(stage, target, start) };
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(80),
        protocol: Some(TCP),
        interface: Some(target),
        note,
        ..Claim::default()
    });
}

/// Many sources that each begin and never go on.
fn syn_flood(stage: &mut Stage, target: u32, start: i64) -> String {
    let (sources, seconds) = (stage.draw((1_200, 2_400), (1_450, 1_700)), stage.draw((60, 200), (580, 600)));
    for _ in 0..sources {
        let source = End::far(stage.dice.public_address());
        let delay = i64::from(stage.dice.below(seconds));
        let probe = stage.probe(source, End::own(target), 80, start + delay);
        let request = Volume::new(3, 132);
        stage.play(Connection { outcome: Outcome::Unanswered, request, ..probe }, 1);
    }
    format!("{sources} sources send SYN to one address within {seconds} seconds and never finish the handshake")
}

/// Few sources that send far more than is answered.
fn packet_flood(stage: &mut Stage, target: u32, start: i64) -> String {
    let (sources, rate) = (stage.draw((4, 30), (3, 5)), stage.draw((5_000, 40_000), (1_300, 1_900)));
    let minutes = stage.draw((5, 12), (12, 20));
    for _ in 0..sources {
        let source = End::far(stage.dice.public_address());
        let packets = u64::from(rate / sources) * 60 * u64::from(minutes);
        let probe = stage.probe(source, End::own(target), 80, start);
        let request = Volume::new(packets, packets * 60);
        stage.play(Connection { outcome: Outcome::Unanswered, request, ..probe }, 60 * minutes);
    }
    format!("{sources} sources send {rate} packets a second to one address for {minutes} minutes, unanswered")
}

pub(super) fn reflection(stage: &mut Stage) {
    let target = stage.host(&[Role::Bastion, Role::Batch, Role::Reporting]);
    // Above the ports that the host's own queries use.
    let (start, port) = (stage.moment(0, 23), stage.dice.between(61_000, 65_000) as u16);
    let amplifier = stage.dice.pick(&[19_u16, 53, 123, 389, 1900, 11_211]);
    let (servers, seconds) = (stage.draw((100, 350), (24, 32)), stage.draw((60, 280), (120, 280)));
    for _ in 0..servers {
        let server = End::far(stage.dice.public_address());
        let packets = u64::from(stage.draw((300, 900), (20, 60)));
        let size = u64::from(stage.dice.between(440, 1_400));
        let volumes = (Volume::new(packets, packets * size), Volume::default());
        let delay = i64::from(stage.dice.below(seconds));
        let answers = stage.datagrams(server, End::own(target), port, start + delay, volumes);
        stage.play(Connection { client_port: amplifier, outcome: Outcome::Rejected, ..answers }, 1);
    }
    stage.claim(Claim {
        target: Some(stage.address(target)),
        port: Some(port),
        protocol: Some(UDP),
        interface: Some(target),
        note: format!("{servers} servers send large answers of port {amplifier} that nobody asked for"),
        ..Claim::default()
    });
}
