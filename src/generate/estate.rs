//! The estate whose traffic is generated: accounts, VPCs, subnets and the network interfaces with their roles.
//!
//! Every account has one VPC, a large one has a second VPC in another region. Each VPC (a [`Site`]) holds the
//! same roles, so any scenario can be planted in any of them. The estate depends on the seed and the options
//! alone.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::dice::{Dice, Topic};

/// The fewest interfaces a VPC can have: one of each role, and two where a role needs a peer.
pub(super) const SITE_MIN_INTERFACES: usize = 20;

/// The most interfaces an account can have: more would not find room in the subnets.
pub(super) const ACCOUNT_MAX_INTERFACES: usize = 1000;

/// From this many interfaces on, an account has a second VPC in another region.
const TWO_REGIONS_FROM: usize = 48;

/// Region, prefix of its zone ids, second octet of the VPC's network.
const REGIONS: [(&str, &str, u8); 4] = [
    ("us-east-1", "use1", 16),
    ("eu-central-1", "euc1", 48),
    ("eu-west-1", "euw1", 80),
    ("ap-southeast-2", "apse2", 112),
];

/// Account ids that AWS' own documentation uses, so that nobody's account is named. The second begins with a
/// zero: ids are text, and a reader that takes them for numbers loses it.
const ACCOUNTS: [&str; 5] = ["123456789012", "012345678901", "111122223333", "444455556666", "777788889999"];

/// What an interface's host does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    LoadBalancer,
    /// A load balancer with scheduled traffic only: the stage for the marketing peak.
    CampaignBalancer,
    Nat,
    Bastion,
    /// Public host with an address per customer site.
    Legacy,
    /// Database with a public address.
    Reporting,
    Mail,
    Batch,
    Web,
    App,
    Build,
    Backup,
    Monitor,
    Database,
    Cache,
    /// Never has traffic.
    Idle,
    /// Has scheduled traffic only, so that it can fall silent.
    Retiring,
}

impl Role {
    /// Every role, in the order of their numbers.
    pub(super) const ALL: [Role; 17] = [
        Role::LoadBalancer,
        Role::CampaignBalancer,
        Role::Nat,
        Role::Bastion,
        Role::Legacy,
        Role::Reporting,
        Role::Mail,
        Role::Batch,
        Role::Web,
        Role::App,
        Role::Build,
        Role::Backup,
        Role::Monitor,
        Role::Database,
        Role::Cache,
        Role::Idle,
        Role::Retiring,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Role::LoadBalancer => "lb",
            Role::CampaignBalancer => "campaign-lb",
            Role::Nat => "nat",
            Role::Bastion => "bastion",
            Role::Legacy => "legacy",
            Role::Reporting => "reporting-db",
            Role::Mail => "mail",
            Role::Batch => "batch",
            Role::Web => "web",
            Role::App => "app",
            Role::Build => "build",
            Role::Backup => "backup",
            Role::Monitor => "monitor",
            Role::Database => "db",
            Role::Cache => "cache",
            Role::Idle => "idle",
            Role::Retiring => "retiring",
        }
    }

    /// Whether its hosts stand in a public subnet, with a public address.
    pub(super) fn is_public(self) -> bool {
        (self as usize) <= (Role::Batch as usize)
    }

    /// How many secondary private addresses (each with a public one) its hosts have.
    fn secondaries(self) -> usize {
        if matches!(self, Role::Legacy | Role::Mail) { 10 } else { 0 }
    }

    /// Whether AWS owns the interface, so that records show no instance.
    pub(super) fn is_requester_managed(self) -> bool {
        matches!(self, Role::LoadBalancer | Role::CampaignBalancer | Role::Nat)
    }
}

/// The roles of the first interfaces of every VPC; a second retiring one follows, further ones repeat [`GROWTH`].
const CORE: [Role; SITE_MIN_INTERFACES] = [
    Role::LoadBalancer,
    Role::LoadBalancer,
    Role::CampaignBalancer,
    Role::Nat,
    Role::Bastion,
    Role::Legacy,
    Role::Reporting,
    Role::Mail,
    Role::Batch,
    Role::Web,
    Role::Web,
    Role::App,
    Role::App,
    Role::Build,
    Role::Backup,
    Role::Monitor,
    Role::Database,
    Role::Cache,
    Role::Idle,
    Role::Retiring,
];

