//! What is read, and how: sources, AWS, limits and context. The keys are the options of the command line.

use super::forms::{as_is, size};
use super::problem::Placed;
use super::table::Table;
use crate::context::{ContextOptions, ThreatListOption, parse_own_network};
use crate::format::Layout;
use crate::limits::{LEAST_MEMORY_BYTES, MAX_OBJECT_BYTES, MEMORY_LIMIT_BYTES, MOST_THREADS};
use crate::store::{AwsOptions, check_endpoint, parse_account, parse_region, parse_role};

/// What is read.
#[derive(Debug, Clone)]
pub struct Logs {
    /// Files, folders, patterns, and prefixes of buckets.
    pub sources: Vec<Placed<String>>,
    /// The format of lines without a header.
    pub log_format: Option<Layout>,
    /// The accounts whose objects are read; none stands for all.
    pub accounts: Vec<String>,
    /// The regions.
    pub regions: Vec<String>,
    /// The flow logs.
    pub flow_log_ids: Vec<String>,
}

/// How much of the machine may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What queries may hold before they spill.
    pub memory_limit_bytes: usize,
    /// Threads; 0 is one for each processor.
    pub threads: usize,
    /// The largest object that is read, inflated.
    pub max_object_bytes: usize,
}

impl Logs {
    pub(super) fn read(table: &Table<'_>) -> Self {
        const SOURCES: &str = "files, folders, patterns, or s3://bucket/prefix; several are one table";
        let sources = table.required().texts("source", SOURCES, |text| table.location(text));
        let layout = |text: &str| Layout::from_format(text).map_err(|error| error.to_string());
        let format = "format of lines without a header, as in the flow log's settings: '${version} ${account-id} ...'";
        Logs {
            sources,
            log_format: table.text("log-format", format, layout).map(|format| format.value),
            accounts: values(table.texts(
                "account",
                "read the objects of these accounts, as their keys name them",
                parse_account,
            )),
            regions: values(table.texts(
                "log-region",
                "read the objects of these regions, as their keys name them",
                parse_region,
            )),
            flow_log_ids: values(table.texts("flow-log-id", "read the objects of these flow logs (fl-...)", as_is)),
        }
    }
}

impl Limits {
    pub(super) fn read(table: &Table<'_>) -> Self {
        let memory = |text: &str| size(text, LEAST_MEMORY_BYTES, u64::MAX);
        let memory = table.text("memory-limit", "memory that queries may hold before they spill to disk; 4GiB", memory);
        let threads = table.count(
            "threads",
            "threads to use; 0, the default, is one for each processor",
            0..=MOST_THREADS.into(),
        );
        let most = MAX_OBJECT_BYTES.next_power_of_two() as u64;
        let object = |text: &str| size(text, 1, most);
        let object =
            table.text("max-object-size", "the largest object that is read, after decompression; 2GiB", object);
        let bytes = |size: Option<Placed<u64>>, default| {
            size.map_or(default, |size| usize::try_from(size.value).unwrap_or(usize::MAX))
        };
        Limits {
            memory_limit_bytes: bytes(memory, MEMORY_LIMIT_BYTES),
            threads: threads.and_then(|threads| usize::try_from(threads).ok()).unwrap_or_default(),
            max_object_bytes: bytes(object, MAX_OBJECT_BYTES).min(MAX_OBJECT_BYTES),
        }
    }
}

/// How AWS is reached.
pub(super) fn aws(table: &Table<'_>) -> AwsOptions {
    let endpoint = |text: &str| check_endpoint(text).map(|()| text.to_owned());
    let text = |text: Option<Placed<String>>| text.map(|text| text.value);
    let payer =
        table.choice("request-payer", "pay for the requests, where the bucket's owner does not", &[("requester", ())]);
    let options = AwsOptions {
        profile: text(table.text("profile", "a profile of the shared AWS configuration", as_is)),
        region: text(table.text("region", "the region; without one, each bucket is asked for its own", parse_region)),
        endpoint_url: text(table.text("endpoint-url", "another server that speaks S3", endpoint)),
        no_sign_request: table.flag("no-sign-request", "send requests without a signature, for public buckets"),
        request_payer: payer.is_some(),
        role_arn: text(table.text("role-arn", "a role to take on before S3 is asked", parse_role)),
        external_id: text(table.text("external-id", "what the role's trust policy asks for", as_is)),
        ..AwsOptions::default()
    };
    if options.no_sign_request && table.has("role-arn") {
        let place = table.place_of("no-sign-request");
        table.wrong(place, "no-sign-request: a role signs every request; leave no-sign-request or role-arn out");
    }
    if table.has("external-id") && !table.has("role-arn") {
        table.wrong(
            table.place_of("external-id"),
            "external-id: is for a role; name it with role-arn, or leave external-id out",
        );
    }
    options
}

/// Files of context.
pub(super) fn context(table: &Table<'_>) -> ContextOptions {
    let lists = table.texts(
        "threat-list",
        "addresses and networks that are known to be bad: FILE[,name=NAME][,severity=LEVEL]",
        |text| {
            let list: ThreatListOption = text.parse()?;
            list.file.to_str().map_or(Ok(()), |file| table.location(file).map(|_| ())).map(|()| list)
        },
    );
    let own = "networks that are yours, instead of the private ranges; the interfaces' addresses always are";
    ContextOptions {
        own_networks: values(table.texts("own-network", own, parse_own_network)),
        interfaces: table.files("interfaces", "output of aws ec2 describe-network-interfaces"),
        security_groups: table
            .files("security-groups", "output of aws ec2 describe-security-groups or describe-security-group-rules"),
        config_snapshots: table
            .files("config-snapshot", "snapshots of AWS Config, which give security groups and interfaces"),
        trusted: table.files("trusted", "addresses and networks that no finding is made of, one a line"),
        threat_lists: lists
            .into_iter()
            .map(|list| ThreatListOption { file: table.file_of(&list.value.file, list.place), ..list.value })
            .collect(),
        tor_lists: table.files("tor-list", "addresses of Tor's relays, one a line"),
        aws_ip_ranges: table.one_file("aws-ip-ranges", "AWS' own ranges: ip-ranges.json"),
        geo: table.files("geo", "databases of countries or AS numbers of addresses (.mmdb)"),
        names: table.files("names", "names of hosts and networks: lines as in /etc/hosts, or CSV"),
    }
}

/// Without their places.
pub(super) fn values<T>(placed: Vec<Placed<T>>) -> Vec<T> {
    placed.into_iter().map(|placed| placed.value).collect()
}
