//! Security groups as lists of rules: as `aws ec2 describe-security-groups` prints them, as AWS Config records them, and
//! rule by rule as `aws ec2 describe-security-group-rules` does.

use ipnet::IpNet;

use super::ContextError;
use super::document::{Document, Node};
use super::file::ContextFile;
use super::page::ITEMS;
use super::snapshot;

const REMEDY: &str = "the output of aws ec2 describe-security-groups --output json";
const NETWORK: &str = "a network such as 10.0.0.0/8";

/// The list of rules that stand alone.
const RULES: &str = "SecurityGroupRules";

/// One permission for one peer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The account that owns the group.
    pub account_id: String,
    /// The group's VPC; none in EC2-Classic.
    pub vpc_id: Option<String>,
    /// The group.
    pub group_id: String,
    /// Its name.
    pub group_name: String,
    /// Whether the rule lets traffic in; else it lets traffic out.
    pub is_inbound: bool,
    /// The IANA protocol; `None` for all.
    pub protocol: Option<i32>,
    /// The ports, ends included; `None` for all, and where the protocol has none.
    pub ports: Option<(i32, i32)>,
    /// Who may.
    pub peer: Peer,
    /// The networks that together let in the whole internet, on the first rule that one permission makes of them: an
    /// honest `0.0.0.0/0`, or its parts.
    pub world: Option<String>,
    /// What someone wrote about it.
    pub description: Option<String>,
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Peer {
    /// A network.
    Network(IpNet),
    /// The members of a group.
    Group(String),
    /// A list of networks kept elsewhere.
    PrefixList(String),
}

/// How Trusted Advisor marks a port that the world can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Shells, desktops, file transfer and databases.
    Red,
    /// Anything else.
    Yellow,
    /// Web and mail, which are meant for the world.
    Green,
}

impl Colour {
    /// Ports that are red: FTP, SSH, SQL Server, MySQL, RDP, mSQL, PostgreSQL, Oracle.
    const RED: [i32; 10] = [20, 21, 22, 1433, 1434, 3306, 3389, 4333, 5432, 5500];
    const GREEN: [i32; 4] = [25, 80, 443, 465];

    /// The colour's name.
    pub fn name(self) -> &'static str {
        match self {
            Colour::Red => "red",
            Colour::Yellow => "yellow",
            Colour::Green => "green",
        }
    }
}

impl Rule {
    /// The colour of the worst port it opens.
    pub fn colour(&self) -> Colour {
        let (from, to) = self.ports.unwrap_or((0, 65_535));
        if Colour::RED.iter().any(|port| (from..=to).contains(port)) {
            Colour::Red
        } else if (from..=to).all(|port| Colour::GREEN.contains(&port)) {
            Colour::Green
        } else {
            Colour::Yellow
        }
    }
}

/// Reads a file: groups, or rules.
pub(super) fn read(file: ContextFile) -> Result<Vec<Rule>, ContextError> {
    let document = Document::read(file, REMEDY)?;
    if document.has(ITEMS) {
        return Err(document.meant_for("SecurityGroups", snapshot::INSTEAD));
    }
    if document.has(RULES) {
        return single_rules(&document.entries(RULES)?);
    }
    let groups = document.entries("SecurityGroups")?;
    Ok(groups.iter().map(group).collect::<Result<Vec<_>, _>>()?.concat())
}

/// The rules of one group.
pub(super) fn group(group: &Node<'_>) -> Result<Vec<Rule>, ContextError> {
    let mut rules = Vec::new();
    for (key, is_inbound) in [("IpPermissions", true), ("IpPermissionsEgress", false)] {
        for permission in group.optional_list(key)? {
            let (protocol, ports) = service(&permission)?;
            let rule = Rule {
                account_id: group.text("OwnerId")?,
                vpc_id: group.optional_text("VpcId")?,
                group_id: group.text("GroupId")?,
                group_name: group.text("GroupName")?,
                is_inbound,
                protocol,
                ports,
                peer: Peer::Group(String::new()),
                world: None,
                description: None,
            };
            let peers = peers(&permission)?.into_iter();
            let mut peers: Vec<Rule> =
                peers.map(|(peer, description)| Rule { peer, description, ..rule.clone() }).collect();
            if is_inbound {
                mark_world(&mut peers);
            }
            rules.extend(peers);
        }
    }
    Ok(rules)
}

