//! `vpcflow generate`: synthetic flow logs with labelled attacks.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context;
use bytesize::ByteSize;
use chrono::NaiveDate;
use vpcflow::generate::{FieldSet, Options, Summary, generate};

use super::tell;

/// Write synthetic flow logs as AWS delivers them, for trying out, tests and benchmarks.
///
/// The same options give the same files, byte for byte. Beside the logs stand security-groups.json and
/// interfaces.json, as the AWS CLI prints them; threat-list.txt, tor-list.txt, trusted.txt and ip-ranges.json for options of detect; and
/// labels.json, which names every planted attack, every look-alike, and the open rules that nothing uses.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to write to; it must be new or empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Records over all days; planted attacks count among them
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    records: u64,
    /// Number of days
    #[arg(long, value_name = "D", default_value_t = 1)]
    days: usize,
    /// First day, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-03-11")]
    date: NaiveDate,
    /// Fields of every record: v2 (the default format), v5, all, or a format string like '${srcaddr} ${bytes}'; give it
    /// once for each account to have different ones
    #[arg(long, value_name = "SET", default_value = "v5")]
    fields: Vec<FieldSet>,
    /// Network interfaces over all accounts, at least 20 for each
    #[arg(long, value_name = "N", default_value_t = 50)]
    interfaces: usize,
    /// AWS accounts
    #[arg(long, value_name = "N", default_value_t = 1)]
    accounts: usize,
    /// Another seed gives another estate and other traffic
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Plant attacks for every detection, each loud and quiet, and their benign look-alikes on the last day; the day-long
    /// strobe only among 400000 records or more
    #[arg(long)]
    attacks: bool,
    /// Write Parquet instead of gzip text
    #[arg(long)]
    parquet: bool,
}

/// Generates the logs and says on stderr what was made.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let options = Options {
        records: args.records,
        days: args.days,
        date: args.date,
        fields: args.fields.clone(),
        interfaces: args.interfaces,
        accounts: args.accounts,
        seed: args.seed,
        attacks: args.attacks,
        parquet: args.parquet,
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    let summary = generate(&options, &args.to).context("generate stopped")?;
    if summary.records > args.records {
        tell(format_args!("note: planted attacks and the least of traffic need more than {} records", args.records));
    }
    report(&summary, &args.to);
    Ok(())
}

fn report(summary: &Summary, to: &Path) {
    let Summary { objects, records, bytes, attacks, look_alikes } = summary;
    let to = to.display();
    tell(format_args!("{objects} objects, {records} records, {} in {to}", ByteSize(*bytes)));
    if *attacks > 0 {
        tell(format_args!("{attacks} attacks and {look_alikes} benign look-alikes, named in {to}/labels.json"));
    }
    tell(format_args!(
        "next: vpcflow detect {to} --security-groups {to}/security-groups.json --interfaces {to}/interfaces.json \
         --threat-list {to}/threat-list.txt --tor-list {to}/tor-list.txt --trusted {to}/trusted.txt \
         --aws-ip-ranges {to}/ip-ranges.json"
    ));
}
