//! Which objects of a bucket a query may need, found without listing the others.
//!
//! AWS lays flow logs out by account, region and day (see [`super::key`]). A listing with a delimiter tells what
//! accounts and regions there are; few days need not be asked for, they can be named. So a walk goes down the layout and
//! asks at each step which folders may hold a matching record, and only those are listed. What lies outside the layout
//! is listed as a whole.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use object_store::{GetOptions, ObjectMeta};

use super::key::KeyRange;
use super::s3::{Listed, S3Failure, S3Store};
use crate::limits::{FEW_PAGES, LISTS_AT_ONCE, NAMED_DAYS, PLAIN_FOLDERS};

/// Says of folders which may hold something that is wanted.
pub trait Choose: Send + Sync {
    /// One answer for each of `ranges`.
    fn choose(&self, ranges: &[KeyRange]) -> Vec<bool>;

    /// Whether everything is wanted, whatever its key says.
    fn is_all(&self) -> bool;
}

/// A prefix of a bucket, and what has been listed of it.
#[derive(Debug)]
pub(crate) struct Bucket {
    store: Arc<S3Store>,
    prefix: String,
    listed: Mutex<HashMap<(String, bool), Arc<Listed>>>,
}

/// How much of a long time is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every day.
    All,
    /// Few days as they are; of many the first and the last, which tell the formats of them all.
    Ends,
    /// The first day.
    First,
    /// The last day.
    Last,
}

/// A folder of the walk.
#[derive(Debug, Clone)]
struct Folder {
    prefix: String,
    level: Level,
    range: KeyRange,
    extent: Extent,
}

/// What the folders in a folder stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Not in AWS' layout; so many folders below the beginning.
    Outside(usize),
    Accounts,
    Services,
    Regions,
    Years,
    Months,
    Days,
    /// Of a day: hours, or the objects themselves.
    Hours,
    /// Nothing that can be left out.
    Whole,
}

/// Folders outside the layout are gone down so deep to find it; what is deeper is listed as a whole.
const SEARCH_DEPTH: usize = 4;

impl Bucket {
    pub(crate) fn new(store: Arc<S3Store>, prefix: String) -> Self {
        Bucket { store, prefix, listed: Mutex::default() }
    }

    /// The pages of listings with the objects that may hold something `choose` wants.
    ///
    /// When that is everything, all keys are listed beside the walk: of a bucket with few of them, that ends first, and is
    /// one request instead of one for each folder.
    pub(crate) async fn find(&self, choose: &dyn Choose, extent: Extent) -> Result<Vec<Arc<Listed>>, S3Failure> {
        if let Some(all) = self.cached(&self.prefix, false) {
            return Ok(vec![all]);
        }
        if !choose.is_all() {
            return self.walk(choose, extent).await;
        }
        match select(pin!(self.list_few()), pin!(self.walk(choose, extent))).await {
            Either::Left((Ok(Some(all)), _)) => Ok(vec![all]),
            // Too many.
            Either::Left((Ok(None), walk)) => walk.await,
            // What failed fails on the walk, too, or was not needed. The first failure has the reason: credentials say
            // only once why there are none.
            Either::Left((Err(failure), walk)) => walk.await.map_err(|_| failure),
            Either::Right((pages, _)) => pages,
        }
    }

    /// All keys of the prefix, if they are few.
    async fn list_few(&self) -> Result<Option<Arc<Listed>>, S3Failure> {
        let Some(listed) = self.store.list_few(&self.prefix, FEW_PAGES).await? else { return Ok(None) };
        let listed = only_flow_logs(&start(&self.prefix, Extent::All), listed);
        Ok(Some(self.keep(&self.prefix, false, listed)))
    }

