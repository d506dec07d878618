//! Objects into a lake: those that it does not have yet, each once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Schema;
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::prelude::ident;
use serde_json::{Value, json};

use super::aside::{Aside, set_aside};
use super::file::{Form, new_name};
use super::objects::{self, Known, State, name_of, version_of};
use super::scan::LakeTable;
use super::table::{Change, Committed, DataFile, Table};
use super::{InHand, Lake, LakeError, flows};
use crate::conversation::Fed;
use crate::limits::{INGEST_OBJECTS, LAKE_TRIES};
use crate::scan::{Coverage, Fate, FlowTable, ObjectAccount, ReadOptions};
use crate::session::Session;
use crate::store::FlowObject;

/// What came into a lake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Objects that were listed.
    pub listed: u64,
    /// Those of them that the lake had.
    pub known: u64,
    /// Objects whose records came in.
    pub objects: u64,
    /// Those of them that the lake had in another version, which they replace.
    pub replaced: u64,
    /// Records that came in.
    pub records: u64,
    /// Bytes of the objects as stored.
    pub bytes: u64,
    /// Files with their records.
    pub files: u64,
    /// Bytes of these.
    pub files_bytes: u64,
    /// Objects that were left out, because days as old as theirs were dropped.
    pub expired: u64,
    /// Objects that were left out, because the lake has their content under another name.
    pub copies: u64,
    /// The first of them, and that name.
    pub first_copy: Option<(String, String)>,
    /// The names of objects that could not be read, and are tried again the next time.
    pub unread: Vec<String>,
    /// Objects that came in after their time was judged.
    pub late: u64,
    /// The time of the first of them.
    pub first_late: Option<DateTime<Utc>>,
}

/// How objects come into a lake.
#[derive(Debug, Clone)]
pub struct IngestOptions {
    /// How they are read.
    pub read: ReadOptions,
    /// Bytes of objects, as stored, whose records come in with one commit; of one object in any case.
    pub commit_bytes: u64,
    /// Up to when records were judged already.
    pub judged_until: Option<DateTime<Utc>>,
}

/// Under which name a commit of `flows` tells of its objects.
const COMMIT: &str = "vpcflow";

/// Brings the objects of `listing` that the lake lacks into it, and tells of them in `coverage`.
///
/// # Errors
/// When the sources can't be listed, the lake can't be written to, or under `--strict` when an object is malformed.
pub async fn ingest(
    lake: &mut Lake,
    session: &Session,
    listing: &FlowTable,
    options: &IngestOptions,
    coverage: &Arc<Coverage>,
) -> Result<Ingested, LakeError> {
    let found = listing.objects().await?;
    coverage.note_unreadable(&found.unreadable);
    lake.settle(session).await?;
    let known = Known::read(&lake.objects, session).await?;
    bring(lake, session, known, found.objects, options, coverage).await
}

/// Brings those of some objects into a lake that are not `known` to it.
pub(super) async fn bring(
    lake: &mut Lake,
    session: &Session,
    mut known: Known,
    mut left: Vec<FlowObject>,
    options: &IngestOptions,
    coverage: &Arc<Coverage>,
) -> Result<Ingested, LakeError> {
    let mut ingested = Ingested { listed: left.len() as u64, ..Ingested::default() };
    // Objects of one time come together.
    left.sort_by(|a, b| (a.key.slot, &a.name).cmp(&(b.key.slot, &b.name)));
    let state_of = |known: &Known, object: &FlowObject| known.state(&name_of(object), &version_of(&object.meta));
    left.retain(|object| state_of(&known, object) != State::Same);
    ingested.known = ingested.listed - left.len() as u64;
    let expired = lake.flows.expired();
    left.retain(|object| object.key.date.is_none() || object.key.date >= expired);
    ingested.expired = ingested.listed - ingested.known - left.len() as u64;
    coverage.expect(left.len() as u64, all_bytes(left.iter()));
    let mut tries = 0;
    while !left.is_empty() {
        let batch = left.drain(..batch_len(&left, options.commit_bytes)).collect::<Vec<_>>();
        let mark = coverage.mark();
        // What one commit brings is rolled up on the way; of several each day would have to be held until the last.
        let batch = Batch::read(lake, session, &mut known, batch, &options.read, left.is_empty(), coverage).await?;
        match batch.commit(lake, session, &known, options.judged_until).await? {
            Ok(done) => {
                tries = 0;
                lake.settle(session).await?;
                done.add_to(&mut known, &mut ingested);
            }
            Err(again) => {
                tries += 1;
                if tries == LAKE_TRIES {
                    return Err(LakeError::Overtaken { name: lake.place.name.clone(), tries });
                }
                coverage.reset(mark);
                lake.reread().await?;
                lake.settle(session).await?;
                known = Known::read(&lake.objects, session).await?;
                left.splice(..0, again);
                let before = left.len() as u64;
                left.retain(|object| state_of(&known, object) != State::Same);
                ingested.known += before - left.len() as u64;
            }
        }
    }
    Ok(ingested)
}

