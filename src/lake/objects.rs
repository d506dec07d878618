//! The table `objects`: what was read, in which version, and what became of it.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate, Utc};
use foldhash::quality::RandomState;
use object_store::ObjectMeta;

use super::LakeError;
use super::aside::{Contents, orphans};
use super::file::Form;
use super::scan::LakeTable;
use super::table::Table;
use crate::scan::{Fate, ObjectAccount};
use crate::session::Session;
use crate::store::FlowObject;

/// How the table's files are written.
pub(super) const FORM: Form = Form { table: super::TABLES[2], looked_up: &[], unbounded: &["status"], growing: &[] };

/// What a time is in a table that others read.
fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The table's columns, but for the one of the day: that of the object's key, which is the day of its records' end.
pub(super) static COLUMNS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let field = |(name, data_type): (&str, DataType)| Field::new(name, data_type, true);
    let columns = [
        ("object", DataType::Utf8),
        ("account_id", DataType::Utf8),
        ("region", DataType::Utf8),
        ("flow_log_id", DataType::Utf8),
        ("slot", time()),
        ("version", DataType::Utf8),
        ("bytes", DataType::Int64),
        ("modified", time()),
        ("sha256", DataType::Utf8),
        ("records", DataType::Int64),
        ("malformed", DataType::Int64),
        ("status", DataType::Utf8),
        ("note", DataType::Utf8),
        ("ingested", time()),
    ];
    Arc::new(Schema::new(columns.map(field).to_vec()))
});

/// The name of an object wherever it is read from: an address, or a file's one true path.
pub(super) fn name_of(object: &FlowObject) -> String {
    match object.name.starts_with("s3://") {
        true => object.name.clone(),
        false => format!("/{}", object.meta.location),
    }
}

/// What tells one version of an object from the next: its ETag, or of a file size and time.
pub(super) fn version_of(meta: &ObjectMeta) -> String {
    match &meta.e_tag {
        Some(e_tag) => e_tag.trim_matches('"').to_owned(),
        None => format!("{:x}-{:x}", meta.size, meta.last_modified.timestamp_nanos_opt().unwrap_or_default()),
    }
}

/// Rows of the table, by the day of their keys.
///
/// # Errors
/// When the columns are not those of the table.
pub(super) fn rows(
    objects: &[(&FlowObject, ObjectAccount)],
    now: DateTime<Utc>,
) -> Result<Vec<(Option<NaiveDate>, RecordBatch)>, ArrowError> {
    let mut by_date: HashMap<Option<NaiveDate>, Vec<&(&FlowObject, ObjectAccount)>> = HashMap::new();
    for object in objects {
        by_date.entry(object.0.key.date).or_default().push(object);
    }
    let mut days: Vec<_> = by_date.into_iter().collect();
    days.sort_unstable_by_key(|(date, _)| *date);
    days.into_iter().map(|(date, objects)| Ok((date, batch(&objects, now)?))).collect()
}

/// A digest as the table writes it.
pub(super) fn hex(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn batch(objects: &[&(&FlowObject, ObjectAccount)], now: DateTime<Utc>) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&(&FlowObject, ObjectAccount)) -> Option<String>| -> ArrayRef {
        Arc::new(objects.iter().map(|object| of(object)).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&(&FlowObject, ObjectAccount)) -> i64| -> ArrayRef {
        Arc::new(objects.iter().map(|object| Some(of(object))).collect::<Int64Array>())
    };
    let times = |of: &dyn Fn(&FlowObject) -> Option<DateTime<Utc>>| -> ArrayRef {
        let micros = objects.iter().map(|(object, _)| of(object).map(|time| time.timestamp_micros()));
        Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let status = |fate: &Fate| match fate {
        Fate::Read => "read",
        Fate::Foreign(_) => "no flow log",
        Fate::Damaged(_) => "damaged",
        Fate::Unread(_) => "unread",
        Fate::Copy(_) => "copy",
    };
    let note = |fate: &Fate| match fate {
        Fate::Read => None,
        Fate::Foreign(note) | Fate::Damaged(note) | Fate::Unread(note) => Some(note.clone()),
        Fate::Copy(of) => Some(format!("has the content of {of}")),
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|(object, _)| Some(name_of(object))),
        text(&|(object, _)| object.key.account.clone()),
        text(&|(object, _)| object.key.region.clone()),
        text(&|(object, _)| object.key.flow_log_id.clone()),
        times(&|object| object.key.slot),
        text(&|(object, _)| Some(version_of(&object.meta))),
        number(&|(object, _)| object.meta.size as i64),
        times(&|object| Some(object.meta.last_modified)),
        text(&|(_, account)| account.sha256.as_ref().map(hex)),
        number(&|(_, account)| account.records as i64),
        number(&|(_, account)| account.malformed as i64),
        text(&|(_, account)| Some(status(&account.fate).to_owned())),
        text(&|(_, account)| note(&account.fate)),
        times(&|_| Some(now)),
    ];
    RecordBatch::try_new(Arc::clone(&COLUMNS), columns)
}

/// The objects that a lake has, by their names; a year of a large organisation's fits in memory.
#[derive(Debug, Default)]
pub(super) struct Known {
    versions: HashMap<u128, u64>,
    hashers: [RandomState; 3],
    /// What they have in them, once that was asked for.
    pub(super) contents: Option<Contents>,
}

/// What a lake has of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing.
    New,
    /// Its records.
    Same,
    /// Those of another version under the same name.
    Replaced,
}

impl Known {
    /// Those that the table names.
    ///
    /// # Errors
    /// When its files can't be read.
    pub(super) async fn read(table: &Table, session: &Session) -> Result<Self, LakeError> {
        let mut known = Known::default();
        if table.files().is_empty() {
            return Ok(known);
        }
        let rows = session.context().read_table(Arc::new(LakeTable::new(table)))?;
        let mut has_copies = false;
        for batch in rows.select_columns(&["object", "version", "status"])?.collect().await? {
            let [objects, versions, status] = [0, 1, 2].map(|column| batch.column(column).as_string_view());
            has_copies |= status.iter().any(|status| status == Some("copy"));
            for (object, version) in objects.iter().zip(versions) {
                known.add(object.unwrap_or_default(), version.unwrap_or_default());
            }
        }
        if has_copies {
            orphans(session, table).await?.iter().for_each(|object| known.doubt(object));
        }
        Ok(known)
    }

    /// Adds an object.
    pub(super) fn add(&mut self, object: &str, version: &str) {
        self.versions.insert(self.key(object), self.hashers[2].hash_one(version));
    }

    /// Takes whatever version there is for another one.
    fn doubt(&mut self, object: &str) {
        let key = self.key(object);
        self.versions.entry(key).and_modify(|version| *version = !*version);
    }

    /// What the lake has of it.
    pub(super) fn state(&self, object: &str, version: &str) -> State {
        match self.versions.get(&self.key(object)) {
            None => State::New,
            Some(known) if *known == self.hashers[2].hash_one(version) => State::Same,
            Some(_) => State::Replaced,
        }
    }

    fn key(&self, object: &str) -> u128 {
        u128::from(self.hashers[0].hash_one(object)) << 64 | u128::from(self.hashers[1].hash_one(object))
    }
}