/// Rules that stand alone. They don't say how their group is called, so that it is called by its id.
fn single_rules(nodes: &[Node<'_>]) -> Result<Vec<Rule>, ContextError> {
    let mut rules = nodes.iter().map(single_rule).collect::<Result<Vec<_>, _>>()?;
    let permission = |rule: &Rule| (rule.group_id.clone(), !rule.is_inbound, rule.protocol, rule.ports);
    rules.sort_by_cached_key(permission);
    for rules in rules.chunk_by_mut(|a, b| permission(a) == permission(b)).filter(|rules| rules[0].is_inbound) {
        mark_world(rules);
    }
    Ok(rules)
}

fn single_rule(node: &Node<'_>) -> Result<Rule, ContextError> {
    let (protocol, ports) = service(node)?;
    let has = |key: &str| Ok::<_, ContextError>(node.optional_text(key)?.is_some());
    let peer = if has("CidrIpv4")? {
        Peer::Network(node.parsed("CidrIpv4", NETWORK)?)
    } else if has("CidrIpv6")? {
        Peer::Network(node.parsed("CidrIpv6", NETWORK)?)
    } else if let Some(list) = node.optional_text("PrefixListId")? {
        Peer::PrefixList(list)
    } else if let Some(group) = node.object("ReferencedGroupInfo")? {
        Peer::Group(group.text("GroupId")?)
    } else {
        return Err(node.wrong("CidrIpv4, CidrIpv6, PrefixListId or ReferencedGroupInfo"));
    };
    let group_id = node.text("GroupId")?;
    Ok(Rule {
        account_id: node.text("GroupOwnerId")?,
        vpc_id: None,
        group_name: group_id.clone(),
        group_id,
        is_inbound: !node.switch("IsEgress")?,
        protocol,
        ports,
        peer,
        world: None,
        description: node.optional_text("Description")?.filter(|text| !text.is_empty()),
    })
}

/// Marks the rules of a permission that let in every address of a family, alone or together.
fn mark_world(rules: &mut [Rule]) {
    for is_ipv6 in [false, true] {
        let of_family = |rule: &Rule| match rule.peer {
            Peer::Network(network) => Some(network).filter(|network| matches!(network, IpNet::V6(_)) == is_ipv6),
            _ => None,
        };
        let networks: Vec<IpNet> = rules.iter().filter_map(of_family).collect();
        if !IpNet::aggregate(&networks).iter().any(|network| network.prefix_len() == 0) {
            continue;
        }
        let whole = networks.iter().find(|network| network.prefix_len() == 0);
        let world = match whole {
            Some(network) => network.to_string(),
            None => networks.iter().map(IpNet::to_string).collect::<Vec<_>>().join(" "),
        };
        let is_it =
            |rule: &&mut Rule| of_family(rule).is_some_and(|network| whole.is_none_or(|whole| network == *whole));
        if let Some(rule) = rules.iter_mut().find(is_it) {
            rule.world = Some(world);
        }
    }
}

/// A protocol and its ports, ends included; `None` for all.
type Service = (Option<i32>, Option<(i32, i32)>);

/// Protocol and ports of a permission.
fn service(permission: &Node<'_>) -> Result<Service, ContextError> {
    let protocol = protocol(permission)?;
    let (from, to) = (permission.port("FromPort")?, permission.port("ToPort")?);
    let has_ports = matches!(protocol, Some(6 | 17 | 132));
    let ports = match (has_ports, from, to) {
        (false, ..) | (true, None, None) | (true, Some(-1), _) => None,
        (true, Some(from), Some(to)) if from <= to => Some((from, to)),
        _ => return Err(permission.wrong("FromPort and ToPort, in this order")),
    };
    Ok((protocol, ports))
}

fn protocol(permission: &Node<'_>) -> Result<Option<i32>, ContextError> {
    let number = match permission.text("IpProtocol")?.as_str() {
        "-1" | "all" => return Ok(None),
        "icmp" => 1,
        "tcp" => 6,
        "udp" => 17,
        "icmpv6" => 58,
        number => match number.parse() {
            Ok(number @ 0..=255) => number,
            _ => return Err(permission.wrong("an IpProtocol: tcp, udp, icmp, icmpv6, a number or -1")),
        },
    };
    Ok(Some(number))
}

fn peers(permission: &Node<'_>) -> Result<Vec<(Peer, Option<String>)>, ContextError> {
    let mut peers = Vec::new();
    // AWS Config has the same networks twice: as objects, and as plain text, which alone is in what it recorded long ago.
    let has_objects = !permission.optional_list("Ipv4Ranges")?.is_empty();
    let ipv4 = if has_objects { "Ipv4Ranges" } else { "IpRanges" };
    for (list, key) in [(ipv4, "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
        for range in permission.optional_list(list)? {
            peers.push((Peer::Network(range.parsed(key, NETWORK)?), range.optional_text("Description")?));
        }
    }
    for pair in permission.optional_list("UserIdGroupPairs")? {
        peers.push((Peer::Group(pair.text("GroupId")?), pair.optional_text("Description")?));
    }
    for list in permission.optional_list("PrefixListIds")? {
        let id = list.parsed("PrefixListId", "text")?;
        peers.push((Peer::PrefixList(id), list.optional_text("Description")?));
    }
    Ok(peers)
}
