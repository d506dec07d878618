//! How fast logs are read from S3: the same ten days from local files, from a server on the loopback, and from that server
//! with 50 ms added to every request; and how fast the objects alone are fetched, by vpcflow's store and by object_store's
//! own S3 client. The server runs in this process, on the same processors; each measurement is a process of its own.
//!
//! ```sh
//! cargo build --release --manifest-path benches/peers/s3-get/Cargo.toml --target-dir target/s3-get
//! cargo bench --bench s3 -- target/s3-get/release/s3-get
//! ```
//!
//! With `serve` it only serves: to try things by hand. The other argument is the program of object_store's client; without it that row is left out. `VPCFLOW_BENCH_RECORDS`
//! (default 5000000) sets the records, `VPCFLOW_BENCH_RUNS` (default 5) the runs, of which the median counts.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt};
use vpcflow::generate::{FieldSet, Options, Summary, generate};
use vpcflow::limits::LOOKAHEAD_OBJECTS;
use vpcflow::scan::{FlowTable, ReadOptions, Selection};
use vpcflow::session::{Session, SessionOptions};
use vpcflow::store::{Aws, AwsOptions, S3Address, Sources};

#[path = "../tests/s3/server.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod server;

use server::{ACCESS_KEY, BUCKET, Fault, SECRET_KEY, Server};

// As the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SQL: &str = "SELECT action, count(*) AS records, sum(bytes) AS bytes FROM flows GROUP BY action";

const THREADS: usize = 2;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["scan", source, url] => in_runtime(scan(source, url)),
        ["get", url] => in_runtime(get(url)),
        ["serve"] => {
            let (server, _) = serve();
            println!("{} until the end of standard input", server.url());
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        }
        [] => measure(None),
        [peer] => measure(Some(peer)),
        _ => panic!("one argument at most: the program of object_store's client"),
    }
}

/// One thing that is measured in every round.
struct Row {
    name: &'static str,
    wait: Duration,
    command: Vec<String>,
    seconds: Vec<f64>,
    peak_bytes: u64,
}

/// A server with ten days of logs.
fn serve() -> (Server, Summary) {
    let server = Server::start();
    let options = Options {
        records: setting("VPCFLOW_BENCH_RECORDS", 5_000_000),
        days: 10,
        date: NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"),
        fields: vec![FieldSet::V5],
        interfaces: 30,
        accounts: 1,
        seed: 1,
        attacks: false,
        parquet: false,
        threads: THREADS,
    };
    let made = generate(&options, &server.bucket()).expect("generated logs");
    // The inventory that lies beside the logs is none of them.
    for entry in std::fs::read_dir(server.bucket()).expect("the bucket").flatten() {
        if entry.path().is_file() {
            std::fs::remove_file(entry.path()).expect("removed");
        }
    }
    println!("{} objects, {} records, {} bytes", made.objects, made.records, made.bytes);
    (server, made)
}

