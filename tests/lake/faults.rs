//! A process that is killed, a disk that is full, two processes at once: afterwards the lake has each record once.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Logs, assert_whole, ingest, run};

/// So little comes in with a commit that a process makes several.
const SMALL: [&str; 2] = ["--commit-size", "20kB"];

#[test]
fn whenever_it_is_killed_the_next_run_ends_what_was_begun() {
    let logs = Logs::generate(&["--records", "6000", "--interfaces", "20"]);
    let (source, lake) = (logs.source(), logs.lake());
    let mut left = logs.objects.iter();
    let mut random = fastrand::Rng::with_seed(7);
    let (mut kills, mut longest) = (0, Duration::from_millis(1500));
    while kills < 60 {
        left.by_ref().take(random.usize(1..12)).for_each(|object| logs.deliver(object));
        let begun = Instant::now();
        let mut child = ingest(&source, &lake)
            .args(SMALL)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        std::thread::sleep(longest.mul_f64(random.f64()));
        match child.try_wait().expect("a child") {
            None => {
                child.kill().expect("it was running");
                kills += 1;
            }
            // It was quick: the next one is killed earlier.
            Some(_) => longest = longest.min(begun.elapsed()).max(Duration::from_millis(100)),
        }
        child.wait().expect("a child");
        if kills % 20 == 19 {
            let (_, stderr, code) = run(ingest(&source, &lake).args(SMALL));
            assert_eq!(code, 0, "{stderr}");
            assert_whole(&source, &lake);
            kills += 1;
        }
    }
    left.for_each(|object| logs.deliver(object));
    let (_, stderr, code) = run(ingest(&source, &lake).args(SMALL));
    assert_eq!(code, 0, "{stderr}");
    assert_whole(&source, &lake);
}

#[test]
fn two_processes_bring_each_object_once() {
    let logs = Logs::generate(&["--records", "5000", "--interfaces", "20"]);
    logs.objects.iter().for_each(|object| logs.deliver(object));
    let (source, lake) = (logs.source(), logs.lake());
    let start = || {
        let mut command = ingest(&source, &lake);
        command.args(["--commit-size", "40kB"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let both = [start(), start(), start()];
    for child in both {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_whole(&source, &lake);
}

/// A limit on the size of files stands for a disk that is full: a write fails in the middle.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_can_not_be_written_is_an_error_and_nothing_is_lost() {
    let logs = Logs::generate(&["--records", "4000", "--interfaces", "20"]);
    logs.objects.iter().for_each(|object| logs.deliver(object));
    let (source, lake) = (logs.source(), logs.lake());
    for blocks in ["1", "8", "40", "100"] {
        let ingest = ingest(&source, &lake);
        let mut limited = std::process::Command::new("sh");
        // Without the signal that the limit sends, the write fails as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        limited.args(["-c", &script, "sh"]).arg(ingest.get_program()).args(ingest.get_args()).args(SMALL);
        let (_, stderr, code) = run(&mut limited);
        assert!(code == 2 || code == 0, "{stderr}");
        assert!(code == 0 || stderr.contains("File too large"), "{stderr}");
        assert!(blocks != "1" || code == 2, "{stderr}");
    }
    let (_, stderr, code) = run(&mut ingest(&source, &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_whole(&source, &lake);
}
