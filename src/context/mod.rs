//! What flows alone don't say: which networks are ours, which rules a security group has and which interface has
//! which group. Each is optional, each a file as the AWS CLI prints it.
//!
//! Invariant: the tables `security_group_rules`, `interfaces` and `world_open_ports` exist in every run; an input that
//! was not given leaves them empty, and [`Context::has`] tells the difference.

mod about;
mod document;
mod error;
mod file;
mod functions;
mod geo;
mod interfaces;
mod lists;
mod names;
mod networks;
mod page;
mod security_groups;
mod snapshot;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use ipnet::IpNet;

use crate::session::Session;

use geo::Geo;
use lists::Lists;
use names::Names;
use snapshot::Snapshots;

pub use about::AddressContext;
pub use error::ContextError;
pub use file::ContextFiles;
pub(crate) use functions::is_of_addresses;
pub use interfaces::Interface;
pub use lists::{AddressList, ThreatListOption};
pub use names::Seen;
pub use networks::{DEFAULT_OWN_NETWORKS, parse_own_network};
pub use security_groups::{Colour, Peer, Rule};

/// The files and networks of the command line.
#[derive(Debug, Clone, Default)]
pub struct ContextOptions {
    /// Output of `aws ec2 describe-security-groups`, or of `describe-security-group-rules`.
    pub security_groups: Vec<PathBuf>,
    /// Output of `aws ec2 describe-network-interfaces`.
    pub interfaces: Vec<PathBuf>,
    /// Snapshots of AWS Config, which give both.
    pub config_snapshots: Vec<PathBuf>,
    /// Our networks; none stands for [`DEFAULT_OWN_NETWORKS`].
    pub own_networks: Vec<IpNet>,
    /// Lists of addresses that are known to be bad.
    pub threat_lists: Vec<ThreatListOption>,
    /// Lists of Tor's relays.
    pub tor_lists: Vec<PathBuf>,
    /// Lists of addresses that no finding is made of.
    pub trusted: Vec<PathBuf>,
    /// AWS' `ip-ranges.json`.
    pub aws_ip_ranges: Option<PathBuf>,
    /// Databases of countries and autonomous systems.
    pub geo: Vec<PathBuf>,
    /// Lists of names of hosts and networks.
    pub names: Vec<PathBuf>,
}

/// An input that a detection may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// `--security-groups`.
    SecurityGroups,
    /// `--interfaces`.
    Interfaces,
    /// `--threat-list`.
    ThreatList,
    /// `--tor-list`.
    TorList,
}

impl ContextOptions {
    /// Every file that is named.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let lists = self.threat_lists.iter().map(|list| &list.file);
        [
            &self.security_groups,
            &self.interfaces,
            &self.config_snapshots,
            &self.tor_lists,
            &self.trusted,
            &self.geo,
            &self.names,
        ]
        .into_iter()
        .flatten()
        .chain(lists)
        .chain(&self.aws_ip_ranges)
    }

    /// What is given, by option: files as they are named, of threat lists the names that findings have for them.
    pub fn given(&self) -> BTreeMap<&'static str, Vec<String>> {
        let files = |files: &[PathBuf]| files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        let mut given = BTreeMap::from([
            ("security-groups", files(&self.security_groups)),
            ("interfaces", files(&self.interfaces)),
            ("config-snapshot", files(&self.config_snapshots)),
            ("own-network", self.own_networks.iter().map(IpNet::to_string).collect()),
            ("threat-list", self.threat_lists.iter().map(|list| list.name.clone()).collect()),
            ("tor-list", files(&self.tor_lists)),
            ("trusted", files(&self.trusted)),
            ("aws-ip-ranges", files(self.aws_ip_ranges.as_slice())),
            ("geo", files(&self.geo)),
            ("names", files(&self.names)),
        ]);
        given.retain(|_, values| !values.is_empty());
        given
    }
}

impl Input {
    /// The input of this name in a front matter.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Input::SecurityGroups, Input::Interfaces, Input::ThreatList, Input::TorList];
        all.into_iter().find(|input| input.option() == format!("--{name}"))
    }

    /// The option that gives it.
    pub fn option(self) -> &'static str {
        match self {
            Input::SecurityGroups => "--security-groups",
            Input::Interfaces => "--interfaces",
            Input::ThreatList => "--threat-list",
            Input::TorList => "--tor-list",
        }
    }
}

