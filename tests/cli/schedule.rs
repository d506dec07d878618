//! Files of schedules as a user checks them.

use super::{run, vpcflow};
use crate::scan::Folder;

#[test]
fn a_file_of_schedules_is_checked() {
    let folder = Folder::new();
    let check = || run(vpcflow().current_dir(folder.path()).args(["schedule", "schedule.toml", "--check"]));
    folder.write("logs/flows.log", "");
    folder.write(
        "schedule.toml",
        "source = \"logs\"\nlake = \"lake\"\n[[schedule]]\nname = \"daily\"\ncron = \"30 2 * * *\"\n",
    );
    let (stdout, stderr, code) = check();
    assert_eq!((stderr.as_str(), code), ("", 0), "{stdout}");
    let begin = "schedule.toml: nothing is wrong\n\nreads     logs\nlake      lake\nremembers in the lake\n\ndaily: cron = \"30 2 * * *\", UTC\n";
    assert!(stdout.starts_with(begin), "{stdout}");
    assert_eq!(
        stdout.lines().filter(|line| line.contains(" 02:30 UTC: begins ") && line.contains("judges")).count(),
        5,
        "{stdout}"
    );
    folder.write("suppress.toml", "[[suppress]]\ndetection = \"port-scam\"\nreason = \"ours\"\nexpires = 2099-12-31\n");
    folder.write(
        "schedule.toml",
        "source = \"logs\"\nlake = \"lake\"\n[detections]\nsuppress = [\"suppress.toml\"]\n[[schedule]]\nname = \"daily\"\nevery = \"24h\"\n",
    );
    let (_, stderr, code) = check();
    let told =
        "warning: a suppression names a detection that there is not: suppress.toml, entry 1 (ours), until 2099-12-31\n";
    assert_eq!((stderr.as_str(), code), (told, 0));
    folder.write(
        "schedule.toml",
        "source = \"logs\"\nlaek = \"lake\"\n[[schedule]]\nname = \"daily\"\nevery = \"5h\"\n[state]\nfolder = \"s\"\n",
    );
    let (stdout, stderr, code) = check();
    let told = "\
schedule.toml:2:1: laek: no such key here (did you mean lake?)
schedule.toml:5:9: every: write 1h, 3h, 6h, 12h or 24h, of which a day is a multiple; for other times write cron
error: schedule.toml: these 2 things are wrong with it
";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("", told, 2));
    let (_, stderr, code) = run(vpcflow().args(["schedule", "nowhere.toml", "--check"]));
    assert_eq!((stderr.as_str(), code), ("error: nowhere.toml: No such file or directory (os error 2)\n", 2));
    folder.write(
        "schedule.toml",
        "source = \"logs\"\nlake = \"lake\"\n[[schedule]]\nname = \"daily\"\nevery = \"24h\"\nonly = [\"portscan\"]\nparams = { \"beacon.trust+\" = \"10.0.0.1\" }\n",
    );
    let (_, stderr, code) = check();
    let told = "\
schedule.toml:6:9: portscan: there is no such detection (did you mean port-scan?); vpcflow detections list names them
error: schedule.toml: this is wrong with it
";
    assert_eq!((stderr.as_str(), code), (told, 2));
    folder.write(
        "schedule.toml",
        "source = \"logs\"\nlake = \"lake\"\n[[schedule]]\nname = \"daily\"\nevery = \"24h\"\nparams = { \"port-scan.port\" = 3 }\n",
    );
    let (_, stderr, code) = check();
    assert!(code == 2 && stderr.starts_with("schedule.toml:4:8: daily: ") && stderr.contains("ports"), "{stderr}");
}