    async fn walk(&self, choose: &dyn Choose, extent: Extent) -> Result<Vec<Arc<Listed>>, S3Failure> {
        let mut pages = Vec::new();
        let days = few_days(choose);
        let start = start(&self.prefix, extent);
        let mut waiting = match &days {
            Some(days) if start.level == Level::Years => named(&start, days),
            _ => vec![start],
        };
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < LISTS_AT_ONCE
                && let Some(folder) = waiting.pop()
            {
                running.push(self.expand(folder, choose, days.as_deref()));
            }
            let Some(expanded) = running.next().await else { break };
            let (page, folders) = expanded?;
            pages.push(page);
            waiting.extend(folders);
        }
        Ok(pages)
    }

    /// Lists a folder and says which of the folders in it to go on with.
    async fn expand(
        &self,
        folder: Folder,
        choose: &dyn Choose,
        days: Option<&[NaiveDate]>,
    ) -> Result<(Arc<Listed>, Vec<Folder>), S3Failure> {
        let is_whole = match folder.level {
            Level::Whole => true,
            // With nothing to leave out one listing is better than one for each hour.
            Level::Hours => choose.choose(&hours(&folder.range)).iter().all(|wanted| *wanted),
            _ => false,
        };
        let page = self.list(&folder, !is_whole).await?;
        if matches!(folder.level, Level::Outside(_)) && page.folders.len() > PLAIN_FOLDERS {
            return Ok((self.list(&folder, false).await?, Vec::new()));
        }
        let mut folders: Vec<Folder> = page.folders.iter().filter_map(|prefix| child(&folder, prefix)).collect();
        if let Some(days) = days.filter(|_| folder.level == Level::Regions) {
            folders = folders.iter().flat_map(|region| named(region, days)).collect();
        }
        let ranges: Vec<KeyRange> = folders.iter().map(|folder| folder.range.clone()).collect();
        let mut wanted = choose.choose(&ranges).into_iter();
        folders.retain(|_| wanted.next().unwrap_or(true));
        if matches!(folder.level, Level::Years | Level::Months | Level::Days) {
            keep_ends(&mut folders, folder.extent);
        }
        Ok((page, folders))
    }

    /// Whether no key begins with the prefix.
    pub(crate) async fn is_empty(&self) -> Result<bool, S3Failure> {
        Ok(self.store.list_page(&self.prefix, false, None).await?.is_empty())
    }

    /// Whether `key` is one of the prefix, and there.
    pub(crate) async fn holds(&self, key: &str) -> Result<bool, S3Failure> {
        // A listing has its keys in order, so that the prefix itself comes first.
        let is_there = |listed: &Listed| listed.objects.first().is_some_and(|(first, _)| first == key);
        Ok(key.starts_with(&self.prefix) && is_there(&self.store.list_page(key, false, None).await?))
    }

    /// Whether a listing of the prefix would have `key`.
    pub(crate) fn takes(&self, key: &str) -> bool {
        takes(&self.prefix, key)
    }

    /// What is known of an object, as a listing would tell it.
    pub(crate) async fn head(&self, key: &str) -> Result<ObjectMeta, S3Failure> {
        self.store.head(key, &GetOptions::default()).await
    }

    async fn list(&self, folder: &Folder, delimited: bool) -> Result<Arc<Listed>, S3Failure> {
        if let Some(listed) = self.cached(&folder.prefix, delimited) {
            return Ok(listed);
        }
        let listed = self.store.list_all(&folder.prefix, delimited).await?;
        let listed = if delimited { listed } else { only_flow_logs(folder, listed) };
        Ok(self.keep(&folder.prefix, delimited, listed))
    }

    fn cached(&self, prefix: &str, delimited: bool) -> Option<Arc<Listed>> {
        self.lock().get(&(prefix.to_owned(), delimited)).cloned()
    }

    fn keep(&self, prefix: &str, delimited: bool, listed: Listed) -> Arc<Listed> {
        let listed = Arc::new(listed);
        self.lock().insert((prefix.to_owned(), delimited), Arc::clone(&listed));
        listed
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, bool), Arc<Listed>>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves the folders that `extent` asks for, of those that stand in the order of time.
fn keep_ends(folders: &mut Vec<Folder>, extent: Extent) {
    folders.sort_by_key(|folder| folder.range.dates);
    let last = folders.len().saturating_sub(1);
    let mut index = 0;
    folders.retain_mut(|folder| {
        let (is_first, is_last) = (index == 0, index == last);
        index += 1;
        match extent {
            Extent::All => true,
            Extent::Ends => {
                folder.extent = match (is_first, is_last) {
                    (true, true) => Extent::Ends,
                    (true, false) => Extent::First,
                    _ => Extent::Last,
                };
                is_first || is_last
            }
            Extent::First => is_first,
            Extent::Last => is_last,
        }
    });
}

