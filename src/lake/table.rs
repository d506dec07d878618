//! One table of a lake: which files it has, and the change of that, all at once or not at all.
//!
//! The log is Delta Lake's, read and written by its own library. A change is committed only where nobody has changed the
//! table since it was read: who comes too late reads it again and begins anew, so that no rule about what may happen
//! at the same time need be thought out, or be wrong.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::{NaiveDate, Utc};
use deltalake_core::kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel};
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, MetadataExt, Remove, StructType, Transaction};
use deltalake_core::logstore::{StorageConfig, default_logstore};
use deltalake_core::operations::vacuum::VacuumMode;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};
use object_store::ObjectStore;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use serde_json::Value;

use super::LakeError;
use super::place::Place;

/// The column by which tables are divided.
pub(super) const DATE: &str = "date";

/// All columns of a table whose files have these.
pub(super) fn with_date(columns: &Schema) -> Schema {
    let date = Arc::new(Field::new(DATE, DataType::Date32, true));
    Schema::new(columns.fields().iter().cloned().chain([date]).collect::<Vec<_>>())
}

/// The property of a table that says which day is the first that is kept.
const EXPIRED: &str = "vpcflow.expired";

/// Under which name our tables say what they have taken over from others.
const APPLICATION: &str = "vpcflow";

/// A table as it was when it was read.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) place: Place,
    delta: DeltaTable,
    schema: SchemaRef,
    files: Arc<[DataFile]>,
}

/// A file with rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DataFile {
    /// Where in the table's folder.
    pub(super) path: String,
    /// How large.
    pub(super) bytes: u64,
    /// Milliseconds since 1970.
    pub(super) modified: i64,
    /// The day (UTC) of its rows; of those without a time that can be true, none.
    pub(super) date: Option<NaiveDate>,
    /// Counts and bounds of its columns, as JSON that Delta Lake describes.
    pub(super) stats: Option<String>,
}

impl DataFile {
    /// How many rows it has, as far as it is known.
    pub(super) fn rows(&self) -> Option<u64> {
        let stats: Value = serde_json::from_str(self.stats.as_deref()?).ok()?;
        stats.get("numRecords")?.as_u64()
    }

    fn partition(&self) -> HashMap<String, Option<String>> {
        HashMap::from([(DATE.to_owned(), self.date.map(|date| date.to_string()))])
    }

    fn add(&self, is_change: bool) -> Action {
        Action::Add(Add {
            path: self.path.clone(),
            partition_values: self.partition(),
            size: self.bytes as i64,
            modification_time: self.modified,
            data_change: is_change,
            stats: self.stats.clone(),
            ..Add::default()
        })
    }

    fn remove(&self, is_change: bool) -> Action {
        Action::Remove(Remove {
            path: self.path.clone(),
            data_change: is_change,
            deletion_timestamp: Some(Utc::now().timestamp_millis()),
            extended_file_metadata: Some(true),
            partition_values: Some(self.partition()),
            size: Some(self.bytes as i64),
            ..Remove::default()
        })
    }
}

/// What is to become of a table.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) add: Vec<DataFile>,
    pub(super) remove: Vec<DataFile>,
    /// The columns, if there are more than before.
    pub(super) schema: Option<SchemaRef>,
    /// What else the log is to say of it.
    pub(super) info: HashMap<String, Value>,
    /// The version of another table up to which this one has what that says.
    pub(super) taken_over: Option<u64>,
    /// The first day that is kept, if others are dropped.
    pub(super) expired: Option<NaiveDate>,
    /// Whether the rows stay the same in other files.
    pub(super) is_rewrite: bool,
}

impl Change {
    fn operation(&self) -> DeltaOperation {
        match (self.is_rewrite, self.add.is_empty()) {
            (true, _) => DeltaOperation::Optimize { predicate: None, target_size: 0 },
            (false, true) if !self.remove.is_empty() => DeltaOperation::Delete { predicate: None },
            _ => DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(vec![DATE.to_owned()]),
                predicate: None,
            },
        }
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Committed {
    /// It is in the log.
    Yes,
    /// Somebody else changed the table since it was read.
    Overtaken,
}

impl Table {
    /// The table of that name; `None` where there is none.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(super) async fn open(place: &Place, name: &'static str) -> Result<Option<Self>, LakeError> {
        let failed = |error| LakeError::of_delta(place, name, error);
        let mut delta = unread(place, name);
        if !delta.verify_deltatable_existence().await.map_err(failed)? {
            return Ok(None);
        }
        delta.load().await.map_err(failed)?;
        Table::read(place, name, delta).map(Some)
    }

