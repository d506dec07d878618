//! Files that are wrong, and what is told of them, with lines.

use super::*;

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = r#"source = ["s3://logs/AWSLogs/", "-", 5, "gs://x/y"]
lak = "s3://lake/vpcflow"
account = "12345"
[aws]
region = "eu-west-1"
no-sign-request = true
role-arn = "arn:aws:iam::123456789012:role/x"
[limits]
memory-limit = "10"
threads = "2"
[context]
own-networks = ["10.0.0.0/8"]
own-network = ["10.0.0.0"]
[detections]
params = { port-scan.ports = 30, "beacon" = 3, "x.y" = true }
only = ["a", "b"]
exclude = ["b"]
[http]
listen = "0.0.0.0:9464"
[notify.oncall]
kind = "slack"
[notify.mail]
kind = "email"
host = "smtp"
from = "nobody"
user = "x"
topic-arn = "arn:aws:sns:eu-west-1:123456789012:x"
[notify.Bad]
kind = "slak"
[[schedule]]
name = "daily"
cron = "15 6 * *"
every = "24h"
time-zone = "Europe/berlin"
notify = ["oncal"]
[[schedule]]
name = "daily"
grace = "30d"
[[schedule.report]]
to = "out"
sse = "AES256"
kms-key-id = "x"
formats = ["html", "xml"]
"#;
    let expected = r#"1:1: where is it remembered what ran? Write folder = "..." under [state], or name a lake
1:33: source: a service has no standard input; name a file or folder, or s3://bucket/prefix
1:38: source: a value of the kind integer can't be here; write a text in quotes
1:41: source: gs:// is neither read nor written; name a file or folder, or s3://bucket/prefix
2:1: lak: no such key here (did you mean lake?)
3:11: account: an account is twelve digits
6:1: no-sign-request: a role signs every request; leave no-sign-request or role-arn out
9:16: memory-limit: write a size of 1.0 MB or more, as in 4GB
10:11: threads: a value of the kind string can't be here; write a number from 0 to 256, without quotes
12:1: own-networks: no such key here (did you mean own-network?)
13:16: own-network: a network has a length: write 10.0.0.0/24, or whatever it is
15:34: params: beacon: name detection and parameter: "port-scan.ports" = 30
15:48: params: x.y: a value of the kind boolean can't be here; write a number, a text or a list of them
17:12: b: is among only and exclude (the other at 16:14); leave one out
19:10: listen: 0.0.0.0:9464 is open to other machines, and asks nobody who he is; write public = true beside it if that is meant, or listen = "127.0.0.1:9464"
20:1: url is missing, which kind slack needs
22:1: to is missing, which kind email needs
25:8: from: "nobody" is no address of mail; write name@example.com
26:1: user: a user has a password; write password too, or neither
27:1: topic-arn: is for kind sns, and this is email; leave it out
28:9: Bad: a name has up to 64 of the letters a-z, digits and -
29:8: kind: "slak" is none of sns, slack, webhook, email (did you mean slack?)
32:8: cron: "15 6 * *" has not five fields but 4; write minute, hour, day of the month, month and day of the week: "15 6 * * *"
33:1: cron and every both say when it runs; leave one out
34:13: time-zone: "Europe/berlin" is no time zone (did you mean Europe/Berlin?); write one of the tz database, as in Europe/Berlin, or UTC
35:11: notify: there is no [notify.oncal] (did you mean oncall?); write it, or leave the name out
36:1: when does it run? Write cron = "15 6 * * *" or every = "24h"
37:8: name: daily is the name of the schedule at 31:8 too; give each its own
38:9: grace: write a time span from 0s to 7days, as in 90m or 2h
41:1: sse: is for reports in S3; leave it out, or write to = "s3://bucket/prefix"
42:1: kms-key-id: is for sse = "aws:kms"; write that too, or leave kms-key-id out
43:20: formats: "xml" is none of html, json, csv, markdown, ocsf, asff, ndjson, parquet"#;
    assert_eq!(wrong(text), expected.lines().collect::<Vec<_>>());
}