const GROWTH: [Role; 12] = [
    Role::Web,
    Role::App,
    Role::Web,
    Role::App,
    Role::Database,
    Role::Batch,
    Role::LoadBalancer,
    Role::App,
    Role::Cache,
    Role::Web,
    Role::App,
    Role::Batch,
];

/// A subnet of a VPC.
#[derive(Debug)]
pub(super) struct Subnet {
    pub(super) id: String,
    /// For example `use1-az2`.
    pub(super) zone_id: String,
    /// For example `us-east-1b`.
    pub(super) zone: String,
    network: Ipv4Addr,
    network6: Ipv6Addr,
    public: bool,
}

/// A network interface and its host.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) id: String,
    pub(super) instance: Option<String>,
    /// For example `web-03`.
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) site: usize,
    /// Index into the site's subnets.
    pub(super) subnet: usize,
    pub(super) address: Ipv4Addr,
    pub(super) address6: Option<Ipv6Addr>,
    pub(super) public: Option<Ipv4Addr>,
    /// Further private addresses, each with its public one.
    pub(super) secondaries: Vec<(Ipv4Addr, Ipv4Addr)>,
}

/// One VPC of one account.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) account: String,
    /// The account's place among all accounts.
    pub(super) account_number: usize,
    pub(super) region: &'static str,
    pub(super) vpc: String,
    pub(super) flow_log: String,
    /// Second octet of the VPC's network 10.x.0.0/16.
    pub(super) octet: u8,
    pub(super) subnets: Vec<Subnet>,
    /// Ids of the security groups, one for each role.
    pub(super) groups: Vec<String>,
    by_role: Vec<Vec<u32>>,
}

impl Site {
    /// The interfaces with this role; never empty.
    pub(super) fn with(&self, role: Role) -> &[u32] {
        &self.by_role[role as usize]
    }

    /// The first interface with this role.
    pub(super) fn first(&self, role: Role) -> u32 {
        self.with(role)[0]
    }
}

/// Everything that has an address of its own.
#[derive(Debug)]
pub(super) struct Estate {
    pub(super) sites: Vec<Site>,
    pub(super) interfaces: Vec<Interface>,
}

impl Estate {
    /// An estate of `accounts` accounts with `interfaces` interfaces in total, at least
    /// [`SITE_MIN_INTERFACES`] for each account.
    pub(super) fn new(seed: u64, accounts: usize, interfaces: usize) -> Estate {
        let mut estate = Estate { sites: Vec::new(), interfaces: Vec::new() };
        for account in 0..accounts {
            let share = interfaces * (account + 1) / accounts - interfaces * account / accounts;
            let mut dice = Dice::new(seed, Topic::Estate, account as u64);
            let id = account_id(account, &mut dice);
            if share >= TWO_REGIONS_FROM {
                let second = (share * 2 / 5).max(SITE_MIN_INTERFACES);
                estate.add_site(&id, 2 * account, share - second, &mut dice);
                estate.add_site(&id, 2 * account + 1, second, &mut dice);
            } else {
                estate.add_site(&id, 2 * account, share, &mut dice);
            }
        }
        estate
    }

    fn add_site(&mut self, account: &str, place: usize, interfaces: usize, dice: &mut Dice) {
        let (region, zone_prefix, octet) = REGIONS[place % REGIONS.len()];
        let octet = octet + (place / REGIONS.len()) as u8;
        let first = self.interfaces.len();
        let index = self.sites.len();
        let block6 = Ipv6Addr::new(
            0x2600,
            0x1f18,
            0x4000 | dice.below(0x1000) as u16,
            (dice.below(256) << 8) as u16,
            0,
            0,
            0,
            0,
        );
        let mut site = Site {
            account: account.to_string(),
            account_number: place / 2,
            region,
            vpc: resource_id("vpc", dice),
            flow_log: resource_id("fl", dice),
            octet,
            subnets: subnets(region, zone_prefix, octet, block6, dice),
            groups: Role::ALL.iter().map(|_| resource_id("sg", dice)).collect(),
            by_role: vec![Vec::new(); Role::ALL.len()],
        };
        let roles = CORE.iter().chain([&Role::Retiring]).chain(GROWTH.iter().cycle()).take(interfaces);
        for (offset, role) in roles.enumerate() {
            let interface = interface(&site, index, *role, dice);
            site.by_role[*role as usize].push((first + offset) as u32);
            self.interfaces.push(interface);
        }
        self.sites.push(site);
    }