    /// The table of that name, which is made where there is none.
    ///
    /// # Errors
    /// When the log can't be read or written.
    pub(super) async fn open_or_create(place: &Place, name: &'static str, schema: &Schema) -> Result<Self, LakeError> {
        if let Some(table) = Table::open(place, name).await? {
            return Ok(table);
        }
        let failed = |error| LakeError::of_delta(place, name, error);
        let columns = kernel_schema(schema).map_err(failed)?;
        let created = unread(place, name)
            .create()
            .with_table_name(name)
            .with_columns(columns.fields().cloned())
            .with_partition_columns([DATE])
            .await;
        // Another may have made it meanwhile.
        match (Table::open(place, name).await?, created) {
            (Some(table), _) => Ok(table),
            (None, Err(error)) => Err(failed(error)),
            (None, Ok(_)) => Err(LakeError::Place(format!("{}: {name} is gone", place.name))),
        }
    }

    fn read(place: &Place, name: &'static str, delta: DeltaTable) -> Result<Self, LakeError> {
        let failed = |error| LakeError::of_delta(place, name, error);
        let state = delta.snapshot().map_err(failed)?;
        let schema: Schema =
            state.schema().as_ref().try_into_arrow().map_err(|error| failed(DeltaTableError::from(error)))?;
        let of_view = |file: deltalake_core::kernel::LogicalFileView| {
            let date = file.partition_values_map().remove(DATE).flatten().and_then(|date| date.parse().ok());
            DataFile {
                path: file.path().into_owned(),
                bytes: file.size().max(0) as u64,
                modified: file.modification_time(),
                date,
                stats: file.stats(),
            }
        };
        let files = state.log_data().iter().map(of_view).collect();
        Ok(Table { name, place: place.clone(), schema: Arc::new(schema), files, delta })
    }

    /// The number of the log's last entry.
    pub(super) fn version(&self) -> u64 {
        self.delta.version().unwrap_or_default()
    }

    /// Its columns, the one of the day among them.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Its columns with those of a later version; `None` where it has all.
    pub(super) fn widened(&self, columns: &Schema) -> Option<SchemaRef> {
        let is_missing = |field: &&Arc<Field>| self.schema.field_with_name(field.name()).is_err();
        let missing: Vec<Arc<Field>> = columns.fields().iter().filter(is_missing).cloned().collect();
        let had = self.schema.fields().iter().filter(|field| field.name() != DATE).cloned();
        let all = || with_date(&Schema::new(had.chain(missing.iter().cloned()).collect::<Vec<_>>()));
        (!missing.is_empty()).then(|| Arc::new(all()))
    }

    pub(super) fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// Where a file lies.
    pub(super) fn key_of(&self, file: &DataFile) -> Key {
        file.path.split('/').fold(self.place.key(self.name), |folder, part| folder.join(part))
    }

    /// The first day whose rows are kept, if earlier ones were dropped.
    pub(super) fn expired(&self) -> Option<NaiveDate> {
        self.delta.snapshot().ok()?.metadata().configuration().get(EXPIRED)?.parse().ok()
    }

    /// Removes files that the table has not named for a week, and tells how many these were.
    ///
    /// # Errors
    /// When they can't be listed or removed.
    pub(super) async fn vacuum(&mut self) -> Result<usize, LakeError> {
        let failed = |error| LakeError::of_delta(&self.place, self.name, error);
        let (_, removed) = self.delta.clone().vacuum().with_mode(VacuumMode::Full).await.map_err(failed)?;
        self.reread().await?;
        Ok(removed.files_deleted.len())
    }

    /// Removes files that it does not name.
    pub(super) async fn remove(&self, files: &[DataFile]) {
        for file in files {
            self.place.remove(&self.key_of(file)).await;
        }
    }