#[test]
fn what_is_no_toml_is_told_with_the_rest() {
    let text = "source = [s3://logs]\nlake = \"lake\"\n[[schedule]]\nname = \"daily\ncron = \"1 2 * * *\"\ngrace = \"x\"\nlake\n[limits\n";
    let expected = [
        "1:11: this is no TOML: string values must be quoted, expected literal string",
        "4:14: this is no TOML: invalid basic string, expected `\"`",
        "6:9: grace: write a time span from 0s to 7days, as in 90m or 2h",
        "7:5: this is no TOML: key with no value, expected `=`",
        "8:8: this is no TOML: unclosed table, expected `]`",
    ];
    assert_eq!(wrong(text), expected);
    assert_eq!(wrong(&format!("lake = \"other\"\n{LEAST}")), ["3:1: this is no TOML: duplicate key"]);
    // What else is wrong with a damaged line is not told, and what seems to be missing may be there.
    let expected = [
        "6:9: this is no TOML: string values must be quoted, expected literal string",
        "7:10: period: a value of the kind integer can't be here; write a text in quotes",
    ];
    assert_eq!(wrong_after("grace = soon\nperiod = 5"), expected);
    assert_eq!(
        wrong("source = \"x\"\n[[schedule]]\nlake \n"),
        ["3:6: this is no TOML: key with no value, expected `=`"]
    );
    // Columns are characters.
    assert_eq!(
        wrong_after("grace = \"15m\" # äöü\n\"ä\" = 1"),
        ["7:1: ä: no such key here; there are name, time-zone, cron, every, \
                grace, catch-up, period, period-end, only, exclude, params, notify, report"]
    );
    assert_eq!(
        wrong_after("params = { \"ä.ä\" = 1, \"b\" = 2 }"),
        ["6:23: params: b: name detection and parameter: \"port-scan.ports\" = 30"]
    );
}

#[test]
fn what_is_missing_is_told() {
    let expected = [
        "1:1: nothing would ever run: write [[schedule]] with name, and cron or every",
        "1:1: source is missing: files, folders, patterns, or s3://bucket/prefix; several are one table",
        "1:1: where is it remembered what ran? Write folder = \"...\" under [state], or name a lake",
    ];
    assert_eq!(wrong(""), expected);
    let text = "source = []\nschedule = []\n[state]\n[http]\n";
    let expected = [
        "1:1: nothing would ever run: write [[schedule]] with name, and cron or every",
        "1:1: source: names nothing that can be read",
        "4:1: listen is missing: write listen = \"127.0.0.1:9464\", or leave [http] out",
    ];
    assert_eq!(wrong(text)[..2], expected[..2]);
    assert!(wrong(text).contains(&expected[2].to_owned()));
    let text = "source = \"x\"\nstate = { folder = \"s\" }\n[[schedule]]\nname = \"daily\"\nevery = \"24h\"\n";
    assert_eq!(
        wrong(text),
        ["4:8: daily: nobody would see what it finds: write [[schedule.report]] or notify, or name a lake"]
    );
    let text = "source = \"x\"\nlake = \"y\"\n[[schedule]]\n[[schedule.report]]\n";
    let expected = [
        "3:1: name is missing: the name of the schedule, in names of files, metrics and messages",
        "3:1: when does it run? Write cron = \"15 6 * * *\" or every = \"24h\"",
        "4:1: to is missing: a folder or s3://bucket/prefix",
    ];
    assert_eq!(wrong(text), expected);
}

#[test]
fn values_end_where_they_should() {
    let schedule = |line: &str| parse(&format!("{LEAST}{line}\n")).map(|_| ()).map_err(|error| error.to_string());
    for line in [
        "catch-up = 0",
        "catch-up = 366",
        "grace = \"0s\"",
        "grace = \"7days\"",
        "period = \"10m\"",
        "period = \"400days\"",
    ] {
        assert_eq!(schedule(line), Ok(()), "{line}");
    }
    for line in [
        "catch-up = -1",
        "catch-up = 367",
        "grace = \"7days 1s\"",
        "grace = \"1500ms\"",
        "period = \"9m 59s\"",
        "period = \"401days\"",
        "grace = 15",
    ] {
        assert!(schedule(line).is_err_and(|error| error.starts_with("conf/schedule.toml:6:")), "{line}");
    }
    let period = |text: &str| right(&format!("{LEAST}period = \"{text}\"")).schedules[0].calendar.period;
    assert_eq!(period("36h"), Period::Span(chrono::TimeDelta::hours(36)));
    assert_eq!(period("48h"), Period::Days(std::num::NonZeroU16::new(2).expect("two")));
    let name = |name: &str| parse(&LEAST.replace("daily", name)).is_ok();
    assert!(
        name(&"a".repeat(64))
            && name("a-1")
            && !name(&"a".repeat(65))
            && !name("A")
            && !name("a_b")
            && !name("a/b")
            && !name("")
    );
    let every = |every: &str| parse(&LEAST.replace("24h", every)).is_ok();
    assert!(["1h", "3h", "6h", "12h", "24h", "1day"].into_iter().all(every));
    assert!(!["5h", "90m", "48h", "0h", "hourly"].into_iter().any(every));
    let limits = |line: &str| parse(&format!("{LEAST}[limits]\n{line}")).is_ok();
    assert!(limits("memory-limit = \"1MB\"") && limits("threads = 256") && limits("max-object-size = \"2GiB\""));
    assert!(
        !limits("memory-limit = \"999999B\"")
            && !limits("threads = 257")
            && !limits("max-object-size = \"3GiB\"")
            && !limits("max-object-size = \"0B\"")
    );
}

