//! How fast logs are read from S3: the same ten days from local files, from a server on the loopback, and from that server
//! with time added to every request. The server runs in this process and on the same processors.
//!
//! `cargo bench --bench s3`; `VPCFLOW_BENCH_RECORDS` (default 5000000) sets the records, `VPCFLOW_BENCH_RUNS` (default 5)
//! the runs, of which the median counts.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::config::Credentials;
use chrono::NaiveDate;
use vpcflow::generate::{FieldSet, Options, generate};
use vpcflow::scan::{FlowTable, ReadOptions, Selection};
use vpcflow::session::{Session, SessionOptions};
use vpcflow::store::{AwsOptions, Sources};

#[path = "../tests/s3/server.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod server;

use server::{ACCESS_KEY, Fault, SECRET_KEY, Server};

const SQL: &str = "SELECT action, count(*) AS records, sum(bytes) AS bytes FROM flows GROUP BY action";

fn main() {
    let runs = setting("VPCFLOW_BENCH_RUNS", 5);
    let server = Server::start();
    let options = Options {
        records: setting("VPCFLOW_BENCH_RECORDS", 5_000_000),
        days: 10,
        date: NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"),
        fields: vec![FieldSet::V5],
        interfaces: 50,
        accounts: 1,
        seed: 1,
        attacks: false,
        parquet: false,
        threads: 2,
    };
    let made = generate(&options, &server.bucket()).expect("generated logs");
    println!("{} objects, {} records, {} bytes", made.objects, made.records, made.bytes);
    let local = server.bucket().display().to_string();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mut seconds = [vec![], vec![], vec![]];
    for run in 0..=runs {
        for (index, (source, wait)) in
            [(local.as_str(), 0), ("s3://logs/", 0), ("s3://logs/", 50)].into_iter().enumerate()
        {
            server.spoil(move |_, _| (wait > 0).then_some(Fault::Slow(Duration::from_millis(wait))));
            let start = Instant::now();
            let records = runtime.block_on(scan(&server, source));
            assert_eq!(records, made.records);
            // The first round fills the page cache.
            if run > 0 {
                seconds[index].push(start.elapsed().as_secs_f64());
            }
        }
    }
    let [local, near, far] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    });
    println!("local files      {local:.2} s");
    println!("loopback server  {near:.2} s, {:.2} x local files", near / local);
    println!("50 ms more       {far:.2} s, {:.2} x without", far / near);
    if let Some(peak) = peak_memory() {
        println!("peak memory of this process, server included: {peak}");
    }
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {value:?}")),
        Err(_) => default,
    }
}

/// Asks the query of a source; returns how many records it counted.
async fn scan(server: &Server, source: &str) -> u64 {
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "the bench");
    let config = aws_config::defaults(BehaviorVersion::latest()).credentials_provider(credentials);
    let config = config.region(Region::new("eu-west-1")).load().await;
    let aws = AwsOptions { config: Some(config), endpoint_url: Some(server.url().to_owned()), ..AwsOptions::default() };
    let options = SessionOptions { threads: 2, ..SessionOptions::default() };
    let runtime = options.runtime().expect("a runtime");
    let sources = Sources::open(&[source.to_owned()], None, &aws).await.expect("a source");
    let flows = FlowTable::open(sources, ReadOptions::default(), Selection::default(), &runtime).await;
    let session = Session::new(&options, runtime).expect("a session");
    session.register_flows(Arc::new(flows.expect("flow logs"))).expect("a new session");
    let batches = session.sql(SQL).await.expect("a query").collect().await.expect("an answer");
    let counts = batches.iter().flat_map(|batch| {
        use arrow::array::AsArray;
        batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
    });
    counts.sum::<i64>().unsigned_abs()
}

/// The most memory this process has held, as Linux tells it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