    /// Up to which version of another table it has what that says.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(super) async fn taken_over(&self) -> Result<Option<u64>, LakeError> {
        let failed = |error| LakeError::of_delta(&self.place, self.name, error);
        let state = self.delta.snapshot().map_err(failed)?;
        let log = self.delta.log_store();
        let version = state.transaction_version(log.as_ref(), APPLICATION).await.map_err(failed)?;
        Ok(version.map(|version| version.max(0) as u64))
    }

    /// What the log's entry of a version says of itself; `None` where the entry is not kept any more.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(super) async fn info(&self, version: u64) -> Result<Option<Value>, LakeError> {
        let failed = |error| LakeError::of_delta(&self.place, self.name, error);
        let Some(entry) = self.delta.log_store().read_commit_entry(version).await.map_err(failed)? else {
            return Ok(None);
        };
        let actions = entry.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        Ok(Some(
            actions
                .into_iter()
                .find_map(|mut action: Value| action.get_mut("commitInfo").map(Value::take))
                .unwrap_or_default(),
        ))
    }

    /// Reads the log again.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) async fn reread(&mut self) -> Result<(), LakeError> {
        let (place, name) = (self.place.clone(), self.name);
        self.delta.update_state().await.map_err(|error| LakeError::of_delta(&place, name, error))?;
        *self = Table::read(&place, name, self.delta.clone())?;
        Ok(())
    }

    /// Changes the table, if it is still as it was read. Its files are on the disk before that.
    ///
    /// # Errors
    /// When the log can't be written.
    pub(super) async fn commit(&mut self, change: Change) -> Result<Committed, LakeError> {
        let failed = |error| LakeError::of_delta(&self.place, self.name, error);
        let state = self.delta.snapshot().map_err(failed)?;
        let mut actions = Vec::new();
        let mut metadata = state.metadata().clone();
        if let Some(schema) = &change.schema {
            let schema = kernel_schema(schema).map_err(failed)?;
            metadata = metadata.with_schema(&schema).map_err(|error| failed(error.into()))?;
        }
        if let Some(date) = change.expired {
            let added = metadata.add_config_key(EXPIRED.to_owned(), date.to_string());
            metadata = added.map_err(|error| failed(error.into()))?;
        }
        if metadata != *state.metadata() {
            actions.push(Action::Metadata(metadata));
        }
        actions.extend(change.remove.iter().map(|file| file.remove(!change.is_rewrite)));
        actions.extend(change.add.iter().map(|file| file.add(!change.is_rewrite)));
        let mut properties = CommitProperties::default().with_max_retries(0);
        if let Some(version) = change.taken_over {
            let transaction = Transaction::new(APPLICATION, version as i64);
            properties = properties.with_application_transaction(transaction);
        }
        let operation = change.operation();
        let read = self.version();
        let committed = CommitBuilder::from(properties)
            .with_app_metadata(change.info)
            .with_actions(actions)
            .build(Some(state), self.delta.log_store(), operation)
            .await;
        self.reread().await?;
        match committed {
            Ok(_) => Ok(Committed::Yes),
            // An error may come of what is done after the commit, or its answer may be lost.
            Err(_) if self.version() > read && self.has_all(&change.add, &change.remove) => Ok(Committed::Yes),
            Err(_) if self.version() > read => Ok(Committed::Overtaken),
            Err(error) => Err(LakeError::of_delta(&self.place, self.name, error)),
        }
    }

    /// Whether a change is in effect that adds and removes these: names are never used twice.
    fn has_all(&self, added: &[DataFile], removed: &[DataFile]) -> bool {
        let has = |file: &DataFile| self.files.iter().any(|known| known.path == file.path);
        (!added.is_empty() || !removed.is_empty()) && added.iter().all(has) && !removed.iter().any(has)
    }
}

fn unread(place: &Place, name: &str) -> DeltaTable {
    let prefixed: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&place.store), place.key(name)));
    let log = default_logstore(prefixed, Arc::clone(&place.store), &place.table_url(name), &StorageConfig::default());
    DeltaTable::new(log)
}

fn kernel_schema(schema: &Schema) -> Result<StructType, DeltaTableError> {
    schema.try_into_kernel().map_err(DeltaTableError::from)
}
