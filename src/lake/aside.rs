//! Objects of a batch that do not come in with it, though they were read.
//!
//! * One that broke off comes in whole the next time, or its records would be there twice.
//! * A damaged one does not take the place of one under its name that was sound: the lake keeps what it has, and tries again.
//! * A copy has the content of one that the lake has under another name, as the objects of a folder that was copied: its
//!   records are there. AWS writes what two flow logs saw alike into two objects, whose keys say so; these are no copies. A
//!   copy is one for as long as the lake has what it is a copy of; after that it is read again.

use std::collections::{HashMap, HashSet};

use arrow::array::AsArray;

use super::objects::{Known, State, hex, version_of};
use super::status::asked;
use super::table::Table;
use super::{Lake, LakeError};
use crate::scan::{Fate, ObjectAccount};
use crate::session::Session;
use crate::store::{FlowObject, ObjectKey};

/// Digests of what a lake has records of, cut short: the content of one that is not among them is not there.
#[derive(Debug, Default)]
pub(super) struct Contents(HashSet<u64>);

impl Contents {
    /// Those that a table of objects has.
    async fn read(session: &Session, objects: &Table) -> Result<Self, LakeError> {
        let mut contents = Contents::default();
        each(session, objects, "SELECT sha256, status FROM objects WHERE records > 0", |digest, _| {
            contents.0.extend(digest.get(..16).and_then(|first| u64::from_str_radix(first, 16).ok()));
        })
        .await?;
        Ok(contents)
    }

    /// Adds what came in.
    pub(super) fn add(&mut self, digest: &[u8; 32]) {
        self.0.extend(short(digest));
    }

    fn may_have(&self, digest: &[u8; 32]) -> bool {
        short(digest).is_some_and(|short| self.0.contains(&short))
    }
}

fn short(digest: &[u8; 32]) -> Option<u64> {
    digest.first_chunk().map(|first| u64::from_be_bytes(*first))
}

/// Asks for two columns of text of the objects, and calls for each row.
async fn each(
    session: &Session,
    objects: &Table,
    sql: &str,
    mut call: impl FnMut(&str, &str),
) -> Result<(), LakeError> {
    if objects.files().is_empty() {
        return Ok(());
    }
    for batch in asked(session, objects, sql).await? {
        let [first, second] = [0, 1].map(|column| batch.column(column).as_string_view());
        first.iter().zip(second).filter_map(|(first, second)| first.zip(second)).for_each(|(a, b)| call(a, b));
    }
    Ok(())
}

/// Copies of what the lake no longer has under any name.
pub(super) async fn orphans(session: &Session, objects: &Table) -> Result<Vec<String>, LakeError> {
    const SQL: &str = "
        SELECT object, status
        FROM objects AS one
        WHERE status = 'copy'
            AND NOT EXISTS (SELECT 1 FROM objects AS other WHERE other.sha256 = one.sha256 AND other.records > 0)";
    let mut orphans = Vec::new();
    each(session, objects, SQL, |object, _| orphans.push(object.to_owned())).await?;
    Ok(orphans)
}

/// What becomes of those of some objects that do not come in as they were read.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// By name.
    pub(super) fates: HashMap<String, Fate>,
    /// Those that are damaged, and sound in the lake.
    pub(super) kept: Vec<String>,
}