/// All that was given.
#[derive(Debug, Clone, Default)]
pub struct Context {
    rules: Option<Vec<Rule>>,
    interfaces: Option<Vec<Interface>>,
    own_networks: Vec<IpNet>,
    lists: Arc<Lists>,
    geo: Arc<Geo>,
    names: Arc<Names>,
}

impl Context {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file can't be read, or is something else than the AWS CLI prints.
    pub fn load(options: &ContextOptions, files: &ContextFiles) -> Result<Self, ContextError> {
        let rules = all(&options.security_groups, |file| security_groups::read(files.read(file)?))?;
        let interfaces = all(&options.interfaces, |file| interfaces::read(files.read(file)?))?;
        let snapshots = Snapshots::load(options, files)?;
        let rules = both(rules, snapshots.rules, |rule| rule.group_id.clone()).map(|rules| once_by(rules, Rule::clone));
        let interfaces = both(interfaces, snapshots.interfaces, |interface| interface.interface_id.clone());
        let interfaces = interfaces.map(|interfaces| once_by(interfaces, |interface| interface.interface_id.clone()));
        let own_networks = networks::own(&options.own_networks, interfaces.as_deref().unwrap_or_default());
        let lists = Arc::new(Lists::load(options, files)?);
        let geo = Arc::new(Geo::load(options, files)?);
        let names = Arc::new(Names::load(&options.names, files, interfaces.as_deref().unwrap_or_default())?);
        Ok(Context { rules, interfaces, own_networks, lists, geo, names })
    }

    /// What was given and holds nothing: an empty file is seldom meant, and makes no finding.
    pub fn warnings(&self) -> Vec<String> {
        let given = [
            (self.rules.as_ref().is_some_and(Vec::is_empty), "the files of security groups hold no rule"),
            (self.interfaces.as_ref().is_some_and(Vec::is_empty), "the files of interfaces hold no interface"),
        ];
        let empty = given.into_iter().filter(|(is_empty, _)| *is_empty).map(|(_, what)| what.to_owned());
        let groups = self.unknown_groups().filter(|unknown| *unknown > 0).map(|unknown| {
            format!(
                "{unknown} of {} interfaces have a security group that is in no file of --security-groups: what the world \
                 can reach there is not known",
                self.interfaces.as_ref().map_or(0, Vec::len)
            )
        });
        empty.chain(groups).chain(self.lists.empty()).chain(self.lists.passed_over()).collect()
    }

    /// How many interfaces have a security group whose rules were not given, where rules and interfaces were.
    fn unknown_groups(&self) -> Option<usize> {
        let (rules, interfaces) = self.rules.as_ref().zip(self.interfaces.as_ref())?;
        let known: HashSet<&str> = rules.iter().map(|rule| rule.group_id.as_str()).collect();
        let is_unknown = |interface: &&Interface| interface.group_ids.iter().any(|id| !known.contains(id.as_str()));
        Some(interfaces.iter().filter(is_unknown).count())
    }

    /// The lists of addresses that no finding is made of.
    pub fn trusted(&self) -> &[AddressList] {
        &self.lists.trusted
    }

    /// Whether an address is on a list of those that no finding is made of.
    pub fn is_trusted(&self, address: &str) -> bool {
        self.lists.is_trusted(address)
    }

    /// Whether an input was given.
    pub fn has(&self, input: Input) -> bool {
        match input {
            Input::SecurityGroups => self.rules.is_some(),
            Input::Interfaces => self.interfaces.is_some(),
            Input::ThreatList => !self.lists.threats.is_empty(),
            Input::TorList => !self.lists.tor.is_empty(),
        }
    }

