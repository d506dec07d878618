//! The arguments that name files of context, common to every command that asks them.

use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;
use vpcflow::context::{ContextOptions, ThreatListOption, parse_own_network};

/// Which networks and hosts are ours.
#[derive(Debug, Args)]
pub struct OwnArgs {
    /// A network that is yours, instead of the private ranges; the interfaces' addresses always are
    #[arg(long, value_name = "CIDR", value_parser = parse_own_network, help_heading = "Context")]
    own_network: Vec<IpNet>,

    /// Network interfaces: the output of `aws ec2 describe-network-interfaces`, of each account and region
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    interfaces: Vec<PathBuf>,

    /// Security groups and network interfaces of an account and region: a snapshot of AWS Config
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    config_snapshot: Vec<PathBuf>,

    /// Addresses and networks that no finding is made of, one a line: scanners and monitors of your own
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    trusted: Vec<PathBuf>,
}

impl OwnArgs {
    /// What the arguments name.
    pub fn options(&self) -> ContextOptions {
        ContextOptions {
            interfaces: self.interfaces.clone(),
            config_snapshots: self.config_snapshot.clone(),
            trusted: self.trusted.clone(),
            own_networks: self.own_network.clone(),
            ..ContextOptions::default()
        }
    }
}

/// Files of context, local or in S3 (s3://bucket/key), plain or gzip.
#[derive(Debug, Args)]
pub struct ContextArgs {
    #[command(flatten)]
    own: OwnArgs,

    /// Security groups: the output of `aws ec2 describe-security-groups` or `describe-security-group-rules`, of each
    /// account and region
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    security_groups: Vec<PathBuf>,

    /// Addresses and networks that are known to be bad, one a line or in CSV: FILE[,name=NAME][,severity=LEVEL]
    #[arg(long, value_name = "LIST", help_heading = "Context")]
    threat_list: Vec<ThreatListOption>,

    /// Addresses of Tor's relays, one a line
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    tor_list: Vec<PathBuf>,

    /// AWS' own ranges (https://ip-ranges.amazonaws.com/ip-ranges.json), for aws_service(addr)
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    aws_ip_ranges: Option<PathBuf>,

    /// Countries or AS numbers of addresses (.mmdb of GeoLite2, DB-IP, IPinfo and the like); several complement one
    /// another
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    geo: Vec<PathBuf>,

    /// Names of hosts and networks: lines as in /etc/hosts, or CSV with an address and a name
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    names: Vec<PathBuf>,
}

impl ContextArgs {
    /// What the arguments name.
    pub fn options(&self) -> ContextOptions {
        ContextOptions {
            security_groups: self.security_groups.clone(),
            threat_lists: self.threat_list.clone(),
            tor_lists: self.tor_list.clone(),
            aws_ip_ranges: self.aws_ip_ranges.clone(),
            geo: self.geo.clone(),
            names: self.names.clone(),
            ..self.own.options()
        }
    }
}
