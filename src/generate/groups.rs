//! Security groups of the estate: what each role lets in, and what stands open to the world.
//!
//! Traffic and groups must agree: whoever sends to a port that no rule opens is rejected, and a detection that
//! is given the groups must find the open port the logs show traffic to.

use std::net::Ipv4Addr;

use super::estate::Role;
use super::row::{ICMP, TCP};

/// The office network, from which administrators come.
pub(super) const OFFICE: &str = "198.51.100.0/28";

/// Addresses of administrators in the office network.
pub(super) const OFFICE_HOSTS: [Ipv4Addr; 3] =
    [Ipv4Addr::new(198, 51, 100, 4), Ipv4Addr::new(198, 51, 100, 7), Ipv4Addr::new(198, 51, 100, 9)];

/// Where a rule lets traffic come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// 0.0.0.0/0 and ::/0.
    World,
    /// 0.0.0.0/0 only.
    World4,
    Office,
    /// The whole VPC.
    Vpc,
    /// Members of the group of this role.
    Group(Role),
}

/// An inbound rule for one port; port 0 of ICMP stands for every type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) protocol: u8,
    pub(super) port: u16,
    pub(super) from: Source,
    pub(super) description: &'static str,
}

const fn tcp(port: u16, from: Source, description: &'static str) -> Rule {
    Rule { protocol: TCP, port, from, description }
}

/// What every host lets in: the monitor's scrapes and pings.
const EVERY_HOST: [Rule; 3] = [
    tcp(9100, Source::Group(Role::Monitor), "metrics"),
    tcp(9101, Source::Group(Role::Monitor), "inventory"),
    Rule { protocol: ICMP, port: 0, from: Source::Vpc, description: "ping from the VPC" },
];

/// The inbound rules of the group of a role. `mistakes` adds what the planted attacks walk through.
pub(super) fn rules(role: Role, mistakes: bool) -> Vec<Rule> {
    let mut rules = match role {
        // A NAT gateway has no security group.
        Role::Nat => return Vec::new(),
        Role::LoadBalancer | Role::CampaignBalancer => {
            return vec![tcp(80, Source::World, "redirect to https"), tcp(443, Source::World, "public site")];
        }
        Role::Bastion => vec![tcp(22, Source::Office, "administrators")],
        Role::Legacy => vec![tcp(443, Source::World4, "customer sites")],
        Role::Reporting => vec![tcp(5432, Source::Group(Role::App), "reports")],
        Role::Mail => vec![tcp(25, Source::World4, "mail"), tcp(587, Source::Group(Role::App), "submission")],
        Role::Web => vec![
            tcp(8080, Source::Group(Role::LoadBalancer), "site"),
            tcp(8081, Source::Group(Role::LoadBalancer), "health"),
        ],
        Role::App => vec![tcp(8443, Source::Group(Role::Web), "service")],
        Role::Database => {
            vec![tcp(5432, Source::Group(Role::App), "pool"), tcp(5432, Source::Vpc, "replicas and batch")]
        }
        Role::Cache => vec![tcp(6379, Source::Group(Role::App), "cache")],
        Role::Batch | Role::Build | Role::Backup | Role::Monitor | Role::Idle | Role::Retiring => Vec::new(),
    };
    rules.extend(EVERY_HOST);
    if role != Role::Bastion {
        rules.push(tcp(22, Source::Group(Role::Bastion), "administration"));
        rules.push(tcp(22, Source::Group(Role::Build), "deployment"));
        rules.push(tcp(22, Source::Group(Role::Monitor), "configuration management"));
    }
    if mistakes {
        rules.extend(mistakes_of(role));
    }
    rules
}

/// Rules nobody should have written.
fn mistakes_of(role: Role) -> Vec<Rule> {
    match role {
        Role::Reporting => vec![
            tcp(3306, Source::World4, "temporary, for the migration"),
            tcp(1433, Source::World4, "temporary, for the vendor"),
        ],
        Role::Legacy => vec![
            tcp(22, Source::World4, "home office"),
            tcp(21, Source::World4, "old upload server"),
            tcp(3389, Source::World4, "remote support"),
            tcp(8089, Source::World4, "old console"),
            tcp(9001, Source::World4, "application server"),
        ],
        Role::App => vec![
            tcp(3389, Source::Vpc, "remote desktop"),
            tcp(5985, Source::Vpc, "remote management"),
            tcp(5986, Source::Vpc, "remote management"),
        ],
        _ => Vec::new(),
    }
}

/// Whether a role's group lets anyone on the internet reach a TCP port.
pub(super) fn is_open_to_world(role: Role, port: u16, mistakes: bool) -> bool {
    role == Role::Nat
        || rules(role, mistakes)
            .iter()
            .any(|rule| rule.port == port && matches!(rule.from, Source::World | Source::World4))
}
