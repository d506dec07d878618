//! Incidents: findings that are one story, for people who read stories before rows.
//!
//! The rule:
//!
//! 1. Findings of one actor are one incident.
//! 2. A host that was attacked and acts afterwards belongs to its attacker's incident with all that it began since, when
//!    the attack was a way in ([`WAYS_IN`], at least of medium severity), or when the host acts against the attacker. Scans
//!    and passwords that were not found lead nowhere by themselves, nor does the traffic at the port where they were tried.
//!    What the host began before is a story of its own.
//! 3. A host has one attacker: who got in with valid accounts, else that of the worst such finding, of equals the first.
//!    Fifty scanners that meet at one server therefore stay fifty incidents, whatever the server does.
//! 4. Findings that name no actor, because there were several, are one incident where they are of the same port of the same
//!    host: a rule that is open to everyone, and the database behind it that the internet uses. Without a port, and
//!    where nobody did something (an unused rule, a hole in the logs), each is one by itself.
//!
//! A private address is a host within its network: the one that the evidence names, else the account and region of the
//! logs. So a story that crosses accounts may be told as two; two hosts are never taken for one.
//!
//! Invariant: every finding is in one incident, and the same findings make the same incidents in the same order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter;

use serde::Serialize;

use super::finding::{Finding, Moment, Severity, stable_hash};
use super::headline::headline;
use crate::functions::ip;

/// ATT&CK techniques of findings after which a host may be somebody else's: valid accounts, remote services that the
/// internet reaches, applications that were broken into.
const WAYS_IN: [&str; 3] = [VALID_ACCOUNTS, "T1133", "T1190"];
const VALID_ACCOUNTS: &str = "T1078";

/// The technique of findings that passwords were tried.
const BRUTE_FORCE: &str = "T1110";

/// Findings that are one story.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incident {
    /// The same for the same first actor, or port without one, and day.
    pub id: String,
    /// That of the worst finding.
    pub severity: Severity,
    /// The story in one sentence; of a single finding its description.
    pub headline: String,
    /// Who acted: where it began, then in order of time.
    pub actors: Vec<String>,
    /// Hosts of ours that acted or were acted upon, in order of time.
    pub hosts: Vec<String>,
    /// The accounts of the logs.
    pub account_ids: Vec<String>,
    /// The regions of the logs.
    pub regions: Vec<String>,
    /// The first record behind it.
    pub first_seen: Moment,
    /// The last one.
    pub last_seen: Moment,
    /// The detections, in order of time.
    pub detections: Vec<String>,
    /// The findings' ids, in order of time.
    pub findings: Vec<String>,
    /// The same as places in the outcome's findings.
    #[serde(skip)]
    pub timeline: Vec<usize>,
}

/// An address where it means one host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Host {
    pub(super) address: String,
    /// Empty for an address of the internet.
    network: String,
}

impl Host {
    fn of(address: &str, network: Option<&String>, finding: &Finding) -> Self {
        let network = match network {
            _ if !is_private(address) => String::new(),
            Some(network) => network.clone(),
            None => [&finding.account_id, &finding.region].map(|name| name.as_deref().unwrap_or("-")).join(" "),
        };
        Host { address: address.to_owned(), network }
    }

    pub(super) fn actor(finding: &Finding) -> Option<Self> {
        finding.actor.as_deref().map(|address| Host::of(address, finding.networks[0].as_ref(), finding))
    }

    fn target(finding: &Finding) -> Option<Self> {
        finding.target.as_deref().map(|address| Host::of(address, finding.networks[1].as_ref(), finding))
    }
}

fn is_private(address: &str) -> bool {
    ip::parse(address).is_some_and(ip::is_private)
}

/// Where a story begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Actor(Host),
    /// Several actors, at a port of a host.
    Port(Host, i64, Option<i64>),
    /// A finding with neither, by its place.
    Nobody(usize),
}

