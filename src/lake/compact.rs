//! Many small files to few large ones, and away with what no table names any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use datafusion::common::DataFusionError;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SessionContext, ident};
use futures::StreamExt;
use tokio::sync::mpsc;

use super::conversations::mark_of;
use super::file::{Encoded, Form, new_name};
use super::scan::LakeTable;
use super::table::{Change, Committed, DATE, DataFile, Table};
use super::{Lake, LakeError, findings, flows, objects, runs};
use crate::limits::{LAKE_FILE_ROWS, LAKE_TRIES};
use crate::session::Session;

/// What was made of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Days of a table whose files were merged.
    pub days: usize,
    /// Files before.
    pub files: usize,
    /// Files after.
    pub into: usize,
    /// Files that no table names, which were removed.
    pub removed: usize,
}

impl Lake {
    /// Merges the files of days that have more than they need, and removes those that nobody can be reading any more:
    /// Delta Lake keeps them for a week.
    ///
    /// # Errors
    /// When files can't be read or written.
    pub async fn compact(&mut self, session: &Session) -> Result<Compacted, LakeError> {
        self.settle(session).await?;
        let mut compacted = Compacted::default();
        merge_days(&mut self.flows, &flows::FORM, &flows::ORDER, session, &mut compacted).await?;
        merge_days(&mut self.objects, &objects::FORM, &["object"], session, &mut compacted).await?;
        merge_days(&mut self.findings, &findings::FORM, &["window_start"], session, &mut compacted).await?;
        if let Some(table) = &mut self.runs {
            merge_days(table, &runs::FORM, &["ended"], session, &mut compacted).await?;
        }
        self.settle(session).await?;
        let tables = [&mut self.flows, &mut self.conversations, &mut self.objects, &mut self.findings]
            .into_iter()
            .chain(&mut self.runs)
            .chain(&mut self.history);
        for table in tables {
            compacted.removed += table.vacuum().await?;
        }
        Ok(compacted)
    }
}

async fn merge_days(
    table: &mut Table,
    form: &Form,
    order: &[&str],
    session: &Session,
    compacted: &mut Compacted,
) -> Result<(), LakeError> {
    let mut tries = 0;
    while let Some((date, files)) = many_files(table) {
        let merged = merge(table, form, order, session, date, &files).await?;
        let (before, after) = (files.len(), merged.len());
        let change = Change { add: merged.clone(), remove: files, is_rewrite: true, ..Change::default() };
        match table.commit(change).await? {
            Committed::Yes => {
                compacted.days += 1;
                compacted.files += before;
                compacted.into += after;
            }
            Committed::Overtaken => {
                table.remove(&merged).await;
                tries += 1;
                if tries == LAKE_TRIES {
                    return Err(LakeError::Overtaken { name: table.place.name.clone(), tries });
                }
            }
        }
    }
    Ok(())
}

/// The first day that has more files than its rows need.
fn many_files(table: &Table) -> Option<(Option<NaiveDate>, Vec<DataFile>)> {
    let mut days: BTreeMap<Option<NaiveDate>, Vec<DataFile>> = BTreeMap::new();
    table.files().iter().for_each(|file| days.entry(file.date).or_default().push(file.clone()));
    let is_many = |files: &[DataFile]| {
        let rows: u64 = files.iter().map(|file| file.rows().unwrap_or_default()).sum();
        files.len() > rows.div_ceil(LAKE_FILE_ROWS as u64).max(1) as usize
    };
    days.into_iter().find(|(_, files)| is_many(files))
}

/// The rows of some files of a day in new ones, sorted.
async fn merge(
    table: &Table,
    form: &Form,
    order: &[&str],
    session: &Session,
    date: Option<NaiveDate>,
    files: &[DataFile],
) -> Result<Vec<DataFile>, LakeError> {
    let rows: u64 = files.iter().map(|file| file.rows().unwrap_or_default()).sum();
    let parts = rows.div_ceil(LAKE_FILE_ROWS as u64).max(1);
    let part_rows = rows.div_ceil(parts).max(1) as usize;
    let context = session.bare()?.context().clone();
    let (schema, mut batches) = sorted(&context, table, order, files).await?;
    // Together the new files have the mark of the old ones, so that what was made of these is known to be of those.
    let mut mark = mark_of(files.iter());
    let mut merged = Vec::new();
    let mut rest: Option<RecordBatch> = None;
    let mut is_done = false;
    while !is_done {
        let (sender, mut receiver) = mpsc::channel::<RecordBatch>(2);
        let (form_of, schema_of) = (*form, Arc::clone(&schema));
        let encoding = tokio::task::spawn_blocking(move || -> Result<Encoded, LakeError> {
            form_of.encode(std::iter::from_fn(|| receiver.blocking_recv().map(Ok::<_, LakeError>)), &schema_of)
        });
        let mut room = part_rows;
        is_done = loop {
            let next = match rest.take() {
                Some(batch) => Some(batch),
                None => batches.next().await.transpose()?,
            };
            let Some(batch) = next else { break true };
            let taken = batch.num_rows().min(room);
            rest = (taken < batch.num_rows()).then(|| batch.slice(taken, batch.num_rows() - taken));
            room -= taken;
            if sender.send(batch.slice(0, taken)).await.is_err() {
                break true;
            }
            if room == 0 && merged.len() as u64 + 1 < parts {
                break false;
            }
            room = room.max(1);
        };
        drop(sender);
        let encoded = encoding.await.map_err(|error| DataFusionError::External(Box::new(error)))??;
        let number = if is_done { mark } else { new_name() };
        mark ^= number;
        merged.push(encoded.put(&table.place, form, date, &format!("{number:032x}")).await?);
    }
    Ok(merged)
}

type Sorted = (arrow::datatypes::SchemaRef, datafusion::physical_plan::SendableRecordBatchStream);

async fn sorted(
    context: &SessionContext,
    table: &Table,
    order: &[&str],
    files: &[DataFile],
) -> Result<Sorted, LakeError> {
    let provider = LakeTable::new(table).of_files(files.to_vec());
    let frame = context.read_table(Arc::new(provider))?;
    let is_stored = |name: &str| name != DATE && !(table.name == flows::FORM.table && flows::is_made(name));
    let names: Vec<String> = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
    let select: Vec<_> = names.iter().filter(|name| is_stored(name)).map(ident).collect();
    let has = |name: &&&str| names.iter().any(|known| known == **name);
    let by = order.iter().filter(has).map(|name| ident(*name).sort(true, true)).collect();
    let frame = frame.select(select)?.sort(by)?;
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    Ok((plan.schema(), execute_stream(plan, task)?))
}