#[test]
fn contradictions_are_told() {
    let expected = ["6:1: cron and every both say when it runs; leave one out"];
    assert_eq!(wrong_after("cron = \"15 6 * * *\""), expected);
    let text = LEAST.replace("24h", "6h") + "period-end = \"midnight\"";
    let expected = "6:1: period-end: only the first run after a midnight would have something new to judge; write every = \"24h\" or cron, or \
                    leave period-end out";
    assert_eq!(wrong(&text), [expected]);
    assert_eq!(
        wrong_after("[aws]\nexternal-id = \"x\""),
        ["7:1: external-id: is for a role; name it with role-arn, or leave external-id out"]
    );
    let mail = "[notify.m]\nkind = \"email\"\nhost = \"h\"\nfrom = \"a@b\"\nto = \"a@b\"\ntls = \"none\"\nuser = \"u\"\npassword = { env = \"P\" }";
    let expected =
        ["13:1: password: with tls = \"none\" everybody on the way could read it; write tls = \"starttls\" or \"tls\""];
    assert_eq!(wrong_after(mail), expected);
    // What is open to others is open to them if that is said.
    let listen = |rest: &str| parse(&format!("{LEAST}[http]\n{rest}"));
    assert!(listen("listen = \"[::]:9464\"").is_err());
    assert_eq!(listen("listen = \"[::]:9464\"\npublic = true").expect("meant").listen, "[::]:9464".parse().ok());
    assert!(listen("listen = \"[::1]:9464\"").is_ok());
    assert!(
        listen("listen = \"localhost:9464\"")
            .expect_err("no address")
            .to_string()
            .ends_with("write an address and a port: 127.0.0.1:9464 or [::1]:9464")
    );
}

#[test]
fn no_secret_shows_in_what_is_told() {
    let texts = [
        "[notify.x]\nkind = \"slack\"\nurl = \"https://hooks.example/hunter2\"",
        "[notify.x]\nkind = \"webhook\"\nurl = [\"hunter2\"]\nsecret = \"hunter2\"",
        "[notify.x]\nkind = \"slack\"\nurl = { env = \"https://hooks.example/hunter2\" }",
        "[notify.x]\nkind = \"slack\"\nurl = { value = \"hunter2\" }",
        "[notify.x]\nkind = \"email\"\npassword = \"hunter2\"\nhost = 5",
        "[notify.x]\nkind = \"slack\"\ntoken = \"hunter2\"",
        "[notify.x]\nkind = \"slack\"\nurl = hunter2",
        "[notify.x]\nkind = \"slack\"\nurl = \"hunter2",
        "[notify.x]\nkind = \"slack\"\nurl = { env = hunter2",
        "[notify.x]\nurl https://hooks.example/hunter2",
        "[aws]\nendpoint-url = \"https://key:hunter2@s3.example\"",
    ];
    for text in texts {
        let error = parse(&format!("{LEAST}{text}")).expect_err(text);
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let expected = [
        "8:7: url: is a secret, and no secret stands in this file; say where it is: { env = \"NAME\" } or { file = \"PATH\" }",
    ];
    assert_eq!(wrong_after(texts[0]), expected);
    let expected = [
        "8:7: url: say where it is, once: { env = \"NAME\" } or { file = \"PATH\" }",
        "8:9: value: no such key here; there are env, file",
    ];
    assert_eq!(wrong_after(texts[3]), expected);
}
