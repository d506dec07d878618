//! The floor under every query: only inflates gzip objects, with libdeflate, on some threads.
//!
//! `inflate THREADS PATH...` takes files, and folders with all their `.gz` files, and says on stderr how many bytes
//! went in and came out, and how long it took. It does the least that an honest floor can: each thread keeps one
//! decompressor and its buffers, and the large objects go first, so that buffers seldom grow and the threads end
//! together. Objects have one gzip member, as `vpcflow generate` writes them.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use libdeflater::Decompressor;
use walkdir::WalkDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inflate: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> anyhow::Result<()> {
    let start = Instant::now();
    let mut arguments = env::args_os().skip(1);
    let threads = arguments.next().and_then(|text| text.to_str()?.parse::<usize>().ok()).unwrap_or(0);
    let objects = largest_first(arguments.map(PathBuf::from))?;
    if threads == 0 || objects.is_empty() {
        bail!("nothing to do; give a number of threads, then .gz files or folders that hold some");
    }
    let next = AtomicUsize::new(0);
    let totals = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| inflate_objects(&objects, &next))).collect();
        let ends = workers.into_iter().map(|worker| worker.join().expect("inflating does not panic"));
        ends.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let bytes_in: usize = totals.iter().map(|(bytes_in, _)| bytes_in).sum();
    let bytes_out: usize = totals.iter().map(|(_, bytes_out)| bytes_out).sum();
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{} objects, {bytes_in} bytes in, {bytes_out} bytes out, {seconds:.3} s", objects.len());
    Ok(())
}

/// The files of `paths`, and of folders what ends in `.gz`.
fn largest_first(paths: impl Iterator<Item = PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut objects = Vec::new();
    for path in paths {
        for entry in WalkDir::new(path) {
            let entry = entry?;
            let wanted = entry.depth() == 0 || entry.path().extension().is_some_and(|extension| extension == "gz");
            if entry.file_type().is_file() && wanted {
                objects.push((entry.metadata()?.len(), entry.into_path()));
            }
        }
    }
    objects.sort_unstable_by(|a, b| b.cmp(a));
    Ok(objects.into_iter().map(|(_, path)| path).collect())
}

/// Inflates one object after the other until none is left; returns bytes in and bytes out.
fn inflate_objects(objects: &[PathBuf], next: &AtomicUsize) -> anyhow::Result<(usize, usize)> {
    let mut inflater = Decompressor::new();
    let (mut compressed, mut text) = (Vec::new(), Vec::new());
    let (mut bytes_in, mut bytes_out) = (0, 0);
    while let Some(path) = objects.get(next.fetch_add(1, Ordering::Relaxed)) {
        let at = || path.display().to_string();
        compressed.clear();
        File::open(path).and_then(|mut file| file.read_to_end(&mut compressed)).with_context(at)?;
        // A gzip member ends with the size of its text.
        let size = compressed.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize);
        if text.len() < size {
            text.resize(size, 0);
        }
        bytes_out += inflater.gzip_decompress(&compressed, &mut text).with_context(at)?;
        bytes_in += compressed.len();
    }
    Ok((bytes_in, bytes_out))
}