/// What objects take where they are stored.
pub(super) fn all_bytes<'a>(objects: impl Iterator<Item = &'a FlowObject>) -> u64 {
    objects.fold(0, |sum, object| sum.saturating_add(object.meta.size))
}

/// How many of the first objects make a batch.
pub(super) fn batch_len(objects: &[FlowObject], most_bytes: u64) -> usize {
    let mut bytes = 0_u64;
    let fits = |object: &&FlowObject| {
        // What a listing says can be anything.
        bytes = bytes.saturating_add(object.meta.size);
        bytes <= most_bytes
    };
    objects.iter().take(INGEST_OBJECTS).take_while(fits).count().max(1)
}

/// Objects that were read, and the files that their records are in.
struct Batch {
    objects: Vec<FlowObject>,
    accounts: HashMap<String, ObjectAccount>,
    files: Vec<DataFile>,
    /// What of them was rolled up on the way.
    fed: Option<Arc<Fed>>,
    schema: Schema,
    /// Whether the table needs more columns.
    is_wider: bool,
}

/// A batch that is in the lake.
struct Done {
    objects: Vec<(String, String)>,
    digests: Vec<[u8; 32]>,
    ingested: Ingested,
}

impl Done {
    fn add_to(self, known: &mut Known, all: &mut Ingested) {
        self.objects.iter().for_each(|(name, version)| known.add(name, version));
        if let Some(contents) = &mut known.contents {
            self.digests.iter().for_each(|digest| contents.add(digest));
        }
        all.objects += self.ingested.objects;
        all.replaced += self.ingested.replaced;
        all.records += self.ingested.records;
        all.bytes += self.ingested.bytes;
        all.files += self.ingested.files;
        all.files_bytes += self.ingested.files_bytes;
        all.copies += self.ingested.copies;
        all.first_copy = all.first_copy.take().or(self.ingested.first_copy);
        all.unread.extend(self.ingested.unread);
        all.late += self.ingested.late;
        all.first_late = all.first_late.into_iter().chain(self.ingested.first_late).min();
    }
}

impl Batch {
    /// Reads objects and writes their records to files that nobody knows yet: once more without those that do not come in,
    /// if there are records of some.
    async fn read(
        lake: &Lake,
        session: &Session,
        known: &mut Known,
        mut objects: Vec<FlowObject>,
        read: &ReadOptions,
        is_fed: bool,
        coverage: &Arc<Coverage>,
    ) -> Result<Self, LakeError> {
        // Wherever it is read from, an object has one name.
        objects.iter_mut().for_each(|object| object.name = name_of(object));
        let (mut all_aside, mut of_aside) = (Vec::new(), HashMap::new());
        loop {
            let mark = coverage.mark();
            let runtime = session.context().runtime_env();
            let schema = Schema::clone(lake.flows.schema());
            if objects.is_empty() {
                let (objects, accounts, files) = (all_aside, of_aside, Vec::new());
                return Ok(Batch { objects, accounts, files, fed: None, schema, is_wider: false });
            }
            let table = FlowTable::of_objects(objects.clone(), read.clone(), Arc::clone(coverage), &runtime).await?;
            let schema = flows::united(Some(&schema), &flows::columns(&table));
            let is_wider = schema.fields().len() > lake.flows.schema().fields().len();
            let (files, fed) = flows::write(session, &lake.place, table, &schema, is_fed).await?;
            let mut accounts = coverage.take_objects();
            let Aside { mut fates, kept } = set_aside(lake, session, known, &objects, &accounts, &of_aside).await?;
            let (aside, mut rest): (Vec<_>, Vec<_>) =
                objects.into_iter().partition(|object| fates.contains_key(&object.name));
            let mut has_records = false;
            let mut unread = Vec::new();
            for object in &aside {
                let (account, fate) = (accounts.remove(&object.name), fates.remove(&object.name).unwrap_or_default());
                let account = account.unwrap_or_default();
                has_records |= account.records > 0;
                if let Fate::Unread(reason) = &fate {
                    unread.push((object.name.clone(), reason.clone()));
                }
                of_aside.insert(object.name.clone(), ObjectAccount { records: 0, malformed: 0, fate, ..account });
            }
            all_aside.extend(aside);
            if has_records {
                // Their records are among the others'.
                lake.flows.remove(&files).await;
                coverage.reset(mark);
                coverage.note_unreadable(&unread);
            }
            let stays = |name: &String| format!("{name}: what the lake has of it stays, until it can be read again");
            coverage.note(kept.iter().map(stays));
            if has_records {
                objects = rest;
                continue;
            }
            accounts.extend(of_aside);
            rest.extend(all_aside);
            return Ok(Batch { objects: rest, accounts, files, fed, schema, is_wider });
        }
    }

