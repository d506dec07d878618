//! Lists of addresses and networks: threats, Tor's relays, hosts that are trusted, and AWS' own ranges. They are read
//! here and asked here; nothing of them leaves the machine.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use serde::Deserialize;

use super::file::ContextFile;
use super::{ContextError, ContextFiles, ContextOptions};
use crate::detect::Severity;
use crate::functions::ip;
use crate::functions::network::{self, Networks};

/// A threat list as the command line names it: `FILE`, `FILE,name=feodo,severity=critical`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreatListOption {
    /// The file.
    pub file: PathBuf,
    /// What it is called in findings; the file's name without its ending if nothing is said.
    pub name: String,
    /// How bad a connection with one of its addresses is.
    pub severity: Severity,
}

impl FromStr for ThreatListOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let file = PathBuf::from(parts.next().unwrap_or_default());
        let stem = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut list = ThreatListOption { file, name: stem, severity: Severity::High };
        for part in parts {
            match part.split_once('=') {
                Some(("name", name)) if !name.is_empty() => list.name = name.to_owned(),
                Some(("severity", severity)) => {
                    let known = Severity::named(severity);
                    list.severity = known
                        .ok_or_else(|| format!("{severity:?} is no severity; write low, medium, high or critical"))?;
                }
                _ => return Err(format!("{part:?}: write FILE,name=NAME,severity=LEVEL")),
            }
        }
        Ok(list)
    }
}

/// Addresses and networks of one file.
#[derive(Debug, Clone)]
pub struct AddressList {
    /// What it is called.
    pub name: String,
    /// The file.
    pub file: String,
    /// How bad a connection with one of its addresses is, of threat lists.
    pub severity: Severity,
    /// Entries of the file.
    pub entries: usize,
    /// Lines that name no address, such as those of domains, and the first of them, counted from 1.
    pub passed_over: Option<(usize, usize)>,
    networks: Networks,
}

impl AddressList {
    /// Whether it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.networks.contains(address)
    }

    /// Reads a list: an address or CIDR a line, or among the fields of CSV; `#` and `;` begin comments.
    ///
    /// # Errors
    /// When the file can't be read, a line holds no address and no domain, or one holds all addresses.
    pub(super) fn read(file: ContextFile, name: &str, severity: Severity) -> Result<Self, ContextError> {
        let ContextFile { name: shown, content } = file;
        let text = String::from_utf8_lossy(&content);
        let mut networks: Vec<IpNet> = Vec::new();
        let mut column = None;
        let mut is_first = true;
        let mut passed_over: Option<(usize, usize)> = None;
        for (number, line) in text.lines().enumerate() {
            let line = line.split(['#', ';']).next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            match entry(line, column) {
                Some(network) if network.prefix_len() == 0 => {
                    return Err(ContextError::Everything { file: shown, line: number + 1 });
                }
                Some(network) => networks.push(network),
                None if is_first && line.contains(',') => column = address_column(line),
                // Indicators of compromise are addresses, domains and files: flow logs have addresses only.
                None if names_a_domain(line) => {
                    let (count, _) = passed_over.get_or_insert((0, number + 1));
                    *count += 1;
                }
                None => return Err(ContextError::NoAddress { file: shown, line: number + 1 }),
            }
            is_first = false;
        }
        Ok(AddressList {
            passed_over,
            name: name.to_owned(),
            file: shown,
            severity,
            entries: networks.len(),
            networks: networks.into_iter().collect(),
        })
    }
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', '\t', ' ']).map(|field| field.trim().trim_matches('"'))
}

/// Whether a field of a line is a domain or a URL of one.
fn names_a_domain(line: &str) -> bool {
    let is_domain = |field: &str| {
        let host = field.split_once("://").map_or(field, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let top = host.rsplit('.').next().unwrap_or_default();
        host.contains('.')
            && top.len() >= 2
            && top.chars().all(|c| c.is_ascii_alphabetic())
            && host.chars().all(|c| c.is_alphanumeric() || ".-_*".contains(c))
    };
    fields(line).any(is_domain)
}

/// The first field of a line that is an address or a network, of CSV that of the column where one is known.
fn entry(line: &str, column: Option<usize>) -> Option<IpNet> {
    let parse = |field: &str| {
        let is_like_one = field.contains(['.', ':']);
        // Lists of command-and-control servers often have their ports.
        let without_port = || field.parse::<SocketAddr>().ok().map(|host| IpNet::from(host.ip()));
        is_like_one.then(|| network::parse(field).ok().or_else(without_port)).flatten()
    };
    match column {
        Some(column) => line.split(',').nth(column).and_then(|field| parse(field.trim().trim_matches('"'))),
        None => fields(line).find_map(parse),
    }
}

/// The one column of CSV whose name says that it has addresses: others may look so, such as versions.
fn address_column(names: &str) -> Option<usize> {
    const WORDS: [&str; 8] = ["ip", "ips", "ipv4", "address", "addr", "cidr", "network", "indicator"];
    let says_so = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
    };
    let mut columns = names.split(',').enumerate().filter(|(_, name)| says_so(name)).map(|(column, _)| column);
    columns.next().filter(|_| columns.next().is_none())
}

