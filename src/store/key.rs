//! What an object's key says: AWS' layouts of flow-log objects, in S3 or copied to a local folder.
//!
//! ```text
//! PREFIX/AWSLogs/ACCT/vpcflowlogs/REGION/YYYY/MM/DD/[HH/]
//! PREFIX/AWSLogs/aws-account-id=ACCT/aws-service=vpcflowlogs/aws-region=REGION/year=YYYY/month=MM/day=DD/[hour=HH/]
//! ACCT_vpcflowlogs_REGION_FLOWLOGID_YYYYMMDDTHHmmZ_HASH.log.gz   (or .log.parquet)
//! ```
//!
//! A key of another shape says nothing, and nothing is ever pruned by what a key does not say.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// What a key says of the records in its object. Everything is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectKey {
    /// Twelve-digit account id.
    pub account: Option<String>,
    /// Region code.
    pub region: Option<String>,
    /// The day of the key's folder, or else of its file name, UTC.
    pub date: Option<NaiveDate>,
    /// `fl-...`.
    pub flow_log_id: Option<String>,
    /// The 5-minute slot in the file name, which names the records' end.
    pub slot: Option<DateTime<Utc>>,
}

/// What is known of the records of an object, or of all objects in a folder: bounds, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRange {
    /// Twelve-digit account id.
    pub account: Option<String>,
    /// Region code.
    pub region: Option<String>,
    /// `fl-...`.
    pub flow_log_id: Option<String>,
    /// The first and the last day of their folders.
    pub dates: Option<(NaiveDate, NaiveDate)>,
    /// The first and the last time in file names.
    pub slots: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The name of the object, where it is one.
    pub object: Option<String>,
}

impl ObjectKey {
    /// The key as bounds, for the object called `name`.
    pub fn range(&self, name: &str) -> KeyRange {
        KeyRange {
            account: self.account.clone(),
            region: self.region.clone(),
            flow_log_id: self.flow_log_id.clone(),
            dates: self.date.map(|date| (date, date)),
            slots: self.slot.map(|slot| (slot, slot)),
            object: Some(name.to_owned()),
        }
    }

    /// Reads a key or path with `/` between its parts.
    pub fn parse(key: &str) -> Self {
        let parts: Vec<&str> = key.split('/').collect();
        let (file, folders) = parts.split_last().map_or(("", &[][..]), |(file, folders)| (*file, folders));
        let mut parsed = parse_file_name(file).unwrap_or_default();
        if let Some(at) = folders.iter().rposition(|part| *part == "AWSLogs")
            && let Some((account, region, date)) = parse_folders(&folders[at + 1..])
        {
            parsed.account = Some(account);
            parsed.region = Some(region);
            parsed.date = date.or(parsed.date);
        }
        parsed
    }
}

/// `ACCT_vpcflowlogs_REGION_FLOWLOGID_YYYYMMDDTHHmmZ_HASH.log.gz`
fn parse_file_name(file: &str) -> Option<ObjectKey> {
    let mut parts = file.split('_');
    let account = parts.next().filter(|account| is_account(account))?;
    let service = parts.next()?;
    let region = parts.next()?;
    let flow_log_id = parts.next()?;
    let slot = NaiveDateTime::parse_from_str(parts.next()?, "%Y%m%dT%H%MZ").ok()?.and_utc();
    (service == "vpcflowlogs").then(|| ObjectKey {
        account: Some(account.to_owned()),
        region: Some(region.to_owned()),
        date: Some(slot.date_naive()),
        flow_log_id: Some(flow_log_id.to_owned()),
        slot: Some(slot),
    })
}

/// The folders behind `AWSLogs`, plain or hive: account, service, region and, if they are there, year, month, day.
fn parse_folders(folders: &[&str]) -> Option<(String, String, Option<NaiveDate>)> {
    let [account, service, region, rest @ ..] = folders else {
        return None;
    };
    let account = value(account, &["aws-account-id", "account-id", "account"])?;
    let service = value(service, &["aws-service", "service"])?;
    let region = value(region, &["aws-region", "region"])?;
    if !is_account(account) || service != "vpcflowlogs" {
        return None;
    }
    let date = match rest {
        [year, month, day, ..] => NaiveDate::parse_from_str(
            &format!("{}-{}-{}", value(year, &["year"])?, value(month, &["month"])?, value(day, &["day"])?),
            "%Y-%m-%d",
        )
        .ok(),
        _ => None,
    };
    Some((account.to_owned(), region.to_owned(), date))
}

/// The value of `name=value` for one of `names`, or the whole part where it has no name.
fn value<'a>(part: &'a str, names: &[&str]) -> Option<&'a str> {
    match part.split_once('=') {
        Some((name, value)) => names.contains(&name).then_some(value),
        None => Some(part),
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "012345678901_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20260311T2355Z_0a1b2c3d.log.gz";

    #[test]
    fn every_layout_says_the_same() {
        let expected = ObjectKey {
            account: Some("012345678901".into()),
            region: Some("eu-west-1".into()),
            date: NaiveDate::from_ymd_opt(2026, 3, 11),
            flow_log_id: Some("fl-0a1b2c3d4e5f60718".into()),
            slot: Some("2026-03-11T23:55:00Z".parse().expect("a time")),
        };
        for folder in [
            "",
            "AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11/",
            "a/b/AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11/23/",
            "AWSLogs/aws-account-id=012345678901/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=03/day=11/",
            "x/AWSLogs/aws-account-id=012345678901/service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=03/day=11/hour=23/",
        ] {
            assert_eq!(ObjectKey::parse(&format!("{folder}{FILE}")), expected, "{folder}");
        }
    }

    #[test]
    fn the_folder_decides_the_date_and_other_names_say_nothing() {
        let key = format!("AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/12/{FILE}");
        assert_eq!(ObjectKey::parse(&key).date, NaiveDate::from_ymd_opt(2026, 3, 12));
        let renamed = ObjectKey::parse("AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/12/part-0.gz");
        assert_eq!((renamed.slot, renamed.date), (None, NaiveDate::from_ymd_opt(2026, 3, 12)));
        for key in [
            "flows.log.gz",
            "AWSLogs/012345678901/CloudTrail/eu-west-1/2026/03/12/x.json.gz",
            "AWSLogs/o-abc/012345678901/x.gz",
            "1_vpcflowlogs_eu-west-1_fl-1_20260311T2355Z_0.log.gz",
            "012345678901_vpcflowlogs_eu-west-1_fl-1_20261311T2355Z_0.log.gz",
        ] {
            assert_eq!(ObjectKey::parse(key), ObjectKey::default(), "{key}");
        }
    }
}