/// Tells which of some objects do not come in as they were read; of the same commit are those that were set aside `before`.
///
/// # Errors
/// When the table of objects can't be read.
pub(super) async fn set_aside(
    lake: &Lake,
    session: &Session,
    known: &mut Known,
    objects: &[FlowObject],
    accounts: &HashMap<String, ObjectAccount>,
    before: &HashMap<String, ObjectAccount>,
) -> Result<Aside, LakeError> {
    let (mut aside, mut kept) = (HashMap::new(), Vec::new());
    let state = |object: &FlowObject| known.state(&object.name, &version_of(&object.meta));
    let read = || objects.iter().filter_map(|object| Some((object, accounts.get(&object.name)?)));
    let mut damaged: HashMap<&str, &String> = HashMap::new();
    // What the lake has under the name of a copy goes as well.
    let copies_before = before.iter().filter(|(_, account)| matches!(account.fate, Fate::Copy(_)));
    let mut replaced: HashSet<&str> = copies_before.map(|(name, _)| name.as_str()).collect();
    for (object, account) in read() {
        match &account.fate {
            Fate::Unread(_) if account.records > 0 => {
                aside.insert(object.name.clone(), account.fate.clone());
            }
            Fate::Unread(_) => {}
            Fate::Damaged(reason) if state(object) == State::Replaced => {
                damaged.insert(&object.name, reason);
            }
            _ if state(object) == State::Replaced => {
                replaced.insert(&object.name);
            }
            _ => {}
        }
    }
    if !damaged.is_empty() {
        const SOUND: &str = "SELECT object, status FROM objects WHERE status = 'read' AND records > 0";
        each(session, &lake.objects, SOUND, |object, _| {
            if let Some(reason) = damaged.remove(object) {
                aside.insert(object.to_owned(), Fate::Unread(reason.clone()));
                kept.push(object.to_owned());
            }
        })
        .await?;
        replaced.extend(damaged.into_keys());
    }
    let with_records: Vec<(&FlowObject, [u8; 32])> = read()
        .filter(|(object, account)| account.records > 0 && !aside.contains_key(&object.name))
        .filter_map(|(object, account)| Some((object, account.sha256?)))
        .collect();
    for (object, of) in copies(lake, session, known, &with_records, &replaced).await? {
        aside.insert(object, Fate::Copy(of));
    }
    Ok(Aside { fates: aside, kept })
}

/// Which of some objects, with their digests, are copies, and of what. What the lake has of those that are `replaced` goes.
async fn copies(
    lake: &Lake,
    session: &Session,
    known: &mut Known,
    objects: &[(&FlowObject, [u8; 32])],
    replaced: &HashSet<&str>,
) -> Result<Vec<(String, String)>, LakeError> {
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    if known.contents.is_none() {
        known.contents = Some(Contents::read(session, &lake.objects).await?);
    }
    let may_have = |digest: &[u8; 32]| known.contents.as_ref().is_some_and(|contents| contents.may_have(digest));
    // The names of what has the same content, and what these say.
    let mut same: HashMap<String, Vec<(String, ObjectKey)>> = HashMap::new();
    same.extend(objects.iter().filter(|(_, digest)| may_have(digest)).map(|(_, digest)| (hex(digest), Vec::new())));
    if !same.is_empty() {
        const SQL: &str = "SELECT object, sha256 FROM objects WHERE records > 0";
        each(session, &lake.objects, SQL, |object, digest| {
            if let Some(same) = same.get_mut(digest).filter(|_| !replaced.contains(object)) {
                same.push((object.to_owned(), ObjectKey::parse(object)));
            }
        })
        .await?;
    }
    let mut copies = Vec::new();
    // A name that says nothing is that of the copy.
    let (named, others): (Vec<_>, Vec<_>) = objects.iter().partition(|(object, _)| object.key.slot.is_some());
    for (object, digest) in named.into_iter().chain(others) {
        let same = same.entry(hex(&digest)).or_default();
        match same.iter().find(|(_, key)| is_alike(key, &object.key)) {
            Some((of, _)) => copies.push((object.name.clone(), of.clone())),
            None => same.push((object.name.clone(), object.key.clone())),
        }
    }
    Ok(copies)
}

/// Whether keys do not say that two objects of one content are of two flow logs, or of two times.
fn is_alike(one: &ObjectKey, other: &ObjectKey) -> bool {
    let parts = |key: &ObjectKey| (key.account.clone(), key.region.clone(), key.flow_log_id.clone(), key.slot);
    one.slot.is_none() || other.slot.is_none() || parts(one) == parts(other)
}