fn measure(peer: Option<&str>) {
    let runs = setting("VPCFLOW_BENCH_RUNS", 5);
    let (server, made) = serve();
    let this = std::env::current_exe().expect("this program").display().to_string();
    let local = server.bucket().display().to_string();
    let (url, far) = (server.url(), Duration::from_millis(50));
    let row = |name, wait, command: &[&str]| {
        let command = command.iter().map(|part| (*part).to_owned()).collect();
        Row { name, wait, command, seconds: Vec::new(), peak_bytes: 0 }
    };
    let mut rows = vec![
        row("scan, local files", Duration::ZERO, &[&this, "scan", &local, url]),
        row("scan, loopback server", Duration::ZERO, &[&this, "scan", "s3://logs/", url]),
        row("scan, 50 ms more a request", far, &[&this, "scan", "s3://logs/", url]),
        row("fetch, vpcflow", Duration::ZERO, &[&this, "get", url]),
    ];
    let (requests, threads) = (LOOKAHEAD_OBJECTS.to_string(), THREADS.to_string());
    rows.extend(peer.map(|peer| row("fetch, object_store", Duration::ZERO, &[peer, url, BUCKET, &requests, &threads])));
    for run in 0..=runs {
        for row in &mut rows {
            let wait = row.wait;
            server.spoil(move |_, _| (!wait.is_zero()).then_some(Fault::Slow(wait)));
            let [seconds, count, peak] = ask(&row.command);
            let expected = if row.name.starts_with("scan") { made.records } else { made.bytes };
            assert_eq!(count as u64, expected, "{}", row.name);
            row.peak_bytes = row.peak_bytes.max(peak as u64);
            // The first round fills the page cache.
            if run > 0 {
                row.seconds.push(seconds);
            }
        }
    }
    let medians: Vec<f64> = rows.iter_mut().map(|row| median(&mut row.seconds)).collect();
    // Each against the one before, fetches against each other.
    for (index, row) in rows.iter().enumerate() {
        let ratio = match index {
            1 | 2 | 4 => format!("{:.2} x {}", medians[index] / medians[index - 1], rows[index - 1].name),
            _ => String::new(),
        };
        println!("{:28} {:6.3} s  peak {:4} MB  {ratio}", row.name, medians[index], row.peak_bytes / 1_000_000);
    }
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Runs a program that prints seconds, a count and perhaps its peak memory in bytes.
fn ask(command: &[String]) -> [f64; 3] {
    let mut process = Command::new(&command[0]);
    process.args(&command[1..]).env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    process.env("AWS_REGION", "eu-west-1").env("NO_PROXY", "127.0.0.1");
    let output = process.output().unwrap_or_else(|error| panic!("{}: {error}", command[0]));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let mut figures = [0.0; 3];
    for (figure, word) in figures.iter_mut().zip(String::from_utf8_lossy(&output.stdout).split_whitespace()) {
        *figure = word.parse().expect("a figure");
    }
    figures
}

fn in_runtime(work: impl Future<Output = (f64, u64)>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let (seconds, count) = runtime.expect("a runtime").block_on(work);
    println!("{seconds} {count} {}", peak_bytes().unwrap_or_default());
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {value:?}")),
        Err(_) => default,
    }
}

fn aws(url: &str) -> AwsOptions {
    AwsOptions { endpoint_url: Some(url.to_owned()), ..AwsOptions::default() }
}

/// Asks the query of a source: the seconds from the listing to the answer, and the records counted.
async fn scan(source: &str, url: &str) -> (f64, u64) {
    let start = Instant::now();
    let options = SessionOptions { threads: THREADS, ..SessionOptions::default() };
    let runtime = options.runtime().expect("a runtime");
    let sources = Sources::open(&[source.to_owned()], None, &aws(url)).await.expect("a source");
    let flows = FlowTable::open(sources, ReadOptions::default(), Selection::default(), &runtime).await;
    let session = Session::new(&options, runtime).expect("a session");
    session.register_flows(Arc::new(flows.expect("flow logs"))).expect("a new session");
    let batches = session.sql(SQL).await.expect("a query").collect().await.expect("an answer");
    let counts = batches.iter().flat_map(|batch| {
        use arrow::array::AsArray;
        batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
    });
    (start.elapsed().as_secs_f64(), counts.sum::<i64>().unsigned_abs())
}

/// Gets every object, as many at a time as a scan does: the seconds after the listing, and the bytes.
async fn get(url: &str) -> (f64, u64) {
    let address = S3Address::parse(&format!("s3://{BUCKET}/")).expect("an address");
    let store = Aws::new(aws(url)).await.store(&address).await.expect("a store");
    let objects: Vec<_> = store.list(None).try_collect().await.expect("a listing");
    let start = Instant::now();
    let sizes = futures::stream::iter(objects).map(|object| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.get(&object.location).await?.bytes().await.map(|body| body.len() as u64) })
    });
    let mut sizes = sizes.buffer_unordered(LOOKAHEAD_OBJECTS);
    let mut bytes = 0;
    while let Some(size) = sizes.next().await {
        bytes += size.expect("no panic").expect("an object");
    }
    (start.elapsed().as_secs_f64(), bytes)
}

/// The most memory this process has held, as Linux tells it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