/// The incidents of `findings`, the worst first; each finding learns the id of its own.
pub(super) fn group(findings: &mut [Finding]) -> Vec<Incident> {
    let attackers = attackers(findings);
    let mut stories: BTreeMap<Origin, Vec<usize>> = BTreeMap::new();
    for (place, finding) in findings.iter().enumerate() {
        let origin = match (Host::actor(finding), Host::target(finding), finding.port) {
            (Some(actor), ..) => Origin::Actor(attackers.first(&actor, finding.first_seen).clone()),
            (None, Some(target), Some(port)) if !finding.did.is_empty() => Origin::Port(target, port, finding.protocol),
            _ => Origin::Nobody(place),
        };
        stories.entry(origin).or_default().push(place);
    }
    let mut incidents: Vec<Incident> =
        stories.into_iter().map(|(origin, places)| Incident::of(&origin, places, findings)).collect();
    incidents.sort_by(|a, b| (b.severity, a.first_seen, &a.id).cmp(&(a.severity, b.first_seen, &b.id)));
    for incident in &incidents {
        for place in &incident.timeline {
            findings[*place].incident.clone_from(&incident.id);
        }
    }
    incidents
}

fn attackers(findings: &[Finding]) -> Attackers {
    let acts = Acts::of(findings);
    let mut attacks: Vec<(&Finding, Host, Host)> = findings
        .iter()
        .filter_map(|finding| Some((finding, Host::actor(finding)?, Host::target(finding)?)))
        .filter(|(attack, attacker, victim)| acts.follow(attack, attacker, victim))
        .collect();
    attacks.sort_by_key(|(attack, ..)| {
        (Reverse(is_of(attack, VALID_ACCOUNTS)), Reverse(attack.severity), attack.first_seen, &attack.id)
    });
    let mut attackers = Attackers::default();
    for (attack, attacker, victim) in attacks {
        if !attackers.0.contains_key(&victim) && attackers.behind(&attacker).all(|host| *host != victim) {
            attackers.0.insert(victim, (attacker, attack.first_seen));
        }
    }
    attackers
}

/// For each host that acted after it was attacked, who attacked it, and since when. No host is its own attacker, not by
/// way of others either.
#[derive(Default)]
struct Attackers(HashMap<Host, (Host, Moment)>);

impl Attackers {
    /// The host, who attacked it, who attacked that one, and so on.
    fn behind<'a>(&'a self, host: &'a Host) -> impl Iterator<Item = &'a Host> {
        iter::successors(Some(host), |host| self.0.get(*host).map(|(attacker, _)| attacker))
    }

    /// Who stands at the beginning of what a host did.
    fn first<'a>(&'a self, host: &'a Host, mut did: Moment) -> &'a Host {
        let mut first = host;
        while let Some((attacker, attacked)) = self.0.get(first)
            && *attacked <= did
        {
            // Of the attacker's deeds the attack is the one that led here.
            (first, did) = (attacker, *attacked);
        }
        first
    }
}

/// When hosts began their last act, and their last against another; and at which port of whom they tried passwords.
#[derive(Default)]
struct Acts {
    last: HashMap<Host, Moment>,
    last_against: HashMap<(Host, Host), Moment>,
    tried: HashSet<(Host, Host, Option<i64>)>,
}

impl Acts {
    fn of(findings: &[Finding]) -> Self {
        let mut acts = Acts::default();
        for finding in findings {
            let Some(actor) = Host::actor(finding) else { continue };
            let later = |last: &mut Moment| *last = finding.first_seen.max(*last);
            if let Some(target) = Host::target(finding) {
                if is_of(finding, BRUTE_FORCE) {
                    acts.tried.insert((actor.clone(), target.clone(), finding.port));
                }
                acts.last_against.entry((actor.clone(), target)).and_modify(later).or_insert(finding.first_seen);
            }
            acts.last.entry(actor).and_modify(later).or_insert(finding.first_seen);
        }
        acts
    }