/// What a listing without a delimiter of `folder` holds, less what a walk would not have come to: other services' logs.
fn only_flow_logs(folder: &Folder, mut listed: Listed) -> Listed {
    // Keys come in order, so those of one folder come together.
    let mut last: Option<(String, bool)> = None;
    listed.objects.retain(|(key, _)| {
        let end = key.rfind('/').map_or(0, |slash| slash + 1).max(folder.prefix.len());
        let place = &key[..end];
        if let Some((_, is_ours)) = last.as_ref().filter(|(last, _)| last == place) {
            return *is_ours;
        }
        let is_ours = descend(folder.clone(), &place[folder.prefix.len()..]).is_some();
        last = Some((place.to_owned(), is_ours));
        is_ours
    });
    listed
}

/// Whether `key` is under a prefix, and no other service's log.
fn takes(prefix: &str, key: &str) -> bool {
    let folder = start(prefix, Extent::All);
    let end = key.rfind('/').map_or(0, |slash| slash + 1).max(prefix.len());
    let below = key.get(folder.prefix.len()..end).filter(|_| key.starts_with(prefix));
    below.is_some_and(|below| descend(folder, below).is_some())
}

/// The folder `below` of a folder; `None` when it holds no flow logs.
fn descend(folder: Folder, below: &str) -> Option<Folder> {
    below.split_inclusive('/').try_fold(folder, |folder, part| child(&folder, &format!("{}{part}", folder.prefix)))
}

/// The folder a walk begins with. A prefix that ends within a name is outside, whatever it looks like.
fn start(prefix: &str, extent: Extent) -> Folder {
    let outside = Folder { prefix: prefix.to_owned(), level: Level::Outside(0), range: KeyRange::default(), extent };
    let Some(at) = prefix.rfind("AWSLogs/").filter(|at| *at == 0 || prefix.as_bytes()[at - 1] == b'/') else {
        return outside;
    };
    let (above, parts) = prefix.split_at(at + "AWSLogs/".len());
    let mut folder = Folder { prefix: above.to_owned(), level: Level::Accounts, ..outside };
    for part in parts.split_inclusive('/') {
        let deeper = format!("{}{part}", folder.prefix);
        match part.ends_with('/').then(|| child(&folder, &deeper)).flatten() {
            Some(child) => folder = child,
            // Within a name, or no flow logs: what lies there was asked for all the same.
            None => return Folder { prefix: prefix.to_owned(), level: Level::Whole, ..folder },
        }
    }
    folder
}

/// What `prefix`, a folder in `folder`, stands for; `None` when it holds no flow logs.
fn child(folder: &Folder, prefix: &str) -> Option<Folder> {
    let name = prefix[folder.prefix.len()..].trim_end_matches('/');
    let (label, value) = name.split_once('=').map_or((None, name), |(label, value)| (Some(label), value));
    let is = |labels: &[&str]| label.is_none_or(|label| labels.contains(&label));
    let range = folder.range.clone();
    let (level, range) = match folder.level {
        Level::Outside(_) if name == "AWSLogs" => (Level::Accounts, range),
        Level::Outside(depth) if depth < SEARCH_DEPTH => (Level::Outside(depth + 1), range),
        Level::Outside(_) | Level::Whole => (Level::Whole, range),
        Level::Accounts => {
            let is_account = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
            if is_account && is(&["aws-account-id", "account-id", "account"]) {
                (Level::Services, KeyRange { account: Some(value.to_owned()), ..range })
            } else if name.starts_with("o-") {
                // An organisation's trail of CloudTrail.
                return None;
            } else {
                (Level::Whole, range)
            }
        }
        Level::Services if value == "vpcflowlogs" && is(&["aws-service", "service"]) => (Level::Regions, range),
        Level::Services => return None,
        Level::Regions => (Level::Years, KeyRange { region: Some(value.to_owned()), ..range }),
        Level::Years | Level::Months | Level::Days | Level::Hours => dated(folder.level, value, range),
    };
    Some(Folder { prefix: prefix.to_owned(), level, range, extent: folder.extent })
}

