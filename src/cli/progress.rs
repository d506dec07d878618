//! How far a run is, in a line on the terminal.

use std::future::Future;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressFinish, ProgressStyle};
use vpcflow::scan::{Coverage, Progress};

/// How often the line is written anew.
const PERIOD: Duration = Duration::from_millis(200);

/// Does the work of detections; on a terminal a line tells what of the objects has been read. Afterwards it is gone.
pub async fn shown<T>(coverage: &Coverage, work: impl Future<Output = T>) -> T {
    shown_as(coverage, "detecting", work).await
}

/// The same of other work, which is called so once all has been read.
pub async fn shown_as<T>(coverage: &Coverage, doing: &str, work: impl Future<Output = T>) -> T {
    if !std::io::stderr().is_terminal() {
        return work.await;
    }
    let begun = Instant::now();
    // Gone also where the work is left.
    let bar = ProgressBar::new(0).with_finish(ProgressFinish::AndClear);
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {wide_msg}") {
        bar.set_style(style);
    }
    // What takes no time needs no line.
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + PERIOD, PERIOD);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => {
                let progress = coverage.progress();
                bar.set_length(progress.bytes_expected.max(1));
                bar.set_position(progress.bytes);
                bar.set_message(line(&progress, begun.elapsed(), doing));
            }
        }
    }
}

fn line(progress: &Progress, elapsed: Duration, doing: &str) -> String {
    let Progress { objects, objects_expected, bytes, bytes_expected, records, files } = *progress;
    if files > 0 {
        return format!("{} files of the lake, {}: {doing}", HumanCount(files), BinaryBytes(bytes));
    }
    let seconds = elapsed.as_secs_f64().max(0.001);
    let read = format!(
        "{} of {} objects, {} of {}, {} records",
        HumanCount(objects),
        HumanCount(objects_expected),
        BinaryBytes(bytes),
        BinaryBytes(bytes_expected),
        HumanCount(records),
    );
    if objects_expected == 0 {
        return "looking for objects".to_owned();
    }
    if objects >= objects_expected {
        return format!("{read}: {doing}");
    }
    let per_second = HumanCount((records as f64 / seconds) as u64);
    // What the objects take so far tells what the rest will take.
    let left = seconds * bytes_expected.saturating_sub(bytes) as f64 / bytes.max(1) as f64;
    match bytes {
        0 => read,
        _ => format!("{read}, {per_second} a second, {} left", left_in_words(left)),
    }
}

/// `12 s`, `3 min 5 s`, `2 h 10 min`.
fn left_in_words(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        seconds @ 0..=59 => format!("{seconds} s"),
        seconds @ 60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_was_read_and_how_long_the_rest_takes() {
        let begun = Progress { objects: 0, objects_expected: 4, bytes: 0, bytes_expected: 4096, records: 0, files: 0 };
        let at = |seconds| Duration::from_secs(seconds);
        assert_eq!(line(&begun, at(1), "detecting"), "0 of 4 objects, 0 B of 4.00 KiB, 0 records");
        let amid = Progress { objects: 1, bytes: 1024, records: 500_000, ..begun };
        assert_eq!(
            line(&amid, at(2), "detecting"),
            "1 of 4 objects, 1.00 KiB of 4.00 KiB, 500,000 records, 250,000 a second, 6 s left"
        );
        let read = Progress { objects: 4, bytes: 4096, records: 2_000_000, ..begun };
        assert_eq!(
            line(&read, at(8), "detecting"),
            "4 of 4 objects, 4.00 KiB of 4.00 KiB, 2,000,000 records: detecting"
        );
        assert_eq!(line(&Progress::default(), at(1), "detecting"), "looking for objects");
        let lake = Progress { files: 3, bytes: 4096, bytes_expected: 4096, ..Progress::default() };
        assert_eq!(line(&lake, at(1), "detecting"), "3 files of the lake, 4.00 KiB: detecting");
    }

    #[test]
    fn times_are_told_in_two_units() {
        for (seconds, expected) in [(0.2, "1 s"), (59.0, "59 s"), (59.5, "1 min 0 s"), (3700.0, "1 h 1 min")] {
            assert_eq!(left_in_words(seconds), expected);
        }
    }
}