    /// Whether the victim's acts are to be told of the attacker.
    fn follow(&self, attack: &Finding, attacker: &Host, victim: &Host) -> bool {
        let is_before = |act: Option<&Moment>| act.is_some_and(|began| attack.first_seen <= *began);
        let is_a_try = self.tried.contains(&(attacker.clone(), victim.clone(), attack.port));
        let got_in = is_way_in(attack) && (is_of(attack, VALID_ACCOUNTS) || !is_a_try);
        (got_in && is_before(self.last.get(victim)))
            || is_before(self.last_against.get(&(victim.clone(), attacker.clone())))
    }
}

fn is_way_in(finding: &Finding) -> bool {
    finding.severity >= Severity::Medium && WAYS_IN.iter().any(|technique| is_of(finding, technique))
}

fn is_of(finding: &Finding, technique: &str) -> bool {
    finding.attack.iter().any(|id| id == technique)
}

impl Incident {
    fn of(origin: &Origin, mut timeline: Vec<usize>, findings: &[Finding]) -> Self {
        timeline.sort_by_key(|place| {
            let finding = &findings[*place];
            (finding.first_seen, finding.last_seen, &finding.detection, &finding.id)
        });
        let told: Vec<&Finding> = timeline.iter().map(|place| &findings[*place]).collect();
        let first = match origin {
            Origin::Actor(host) => Some(host),
            Origin::Port(..) | Origin::Nobody(_) => None,
        };
        let moments = |of: fn(&Finding) -> Moment| told.iter().map(move |finding| of(finding));
        let actors = first.map(|host| &host.address).into_iter().chain(told.iter().filter_map(|f| f.actor.as_ref()));
        Incident {
            id: id(origin, &told),
            severity: told.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info),
            headline: headline(first, &told),
            actors: distinct(actors),
            hosts: distinct(told.iter().flat_map(|finding| ours(finding))),
            account_ids: distinct(told.iter().filter_map(|finding| finding.account_id.as_ref())),
            regions: distinct(told.iter().filter_map(|finding| finding.region.as_ref())),
            first_seen: moments(|finding| finding.first_seen).min().unwrap_or(Moment(0)),
            last_seen: moments(|finding| finding.last_seen).max().unwrap_or(Moment(0)),
            detections: distinct(told.iter().map(|finding| &finding.detection)),
            findings: told.iter().map(|finding| finding.id.clone()).collect(),
            timeline,
        }
    }
}

/// Of who began it and the day, so that findings which come later change nothing.
fn id(origin: &Origin, told: &[&Finding]) -> String {
    let day = told.iter().map(|finding| finding.window_start.0.div_euclid(86_400)).min().unwrap_or(0);
    let parts = match origin {
        Origin::Actor(host) => vec![host.address.clone(), host.network.clone(), day.to_string()],
        Origin::Port(host, port, protocol) => {
            let port = format!("port {port}/{}", protocol.unwrap_or(0));
            vec![host.address.clone(), host.network.clone(), day.to_string(), port]
        }
        Origin::Nobody(_) => told.iter().map(|finding| finding.id.clone()).collect(),
    };
    stable_hash(["incident".to_owned()].into_iter().chain(parts).map(Some))
}

/// The ends of a finding that are hosts of ours: the direction says so, and where there is none, private addresses are.
pub(super) fn ours(finding: &Finding) -> impl Iterator<Item = &String> {
    let is_ours = |address: &str, direction: &str| match finding.direction.as_deref() {
        Some("internal") => true,
        Some(known @ ("inbound" | "outbound")) => known == direction,
        _ => is_private(address),
    };
    let actor = finding.actor.as_ref().filter(|actor| is_ours(actor, "outbound"));
    actor.into_iter().chain(finding.target.as_ref().filter(|target| is_ours(target, "inbound")))
}

/// Each text once, in order of first appearance.
pub(super) fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).cloned().collect()
}