/// Whether a folder's name says what it is: `aws-region=eu-west-1`.
fn is_hive(folder: &Folder) -> bool {
    folder.prefix.trim_end_matches('/').rsplit('/').next().is_some_and(|name| name.contains('='))
}

/// A year, month, day or hour called `value` in a folder of this range; what has another name is taken as it is.
fn dated(level: Level, value: &str, range: KeyRange) -> (Level, KeyRange) {
    let number: Option<u32> = value.parse().ok();
    let first = range.dates.map(|(first, _)| first);
    let narrowed = match (level, number, first) {
        (Level::Years, Some(year), _) => NaiveDate::from_ymd_opt(year as i32, 1, 1)
            .zip(NaiveDate::from_ymd_opt(year as i32, 12, 31))
            .map(|dates| (Level::Months, dates)),
        (Level::Months, Some(month), Some(first)) => NaiveDate::from_ymd_opt(first.year(), month, 1)
            .and_then(|first| Some((first, first.checked_add_months(chrono::Months::new(1))?.pred_opt()?)))
            .map(|dates| (Level::Days, dates)),
        (Level::Days, Some(day), Some(first)) => first.with_day(day).map(|day| (Level::Hours, (day, day))),
        (Level::Hours, Some(hour), Some(first)) if hour < 24 => {
            return (Level::Whole, hour_of(&range, first, hour));
        }
        _ => None,
    };
    match narrowed {
        Some((level, dates)) => (level, KeyRange { slots: Some(slots(dates)), dates: Some(dates), ..range }),
        None => (Level::Whole, range),
    }
}

/// From one slot to the next.
const SLOT: TimeDelta = TimeDelta::minutes(5);

/// The first and the last slot of some days.
fn slots((first, last): (NaiveDate, NaiveDate)) -> (DateTime<Utc>, DateTime<Utc>) {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    (midnight(first), midnight(last) + TimeDelta::days(1) - SLOT)
}

fn hour_of(range: &KeyRange, day: NaiveDate, hour: u32) -> KeyRange {
    let first = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(i64::from(hour));
    KeyRange { slots: Some((first, first + TimeDelta::hours(1) - SLOT)), ..range.clone() }
}

fn hours(range: &KeyRange) -> Vec<KeyRange> {
    let day = range.dates.map(|(day, _)| day);
    day.map(|day| (0..24).map(|hour| hour_of(range, day, hour)).collect()).unwrap_or_default()
}

/// The days that are wanted, if they are few: then they are named, and need not be found.
fn few_days(choose: &dyn Choose) -> Option<Vec<NaiveDate>> {
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1)?;
    let last = Utc::now().date_naive() + Days::new(366);
    let all: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).collect();
    let range = |day: &NaiveDate| {
        let dates = (*day, *day);
        KeyRange { slots: Some(slots(dates)), dates: Some(dates), ..KeyRange::default() }
    };
    let wanted = choose.choose(&all.iter().map(range).collect::<Vec<_>>());
    let days: Vec<NaiveDate> = all.into_iter().zip(wanted).filter_map(|(day, wanted)| wanted.then_some(day)).collect();
    (days.len() <= NAMED_DAYS).then_some(days)
}

/// The year in which flow logs began.
const FIRST_YEAR: i32 = 2015;

