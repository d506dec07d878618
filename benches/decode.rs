//! How fast one core turns gzip text into columns, in bytes of text a second, step by step: inflating alone, then
//! with lines judged and fields counted, with a narrow projection, and with all columns.
//!
//! `cargo bench --bench decode`; `VPCFLOW_BENCH_LINES` (default 200000) and `VPCFLOW_BENCH_IPV6_PERCENT` (default 8)
//! set the size of the version-5 text and its share of IPv6 records.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use divan::counter::BytesCount;
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vpcflow::format::field::{FIELDS, field_type};
use vpcflow::format::{Block, Column, Decoder, Gunzip, Layout, MAX_BLOCK_BYTES, Tally};

fn main() {
    divan::main();
}

/// Objects of AWS' size: some 20,000 records each.
const LINES_PER_OBJECT: usize = 20_000;

struct Objects {
    gzip: Vec<Vec<u8>>,
    text_bytes: usize,
}

fn objects() -> &'static Objects {
    static OBJECTS: OnceLock<Objects> = OnceLock::new();
    OBJECTS.get_or_init(|| {
        let lines = setting("VPCFLOW_BENCH_LINES", 200_000);
        let ipv6_percent = setting("VPCFLOW_BENCH_IPV6_PERCENT", 8);
        let mut objects = Objects { gzip: Vec::new(), text_bytes: 0 };
        for first in (0..lines).step_by(LINES_PER_OBJECT) {
            let text = v5_text(first, LINES_PER_OBJECT.min(lines - first), ipv6_percent);
            objects.text_bytes += text.len();
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(text.as_bytes()).expect("writing to memory");
            objects.gzip.push(encoder.finish().expect("writing to memory"));
        }
        objects
    })
}

fn setting(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {value:?}")),
        Err(_) => default,
    }
}

/// The fields of versions 2 to 5, in the order of the documentation.
fn v5_fields() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().filter(|field| field.version <= 5).map(|field| field.name)
}

fn v5_text(seed: usize, lines: usize, ipv6_percent: usize) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed as u64);
    let mut text = v5_fields().collect::<Vec<_>>().join(" ") + "\n";
    for line in 0..lines {
        let host = random.random_range(0..50u32);
        let start = 1_773_187_200 + (line / 70) as u32;
        let (own, peer) = if random.random_range(0..100) < ipv6_percent {
            (
                format!("2600:1f18:47a:{host:x}00:8d6e:3477:df66:{:x}", 0xf100 + host),
                format!("2001:db8:{:x}::{:x}", random.random_range(1..2000u32), random.random_range(1..9000u32)),
            )
        } else {
            let peer: [u8; 3] = random.random();
            (format!("10.0.{}.{}", host / 8, 10 + host), format!("203.{}.{}.{}", peer[0] % 8, peer[1] % 16, peer[2]))
        };
        let (ingress, port, ephemeral) =
            (random.random_bool(0.5), [443, 443, 80, 22, 5432][line % 5], random.random_range(32768..61000u32));
        let (src, dst) = if ingress { (&peer, &own) } else { (&own, &peer) };
        let (srcport, dstport) = if ingress { (ephemeral, port) } else { (port, ephemeral) };
        let packets = random.random_range(1..60u32);
        let action = if random.random_bool(0.06) { "REJECT" } else { "ACCEPT" };
        writeln!(
            text,
            "5 123456789012 eni-0a1b2c3d4e5f{host:05x} {src} {dst} {srcport} {dstport} 6 {packets} {} {start} {} \
             {action} OK vpc-0123456789abcdef0 subnet-0a1b2c3d4e5f6{:04x} i-0f1e2d3c4b5a{host:05x} {} IPv4 {src} \
             {dst} us-east-1 use1-az{} - - - - {} {}",
            packets * random.random_range(52..1400u32),
            start + random.random_range(20..60u32),
            host / 8,
            if ingress { 2 } else { 18 },
            host % 3,
            if ingress { "ingress" } else { "egress" },
            if ingress { "-" } else { "8" },
        )
        .expect("writing to memory");
    }
    text
}

/// Inflates every object and hands its block to `decode`.
fn run(bencher: Bencher<'_, '_>, decode: impl Fn(Block) -> Option<Vec<u8>>) {
    let objects = objects();
    let mut gunzip = Gunzip::new(MAX_BLOCK_BYTES);
    let mut memory = Vec::new();
    bencher.counter(BytesCount::new(objects.text_bytes)).bench_local(|| {
        for object in &objects.gzip {
            gunzip.inflate(object, &mut memory).expect("an object of our own");
            memory = decode(Block::new(std::mem::take(&mut memory))).unwrap_or_default();
        }
    });
}

/// Decodes a block with the named columns; with none the lines are only counted.
fn decode(block: Block, columns: &[Column]) -> Option<Vec<u8>> {
    let layout = Layout::version_2();
    let wanted = columns.iter().map(|column| column.source().to_owned()).collect();
    let mut decoder = Decoder::new(block, Arc::new(layout), 0, wanted);
    let mut tally = Tally::default();
    while let Some(rows) = decoder.next_rows(8192, &mut tally) {
        for column in columns {
            black_box(rows.column(column, &mut tally));
        }
        decoder.recycle(rows);
    }
    assert_eq!((tally.malformed_lines(), tally.headers), (0, 1));
    decoder.into_block().reclaim()
}

fn columns(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| Column::Field(name.replace('-', "_"), field_type(name))).collect()
}

#[divan::bench]
fn inflate(bencher: Bencher<'_, '_>) {
    run(bencher, |block| black_box(block).reclaim());
}

#[divan::bench]
fn inflate_and_find_fields(bencher: Bencher<'_, '_>) {
    run(bencher, |block| decode(block, &[]));
}

#[divan::bench]
fn inflate_and_decode_two_columns(bencher: Bencher<'_, '_>) {
    let columns = columns(&["action", "bytes"]);
    run(bencher, |block| decode(block, &columns));
}

#[divan::bench]
fn inflate_and_decode_eleven_columns(bencher: Bencher<'_, '_>) {
    let columns = columns(&[
        "interface-id",
        "srcaddr",
        "dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
    ]);
    run(bencher, |block| decode(block, &columns));
}

#[divan::bench]
fn inflate_and_decode_all_columns(bencher: Bencher<'_, '_>) {
    let columns = columns(&v5_fields().collect::<Vec<_>>());
    run(bencher, |block| decode(block, &columns));
}