    /// Commits what was read; gives the objects back if somebody else was first.
    async fn commit(
        self,
        lake: &mut Lake,
        session: &Session,
        known: &Known,
        judged_until: Option<DateTime<Utc>>,
    ) -> Result<Result<Done, Vec<FlowObject>>, LakeError> {
        let Batch { objects, mut accounts, files, fed, schema, is_wider } = self;
        let mut taken: Vec<(&FlowObject, ObjectAccount)> = Vec::new();
        let mut unread = Vec::new();
        for object in &objects {
            match accounts.remove(&object.name) {
                Some(ObjectAccount { fate: Fate::Unread(_), .. }) | None => unread.push(object.name.clone()),
                Some(account) => taken.push((object, account)),
            }
        }
        let is_replaced = |object: &FlowObject| known.state(&object.name, &version_of(&object.meta)) == State::Replaced;
        let replaced: HashSet<String> =
            taken.iter().filter(|(object, _)| is_replaced(object)).map(|(object, _)| object.name.clone()).collect();
        let of_copy = |(object, account): &(&FlowObject, ObjectAccount)| match &account.fate {
            Fate::Copy(of) => Some((object.name.clone(), of.clone())),
            _ => None,
        };
        let copies = taken.iter().filter_map(of_copy).count();
        let late = || {
            let with_records = taken.iter().filter(|(_, account)| account.records > 0);
            with_records.filter_map(|(object, _)| object.key.slot).filter(|slot| Some(*slot) < judged_until)
        };
        let mut done = Done {
            objects: taken.iter().map(|(object, _)| (object.name.clone(), version_of(&object.meta))).collect(),
            digests: taken.iter().filter(|(_, of)| of.records > 0).filter_map(|(_, of)| of.sha256).collect(),
            ingested: Ingested {
                objects: (taken.len() - copies) as u64,
                replaced: replaced.len() as u64,
                records: taken.iter().map(|(_, account)| account.records).sum(),
                bytes: all_bytes(taken.iter().filter(|of| of_copy(of).is_none()).map(|(object, _)| *object)),
                copies: copies as u64,
                first_copy: taken.iter().find_map(of_copy),
                files: files.len() as u64,
                files_bytes: files.iter().map(|file| file.bytes).sum(),
                unread,
                late: late().count() as u64,
                first_late: late().min(),
                ..Ingested::default()
            },
        };
        if taken.is_empty() {
            done.ingested.files = 0;
            lake.flows.remove(&files).await;
            return Ok(Ok(done));
        }
        let mut of_objects = Vec::new();
        for (date, rows) in objects::rows(&taken, Utc::now())? {
            let encoded = objects::FORM.encode([Ok::<_, LakeError>(rows)], &objects::COLUMNS)?;
            of_objects.push(encoded.put(&lake.place, &objects::FORM, date, &format!("{:032x}", new_name())).await?);
        }
        let in_hand = fed.map(|fed| InHand { fed, files: files.as_slice().into() });
        let mut change = Change { add: files, ..Change::default() };
        if !replaced.is_empty() {
            without(lake, session, &lake.flows, &flows::FORM, "_object", &replaced, &mut change).await?;
        }
        change.schema = is_wider.then(|| Arc::new(schema));
        let said = json!({
            "objects": of_objects.iter().map(said_of).collect::<Vec<_>>(),
            "replaced": replaced,
        });
        change.info.insert(COMMIT.to_owned(), said);
        let written = change.add.clone();
        match lake.flows.commit(change).await? {
            Committed::Yes => {
                lake.in_hand = in_hand;
                Ok(Ok(done))
            }
            Committed::Overtaken => {
                lake.flows.remove(&written).await;
                lake.objects.remove(&of_objects).await;
                Ok(Err(objects))
            }
        }
    }
}