/// The folders of `days` in a region's, whether they exist or not.
fn named(region: &Folder, days: &[NaiveDate]) -> Vec<Folder> {
    if region.level != Level::Years {
        return vec![region.clone()];
    }
    let is_hive = is_hive(region);
    let folder = |day: &NaiveDate| {
        let below = day.format(if is_hive { "year=%Y/month=%m/day=%d/" } else { "%Y/%m/%d/" });
        let dates = (*day, *day);
        Folder {
            prefix: format!("{}{below}", region.prefix),
            level: Level::Hours,
            range: KeyRange { slots: Some(slots(dates)), dates: Some(dates), ..region.range.clone() },
            extent: region.extent,
        }
    };
    days.iter().map(folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_prefix_may_begin_anywhere_in_the_layout() {
        let starts = |prefix: &str| {
            let folder = start(prefix, Extent::All);
            (folder.level, folder.range.account, folder.range.dates)
        };
        let account = || Some("012345678901".to_owned());
        assert_eq!(starts(""), (Level::Outside(0), None, None));
        assert_eq!(starts("team/AWSLogs"), (Level::Outside(0), None, None));
        assert_eq!(starts("team/AWSLogs/"), (Level::Accounts, None, None));
        assert_eq!(starts("AWSLogs/012345678901/vpcflowlogs/eu-west-1/"), (Level::Years, account(), None));
        let march = Some((day("2026-03-01"), day("2026-03-31")));
        assert_eq!(starts("AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/"), (Level::Days, account(), march));
        let hive = "AWSLogs/aws-account-id=012345678901/service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=03/";
        assert_eq!(starts(hive), (Level::Days, account(), march));
        // Within a name, and another service's logs, which were asked for.
        assert_eq!(starts("AWSLogs/012345678901/vpcflowlogs/eu-w"), (Level::Whole, account(), None));
        assert_eq!(starts("AWSLogs/012345678901/CloudTrail/"), (Level::Whole, account(), None));
    }

    #[test]
    fn a_key_is_taken_as_a_listing_takes_it() {
        let flows = "AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11/x.log.gz";
        for (prefix, key, is_taken) in [
            ("", flows, true),
            ("AWSLogs/", flows, true),
            ("AWSLogs/0123", flows, true),
            (flows, flows, true),
            ("", "x.log.gz", true),
            ("team/", flows, false),
            ("AWSLogs/", "AWSLogs", false),
            ("", "AWSLogs/012345678901/CloudTrail/eu-west-1/2026/03/11/x.json.gz", false),
            ("", "AWSLogs/o-abc/012345678901/CloudTrail/x.json.gz", false),
            // What was asked for.
            ("AWSLogs/012345678901/CloudTrail/", "AWSLogs/012345678901/CloudTrail/x.json.gz", true),
            ("a", "a\u{e4}/\u{2603}", true),
            ("a\u{e4}", "a\u{2603}", false),
        ] {
            assert_eq!(takes(prefix, key), is_taken, "{prefix} {key}");
        }
    }

    #[test]
    fn few_days_are_named_as_the_layout_names_them() {
        let prefixes = |prefix: &str| {
            let days = named(&start(prefix, Extent::All), &[day("2024-02-29"), day("2024-03-01")]);
            days.into_iter().map(|day| day.prefix).collect::<Vec<_>>()
        };
        let plain = "AWSLogs/012345678901/vpcflowlogs/eu-west-1/";
        assert_eq!(prefixes(plain), [format!("{plain}2024/02/29/"), format!("{plain}2024/03/01/")]);
        let hive = "AWSLogs/aws-account-id=012345678901/aws-service=vpcflowlogs/aws-region=eu-west-1/";
        assert_eq!(prefixes(hive)[1], format!("{hive}year=2024/month=03/day=01/"));
        struct All;
        impl Choose for All {
            fn choose(&self, ranges: &[KeyRange]) -> Vec<bool> {
                vec![true; ranges.len()]
            }

            fn is_all(&self) -> bool {
                true
            }
        }
        assert_eq!(few_days(&All), None);
    }
}