/// AWS' published ranges, by service.
#[derive(Debug, Clone, Default)]
pub(super) struct AwsRanges(Vec<(String, Networks)>);

#[derive(Deserialize)]
struct Published {
    prefixes: Vec<Prefix>,
    ipv6_prefixes: Vec<Prefix>,
}

#[derive(Deserialize)]
struct Prefix {
    #[serde(alias = "ipv6_prefix")]
    ip_prefix: String,
    service: String,
}

/// The service that holds all ranges, those of the others too.
const ALL_OF_AWS: &str = "AMAZON";

impl AwsRanges {
    /// Reads `ip-ranges.json`.
    pub(super) fn read(file: ContextFile) -> Result<Self, ContextError> {
        let published: Published = serde_json::from_slice(&file.content).map_err(|error| ContextError::Json {
            file: file.name,
            error,
            remedy: "https://ip-ranges.amazonaws.com/ip-ranges.json",
        })?;
        let mut services: BTreeMap<String, Vec<IpNet>> = Default::default();
        for prefix in published.prefixes.into_iter().chain(published.ipv6_prefixes) {
            if let Ok(network) = network::parse(&prefix.ip_prefix) {
                services.entry(prefix.service).or_default().push(network);
            }
        }
        let mut ranges: Vec<_> =
            services.into_iter().map(|(service, networks)| (service, networks.into_iter().collect())).collect();
        // EC2 holds what others run on it, and AMAZON all.
        ranges.sort_by_key(|(service, _)| (service == ALL_OF_AWS, service == "EC2"));
        Ok(AwsRanges(ranges))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn service(&self, address: IpAddr) -> Option<&str> {
        self.0.iter().find(|(_, networks)| networks.contains(address)).map(|(service, _)| service.as_str())
    }
}

/// All lists of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// The worst first.
    pub(super) threats: Vec<AddressList>,
    pub(super) tor: Vec<AddressList>,
    pub(super) trusted: Vec<AddressList>,
    pub(super) aws: AwsRanges,
}

impl Lists {
    /// Reads all of them.
    ///
    /// # Errors
    /// When a file can't be read, or is none of its kind, or two threat lists have one name.
    pub(super) fn load(options: &ContextOptions, files: &ContextFiles) -> Result<Self, ContextError> {
        let plain = |paths: &[PathBuf]| -> Result<Vec<AddressList>, ContextError> {
            let read =
                |path: &PathBuf| AddressList::read(files.read(path)?, &path.display().to_string(), Severity::Info);
            paths.iter().map(read).collect()
        };
        let mut threats: Vec<AddressList> = options
            .threat_lists
            .iter()
            .map(|list| AddressList::read(files.read(&list.file)?, &list.name, list.severity))
            .collect::<Result<_, _>>()?;
        let mut names = HashSet::new();
        if let Some(twice) = threats.iter().find(|list| !names.insert(list.name.clone())) {
            return Err(ContextError::SameName { name: twice.name.clone() });
        }
        // An address of several lists is of the worst.
        threats.sort_by_key(|list| std::cmp::Reverse(list.severity));
        let aws = options.aws_ip_ranges.iter().map(|file| AwsRanges::read(files.read(file)?)).next();
        Ok(Lists {
            threats,
            tor: plain(&options.tor_lists)?,
            trusted: plain(&options.trusted)?,
            aws: aws.transpose()?.unwrap_or_default(),
        })
    }

    /// The lists of which something is passed over, and what that means.
    pub(super) fn passed_over(&self) -> impl Iterator<Item = String> {
        let lists = self.threats.iter().chain(&self.tor).chain(&self.trusted);
        lists.filter_map(|list| {
            let (count, line) = list.passed_over?;
            Some(format!("{}: {count} of its lines name domains and no address, which flow logs do not have; the first is line {line}", list.file))
        })
    }

    /// The lists that hold nothing, and what that means.
    pub(super) fn empty(&self) -> impl Iterator<Item = String> {
        let threats = self.threats.iter().map(|list| (list, "nothing is on it"));
        let tor = self.tor.iter().map(|list| (list, "no relay is known"));
        let trusted = self.trusted.iter().map(|list| (list, "nobody is trusted"));
        let empty = threats.chain(tor).chain(trusted).filter(|(list, _)| list.entries == 0);
        empty.map(|(list, meaning)| format!("{}: the list holds no address: {meaning}", list.file))
    }

    pub(super) fn is_trusted(&self, address: &str) -> bool {
        ip::parse(address).is_some_and(|address| holds(&self.trusted, address))
    }

    /// The worst list of threats that holds an address.
    pub(super) fn threat(&self, address: IpAddr) -> Option<&str> {
        self.threats.iter().find(|list| list.contains(address)).map(|list| list.name.as_str())
    }
}

/// Whether one of the lists holds an address.
pub(super) fn holds(lists: &[AddressList], address: IpAddr) -> bool {
    lists.iter().any(|list| list.contains(address))
}

impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