/// A file in the words of a commit.
fn said_of(file: &DataFile) -> Value {
    json!({
        "path": file.path,
        "bytes": file.bytes,
        "modified": file.modified,
        "date": file.date.map(|date| date.to_string()),
        "stats": file.stats,
    })
}

fn file_of(said: &Value) -> Option<DataFile> {
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(DataFile {
        path: text("path")?,
        bytes: said.get("bytes")?.as_u64()?,
        modified: said.get("modified")?.as_i64()?,
        date: text("date").and_then(|date| date.parse::<NaiveDate>().ok()),
        stats: text("stats"),
    })
}

/// Rewrites the files that have rows of the named objects, without them.
async fn without(
    lake: &Lake,
    session: &Session,
    table: &Table,
    form: &Form,
    column: &str,
    names: &HashSet<String>,
    change: &mut Change,
) -> Result<(), LakeError> {
    let (first, last) =
        (names.iter().min().cloned().unwrap_or_default(), names.iter().max().cloned().unwrap_or_default());
    for file in table.files() {
        let stats: Value = file.stats.as_deref().and_then(|stats| serde_json::from_str(stats).ok()).unwrap_or_default();
        let bound = |part: &str| stats.get(part)?.get(column)?.as_str().map(str::to_owned);
        if bound("minValues").is_some_and(|least| least > last) || bound("maxValues").is_some_and(|most| most < first) {
            continue;
        }
        let of_file = LakeTable::new(table).of_files(vec![file.clone()]);
        let frame = session.context().read_table(Arc::new(of_file))?;
        let stored = |name: &&str| *name != super::table::DATE && !flows::is_made(name);
        let schema = frame.schema().as_arrow().clone();
        let names_of_columns: Vec<&str> =
            schema.fields().iter().map(|field| field.name().as_str()).filter(stored).collect();
        let select: Vec<_> = names_of_columns.iter().map(|name| ident(*name)).collect();
        let batches = frame.select(select)?.collect().await?;
        let is_kept = |batch: &RecordBatch| -> Option<BooleanArray> {
            let objects = batch.column_by_name(column)?.as_string_view_opt()?;
            Some(objects.iter().map(|object| Some(!object.is_some_and(|object| names.contains(object)))).collect())
        };
        let mut kept = Vec::new();
        let (mut before, mut after) = (0, 0);
        for batch in batches {
            let Some(mask) = is_kept(&batch) else { continue };
            let filtered = filter_record_batch(&batch, &mask)?;
            before += batch.num_rows();
            after += filtered.num_rows();
            kept.push(filtered);
        }
        if before == after {
            continue;
        }
        if after > 0 {
            let schema = kept[0].schema();
            let encoded = form.encode(kept.into_iter().map(Ok::<_, LakeError>), &schema)?;
            let name = format!("{:032x}", new_name());
            change.add.push(encoded.put(&lake.place, form, file.date, &name).await?);
        }
        change.remove.push(file.clone());
    }
    Ok(())
}

impl Lake {
    /// Brings `objects` to what the commits of `flows` say, whoever made them.
    ///
    /// # Errors
    /// When a log can't be read or written.
    pub(super) async fn settle(&mut self, session: &Session) -> Result<(), LakeError> {
        for _ in 0..LAKE_TRIES {
            // Version 0 made the table.
            let taken_over = self.objects.taken_over().await?.unwrap_or(0);
            let version = self.flows.version();
            if taken_over >= version {
                return Ok(());
            }
            let mut change = Change { taken_over: Some(version), ..Change::default() };
            let mut replaced = HashSet::new();
            for version in taken_over + 1..=version {
                let info = self
                    .flows
                    .info(version)
                    .await?
                    .ok_or_else(|| LakeError::LogGone { name: self.place.name.clone(), version })?;
                let Some(said) = info.get(COMMIT) else { continue };
                let list = |name: &str| said.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
                change.add.extend(list("objects").iter().filter_map(file_of));
                replaced.extend(list("replaced").iter().filter_map(Value::as_str).map(str::to_owned));
            }
            if !replaced.is_empty() {
                let table = self.objects.clone();
                without(self, session, &table, &objects::FORM, "object", &replaced, &mut change).await?;
            }
            if self.objects.commit(change).await? == Committed::Yes {
                return Ok(());
            }
        }
        Err(LakeError::Overtaken { name: self.place.name.clone(), tries: LAKE_TRIES })
    }
}
