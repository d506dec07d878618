//! Files that are right, and what they come to.

mod example;
mod told;

use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::detect::Severity;
use crate::report::FindingFormat;
use crate::schedule::{Period, PeriodEnd};
use crate::store::Encryption;

/// The least that is right; it is put before what a test is about.
const LEAST: &str = "source = \"logs\"\nlake = \"lake\"\n[[schedule]]\nname = \"daily\"\nevery = \"24h\"\n";

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("conf/schedule.toml"))
}

fn right(text: &str) -> Config {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// What is told of a file, without its name.
fn wrong(text: &str) -> Vec<String> {
    let told = parse(text).expect_err(text).to_string();
    told.lines().map(|line| line.strip_prefix("conf/schedule.toml:").expect("the file").to_owned()).collect()
}

/// What is told of something that stands after the least that is right.
fn wrong_after(text: &str) -> Vec<String> {
    wrong(&format!("{LEAST}{text}"))
}

#[test]
fn little_is_enough() {
    let config = right(LEAST);
    assert_eq!(config.logs.sources, [Placed { value: "conf/logs".to_owned(), place: Place { line: 1, column: 10 } }]);
    assert_eq!(config.lake.map(|lake| lake.value), Some("conf/lake".to_owned()));
    let expected =
        Limits { memory_limit_bytes: 4 << 30, threads: 0, max_object_bytes: crate::limits::MAX_OBJECT_BYTES };
    assert_eq!((config.limits, config.listen, config.receivers.len()), (expected, None, 0));
    let calendar = &config.schedules[0].calendar;
    assert_eq!((calendar.grace.num_minutes(), calendar.catch_up), (15, 7));
    assert_eq!((calendar.period, calendar.ends), (Period::BetweenFires, PeriodEnd::Fire));
    assert_eq!(calendar.fires.zone().name(), "UTC");
}

#[test]
fn a_schedule_overrides_what_holds_for_all() {
    let text = r#"source = "logs"
lake = "lake"
[detections]
only = ["port-scan", "beacon"]
exclude = ["nat-cost"]
queries = "own"
params = { "port-scan.ports" = 30, "beacon.trusted+" = ["203.0.113.7", "203.0.113.8"], "x.share" = 0.5 }
[[schedule]]
name = "as-all"
cron = "15 6 * * *"
[[schedule]]
name = "other"
every = "6h"
only = "block-scan"
exclude = []
params = { port-scan.ports = 60, port-scan.hosts = "9" }
"#;
    let config = right(text);
    let choice = |index: usize| config.choice(&config.schedules[index]);
    let param = |id: &str, name: &str, value: &str| (id.to_owned(), name.to_owned(), value.to_owned());
    let mut params = choice(0).params;
    params.sort();
    let others = [param("beacon", "trusted+", "203.0.113.7,203.0.113.8"), param("x", "share", "0.5")];
    assert_eq!(params, [others[0].clone(), param("port-scan", "ports", "30"), others[1].clone()]);
    assert_eq!(
        (choice(0).only, choice(0).exclude),
        (vec!["port-scan".to_owned(), "beacon".to_owned()], vec!["nat-cost".to_owned()])
    );
    assert_eq!(choice(0).queries, Some(PathBuf::from("conf/own")));
    let mut params = choice(1).params;
    params.sort();
    assert_eq!(
        params,
        [others[0].clone(), param("port-scan", "hosts", "9"), param("port-scan", "ports", "60"), others[1].clone()]
    );
    assert_eq!((choice(1).only, choice(1).exclude), (vec!["block-scan".to_owned()], Vec::<String>::new()));
    // What is left out for all can't be asked for by one without a word.
    let asked = text.replace("only = \"block-scan\"\nexclude = []", "only = \"nat-cost\"");
    assert_eq!(wrong(&asked), ["14:8: nat-cost: is among only and exclude (the other at 5:12); leave one out"]);
    // Places are kept for who has the catalogue.
    let only = &config.schedules[1].chosen.only[0];
    let error = config.error(vec![Problem { place: only.place, text: "block-scan: no such detection".to_owned() }]);
    assert_eq!(error.to_string(), "conf/schedule.toml:14:8: block-scan: no such detection");
}

#[test]
fn paths_start_from_the_files_folder() {
    let text = "source = [\"a/*.gz\", \"/b\", \"s3://logs/d\"]\nlake = \"lake\"\n[context]\nthreat-list = \"t.csv,name=t\"\ngeo = [\"g.mmdb\", \"s3://logs/g\"]\n\
                [[schedule]]\nname = \"x\"\nevery = \"1h\"\n";
    let config = Config::parse(text, Path::new("a[1]/schedule.toml")).unwrap_or_else(|error| panic!("{error}"));
    let sources: Vec<&str> = config.logs.sources.iter().map(|source| source.value.as_str()).collect();
    assert_eq!(sources, ["a[[]1[]]/a/*.gz", "/b", "s3://logs/d"]);
    assert_eq!(config.context.threat_lists[0].file, Path::new("a[1]/t.csv"));
    assert_eq!(
        (config.context.threat_lists[0].name.as_str(), config.context.threat_lists[0].severity),
        ("t", Severity::High)
    );
    assert_eq!(config.context.geo, [Path::new("a[1]/g.mmdb"), Path::new("s3://logs/g")]);
    let files: Vec<_> =
        config.files.iter().map(|file| (file.value.to_str().unwrap_or_default(), file.place.to_string())).collect();
    assert_eq!(files, [("a[1]/t.csv", "4:15".to_owned()), ("a[1]/g.mmdb", "5:8".to_owned())]);
}

#[test]
fn what_a_file_names_must_be_there() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("schedule.toml");
    let text = format!(
        "{LEAST}notify = [\"a\", \"b\"]\n[notify.a]\nkind = \"slack\"\nurl = {{ file = \"secret\" }}\n[notify.b]\nkind = \"slack\"\n\
         url = {{ env = \"VPCFLOW_NOT_SET\" }}\n[notify.c]\nkind = \"slack\"\nurl = {{ env = \"CARGO_MANIFEST_DIR\" }}\n[context]\nnames = [\"hosts\", \"none\"]\n"
    );
    write(&file, &text).expect("a file");
    write(folder.path().join("hosts"), "").expect("a file");
    let place = folder.path().display();
    let told = Config::load(&file).expect_err("missing").to_string();
    let expected = format!(
        "{place}/schedule.toml:9:7: {place}/secret: No such file or directory (os error 2)\n\
         {place}/schedule.toml:12:7: the environment's VPCFLOW_NOT_SET: is not set; set it where vpcflow is started\n\
         {place}/schedule.toml:17:19: {place}/none: No such file or directory (os error 2)"
    );
    assert_eq!(told, expected);
    let secret = folder.path().join("secret");
    for (name, content) in [(secret.clone(), "hunter2\n"), (folder.path().join("none"), "")] {
        write(name, content).expect("a file");
    }
    set_permissions(&secret, Permissions::from_mode(0o644)).expect("permissions");
    write(&file, text.replace("VPCFLOW_NOT_SET", "CARGO_MANIFEST_DIR")).expect("a file");
    let config = Config::load(&file).unwrap_or_else(|error| panic!("{error}"));
    let warnings: Vec<String> =
        config.warnings.iter().map(|warning| format!("{}: {}", warning.place, warning.text)).collect();
    let expected = [
        "13:9: c: no schedule tells this receiver; write notify = [\"c\"] in one".to_owned(),
        format!("1:10: source: {place}/logs: No such file or directory (os error 2)"),
        format!("9:7: {place}/secret: everybody on this machine may read it; chmod o= leaves it to owner and group"),
    ];
    assert_eq!(warnings, expected);
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(
        Config::load(&folder.path().join("nothing.toml"))
            .expect_err("none")
            .to_string()
            .ends_with("nothing.toml: No such file or directory (os error 2)")
    );
    write(&file, b"source = \"\xff\"").expect("a file");
    assert!(
        Config::load(&file).expect_err("no text").to_string().ends_with("schedule.toml: not UTF-8; save it as that")
    );
    write(&file, "#".repeat((1 << 20) + 1)).expect("a file");
    assert!(
        Config::load(&file).expect_err("large").to_string().ends_with("larger than 1048576 bytes: no configuration is")
    );
}

#[test]
fn reports_are_encrypted_as_they_say() {
    let report = |lines: &str| {
        let config = right(&format!("{LEAST}[[schedule.report]]\nto = \"s3://reports/x/\"\n{lines}\n"));
        let report = &config.schedules[0].reports[0];
        (report.formats.clone(), report.encryption.clone())
    };
    let default = vec![FindingFormat::Html, FindingFormat::Json];
    assert_eq!(report(""), (default.clone(), None));
    assert_eq!(
        report("formats = [\"ocsf\", \"csv\", \"ocsf\"]\nsse = \"AES256\""),
        (vec![FindingFormat::Ocsf, FindingFormat::Csv], Some(Encryption::S3))
    );
    assert_eq!(report("sse = \"aws:kms\""), (default.clone(), Some(Encryption::Kms(None))));
    assert_eq!(report("sse = \"aws:kms\"\nkms-key-id = \"k\""), (default, Some(Encryption::Kms(Some("k".to_owned())))));
    assert_eq!(
        wrong_after("[[schedule.report]]\nto = \"x\"\nformats = []"),
        ["8:1: formats: name one at least, or leave the key out for html and json"]
    );
}