    pub(super) fn interface(&self, index: u32) -> &Interface {
        &self.interfaces[index as usize]
    }

    pub(super) fn site_of(&self, interface: u32) -> &Site {
        &self.sites[self.interface(interface).site]
    }

    pub(super) fn subnet_of(&self, interface: u32) -> &Subnet {
        &self.site_of(interface).subnets[self.interface(interface).subnet]
    }
}

fn account_id(account: usize, dice: &mut Dice) -> String {
    let drawn = format!("{:012}", 100_000_000_000 + dice.number() % 800_000_000_000);
    ACCOUNTS.get(account).map_or(drawn, |id| id.to_string())
}

/// An id as AWS forms it: the prefix and 17 hexadecimal digits, the first of them 0.
fn resource_id(prefix: &str, dice: &mut Dice) -> String {
    let mut id = format!("{prefix}-0");
    // Writing to a String cannot fail.
    let _ = write!(id, "{:016x}", dice.number());
    id
}

/// Two zones, three in the first region; in each a public and a private subnet.
fn subnets(region: &str, zone_prefix: &str, octet: u8, block6: Ipv6Addr, dice: &mut Dice) -> Vec<Subnet> {
    let zones: &[(char, u8)] =
        if region == "us-east-1" { &[('a', 4), ('b', 6), ('c', 1)] } else { &[('a', 2), ('b', 3)] };
    let mut subnets = Vec::new();
    for public in [true, false] {
        for (zone, (letter, number)) in zones.iter().enumerate() {
            let third = if public { 16 * zone as u8 } else { 128 + 16 * zone as u8 };
            let mut segments = block6.segments();
            segments[3] |= u16::from(third);
            subnets.push(Subnet {
                id: resource_id("subnet", dice),
                zone_id: format!("{zone_prefix}-az{number}"),
                zone: format!("{region}{letter}"),
                network: Ipv4Addr::new(10, octet, third, 0),
                network6: Ipv6Addr::from(segments),
                public,
            });
        }
    }
    subnets
}

fn interface(site: &Site, site_index: usize, role: Role, dice: &mut Dice) -> Interface {
    let number = site.by_role[role as usize].len();
    let zones = site.subnets.len() / 2;
    let zone = (number + role as usize) % zones;
    let subnet = if role.is_public() { zone } else { zones + zone };
    let host = host_number(role, number / zones);
    let base = u32::from(site.subnets[subnet].network);
    let address = |extra: u32| Ipv4Addr::from(base + host + extra);
    // The public addresses of the estate lie in one of Amazon's blocks, out of the way of the far hosts.
    let public = |extra: u32, dice: &mut Dice| {
        Ipv4Addr::new(52, 200 + (extra % 4) as u8, dice.below(256) as u8, 1 + dice.below(254) as u8)
    };
    let dual_stack = role == Role::LoadBalancer || (!matches!(role, Role::Nat | Role::Idle) && dice.percent(8));
    let mut address6 = site.subnets[subnet].network6.segments();
    address6[6] = 1 + role as u16;
    address6[7] = 0x100 + number as u16;
    debug_assert_eq!(site.subnets[subnet].public, role.is_public());
    Interface {
        id: resource_id("eni", dice),
        instance: (!role.is_requester_managed()).then(|| resource_id("i", dice)),
        name: format!("{}-{:02}", role.name(), number + 1),
        role,
        site: site_index,
        subnet,
        address: address(0),
        address6: dual_stack.then(|| Ipv6Addr::from(address6)),
        public: role.is_public().then(|| public(0, dice)),
        secondaries: (1..=role.secondaries() as u32).map(|extra| (address(extra), public(extra, dice))).collect(),
    }
}

/// The host part of an address: a subnet is a /20 in which every role has 256 addresses of its own.
fn host_number(role: Role, number: usize) -> u32 {
    let kind = if role.is_public() { role as u32 } else { role as u32 - Role::Web as u32 };
    10 + 256 * kind + number as u32
}
