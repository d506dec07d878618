//! The cases beside the detections, and the command that runs them.

use std::collections::BTreeMap;
use std::process::Command;

use futures::stream::{self, StreamExt};
use tempfile::TempDir;
use vpcflow::detect::{Case, write_shipped};
use vpcflow::queries::DETECTIONS;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_detection_finds_its_attacks_and_leaves_their_twins_alone() {
    let folder = TempDir::new().expect("a folder");
    write_shipped(folder.path()).expect("a folder to write");
    let mut kinds: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let cases = Case::load(folder.path()).expect("cases");
    let mut run = stream::iter(cases).map(|case| {
        let folder = folder.path().to_owned();
        tokio::spawn(async move {
            let verdict = case.run(&folder).await;
            (case, verdict)
        })
    });
    let mut verdicts = run.by_ref().buffer_unordered(2);
    while let Some(done) = verdicts.next().await {
        let (case, verdict) = done.expect("no panic");
        let verdict = verdict.unwrap_or_else(|error| panic!("{error}"));
        let name = format!("{}/{}: {}", case.detection, case.file.id, case.file.title);
        assert_eq!((verdict.found, verdict.problems), (case.expected.clone(), Vec::<String>::new()), "{name}");
        kinds.entry(case.detection.clone()).or_default()[usize::from(case.is_benign())] += 1;
    }
    for (file, _) in DETECTIONS {
        let detection = file.trim_end_matches(".sql");
        let [attacks, twins] = kinds.get(detection).copied().unwrap_or_default();
        assert!(attacks >= 2 && twins >= 2, "{detection} has {attacks} attacks and {twins} benign twins");
    }
}

#[test]
fn a_folder_of_ones_own_is_tried_out_and_what_differs_is_told() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write(
        "telnet.sql",
        "-- id: telnet\n-- title: Telnet\n-- needs: srcaddr, dstaddr, dstport, start\n-- why: Clear text.\n\
         -- false-positives: None.\n-- remediation: SSH.\n\
         SELECT initiator AS actor, responder AS target, 23 AS port, min(bucket) AS window_start,\n\
         max(bucket) + 300 AS window_end, min(first_start) AS first_seen, max(last_end) AS last_seen,\n\
         'medium' AS severity, 'telnet' AS description\n\
         FROM connections WHERE service_port = 23 GROUP BY initiator, responder\n",
    );
    let case = |id: &str, expect: &str, port: u16| {
        let text = format!(
            "-- id: {id}\n-- title: A case\n-- expect: {expect}\n\
             SELECT '10.0.0.1' AS srcaddr, '10.0.0.2' AS dstaddr, 40000 AS srcport, {port} AS dstport, 6 AS protocol,\n\
             1773187200 AS start, 'ACCEPT' AS action\n"
        );
        write(&format!("telnet.cases/{id}.sql"), &text);
    };
    case("right", "medium 10.0.0.1 > 10.0.0.2:23", 23);
    case("quiet", "nothing", 22);
    let test = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
        let output = command.args(["detections", "test"]).arg(folder.path()).output().expect("the binary runs");
        (String::from_utf8(output.stdout).expect("UTF-8"), output.status.code())
    };
    assert_eq!(
        test(),
        ("ok      telnet/quiet: A case\nok      telnet/right: A case\n2 of 2 cases as expected\n".to_owned(), Some(0))
    );
    case("wrong", "high 10.0.0.1 > 10.0.0.2:23", 23);
    let (stdout, code) = test();
    assert_eq!(code, Some(2));
    assert!(
        stdout.contains("FAILED  telnet/wrong: A case\n          not found: high 10.0.0.1 > 10.0.0.2:23\n"),
        "{stdout}"
    );
    assert!(stdout.contains("          found, not expected: medium 10.0.0.1 > 10.0.0.2:23\n"), "{stdout}");
    assert!(stdout.ends_with("2 of 3 cases as expected\n"), "{stdout}");
}