    /// The options that would fill a table or a function of ours, where none of them was given.
    pub fn lacks(&self, name: &str) -> Option<&'static str> {
        let (is_given, options) = match name {
            "security_group_rules" => (self.rules.is_some(), "--security-groups FILE"),
            "interfaces" => (self.interfaces.is_some(), "--interfaces FILE"),
            "world_open_ports" => {
                (self.rules.is_some() && self.interfaces.is_some(), "--security-groups FILE and --interfaces FILE")
            }
            "threat_lists" | "threat_list" => (!self.lists.threats.is_empty(), "--threat-list FILE"),
            "is_tor" => (!self.lists.tor.is_empty(), "--tor-list FILE"),
            "is_trusted" => (!self.lists.trusted.is_empty(), "--trusted FILE"),
            "aws_service" => (!self.lists.aws.is_empty(), "--aws-ip-ranges FILE"),
            "country" | "asn" | "as_name" => (!self.geo.is_empty(), "--geo FILE"),
            "host_name" => (!self.names.is_empty(), "--names FILE or --interfaces FILE"),
            _ => return None,
        };
        (!is_given).then_some(options)
    }

    /// Our networks as CIDRs: those given or the default, and the interfaces' own addresses.
    pub fn own_networks(&self) -> Vec<String> {
        self.own_networks.iter().map(IpNet::to_string).collect()
    }

    /// The interfaces that have each private or IPv6 address; in networks apart several may have the same.
    pub fn interfaces_of(&self) -> HashMap<IpAddr, Vec<String>> {
        let mut interfaces_of: HashMap<IpAddr, Vec<String>> = HashMap::new();
        for interface in self.interfaces.iter().flatten() {
            for address in &interface.addresses {
                interfaces_of.entry(*address).or_default().push(interface.interface_id.clone());
            }
        }
        interfaces_of
    }

    /// The interfaces of an instance.
    pub fn interfaces_of_instance(&self, instance: &str) -> Vec<String> {
        let is_of_it = |interface: &&Interface| interface.instance_id.as_deref() == Some(instance);
        let of_it = self.interfaces.iter().flatten().filter(is_of_it);
        of_it.map(|interface| interface.interface_id.clone()).collect()
    }

    /// The private and IPv6 addresses of interfaces.
    pub fn addresses_of(&self, interfaces: &[String]) -> Vec<IpAddr> {
        let of_them = self.interfaces.iter().flatten().filter(|one| interfaces.contains(&one.interface_id));
        of_them.flat_map(|interface| interface.addresses.iter().copied()).collect()
    }

    /// An address, and the private ones of our interfaces that have it on the internet.
    pub fn with_private_of(&self, address: IpAddr) -> Vec<IpAddr> {
        let has_it = |interface: &&Interface| interface.public_addresses.contains(&address);
        let private = self.interfaces.iter().flatten().filter(has_it);
        let private = private.filter_map(|interface| interface.addresses.first().copied());
        std::iter::once(address).chain(private).collect()
    }

    /// The interfaces of NAT gateways.
    pub fn nat_gateways(&self) -> HashSet<String> {
        let is_gateway = |interface: &&Interface| interface.interface_type.as_deref() == Some("nat_gateway");
        let gateways = self.interfaces.iter().flatten().filter(is_gateway);
        gateways.map(|interface| interface.interface_id.clone()).collect()
    }

    /// Registers the tables, and the functions that ask about an address.
    ///
    /// # Errors
    /// When a table of such a name exists.
    pub fn register(&self, session: &Session) -> EngineResult<()> {
        functions::register(session, &self.lists, &self.geo, &self.names);
        tables::register(
            session,
            self.rules.as_deref().unwrap_or_default(),
            self.interfaces.as_deref().unwrap_or_default(),
            &self.lists.threats,
        )
    }
}

/// What either gives; of a resource that both have, what the first says: a snapshot is the older one.
fn both<T>(one: Option<Vec<T>>, other: Option<Vec<T>>, id: impl Fn(&T) -> String) -> Option<Vec<T>> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            let known: HashSet<String> = one.iter().map(&id).collect();
            one.extend(other.into_iter().filter(|resource| !known.contains(&id(resource))));
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// The same file may be given twice, and what is in two files is one thing.
fn once_by<T, K: Eq + Hash>(mut all: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = HashSet::new();
    all.retain(|one| seen.insert(key(one)));
    all
}

/// What all files hold; `None` when there is no file.
fn all<T>(
    files: &[PathBuf],
    read: impl Fn(&std::path::Path) -> Result<Vec<T>, ContextError>,
) -> Result<Option<Vec<T>>, ContextError> {
    if files.is_empty() {
        return Ok(None);
    }
    let lists = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(lists.into_iter().flatten().collect()))
}
