//! The tables of [`crate::history`]: what a day was like, made with its conversations and kept as long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;
use datafusion::catalog::TableProvider;
use datafusion::common::exec_datafusion_err;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;
use tokio::sync::mpsc;

use super::file::{Encoded, Form};
use super::scan::{LakeTable, days};
use super::{Lake, LakeError};
use crate::history::{self, History};
use crate::investigate::Earlier;
use crate::limits::HISTORY_DAYS;

/// How the tables' files are written.
pub(super) const FORMS: [Form; 3] = [
    Form { table: history::TABLES[0], looked_up: &[], unbounded: &["account_id", "region"], growing: &[] },
    Form {
        table: history::TABLES[1],
        looked_up: &["initiator", "responder"],
        unbounded: &["account_id", "region", "direction"],
        growing: &[],
    },
    Form {
        table: history::TABLES[2],
        looked_up: &["initiator", "responder"],
        unbounded: &["account_id", "region"],
        growing: &[],
    },
];

impl Lake {
    /// What its days were like.
    pub fn history(&self) -> History {
        let tables = self.history.each_ref().map(|table| Arc::new(LakeTable::new(table)) as Arc<dyn TableProvider>);
        let dates = self.history[0].files().iter().filter_map(|file| file.date);
        History::new(tables, dates.map(|date| i64::from(days(date))).collect::<BTreeSet<_>>())
    }

    /// What came before a day, within the days that are history.
    pub(crate) fn earlier(&self, before: NaiveDate) -> Earlier {
        let before = i64::from(days(before));
        let is_earlier = |date: NaiveDate| (before - HISTORY_DAYS..before).contains(&i64::from(days(date)));
        let files = self.conversations.files().iter().filter(|file| file.date.is_some_and(is_earlier)).cloned();
        let files: Vec<_> = files.collect();
        Earlier {
            days: files.iter().filter_map(|file| file.date).map(|date| i64::from(days(date))).collect(),
            conversations: Arc::new(LakeTable::new(&self.conversations).of_files(files)),
        }
    }

    /// Its name, as it was given.
    pub fn name(&self) -> &str {
        &self.place.name
    }

    /// The days that it has records or conversations of, in order.
    pub fn days(&self) -> Vec<NaiveDate> {
        let files = self.flows.files().iter().chain(self.conversations.files());
        files.filter_map(|file| file.date).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The last day that is more than the first seconds of one: an object of midnight has records of the day that begins.
    pub fn last_day(&self) -> Option<NaiveDate> {
        let mut rows: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        // A damaged time is of a day that is still to come.
        let latest = chrono::Utc::now().date_naive();
        for file in self.flows.files().iter().chain(self.conversations.files()) {
            if let Some(date) = file.date.filter(|date| *date <= latest) {
                *rows.entry(date).or_default() += file.rows().unwrap_or_default();
            }
        }
        let most = rows.values().copied().max()?;
        rows.into_iter().rev().find(|(_, rows)| rows.saturating_mul(100) >= most).map(|(date, _)| date)
    }

    /// The days of which the flows have changed since their conversations and history were made.
    pub fn stale_days(&self) -> Vec<NaiveDate> {
        self.stale().into_iter().flatten().collect()
    }
}

/// The rows of a query as the content of a file.
pub(super) async fn encode(
    form: Form,
    schema: &SchemaRef,
    mut rows: SendableRecordBatchStream,
) -> Result<Encoded, LakeError> {
    let (sender, mut receiver) = mpsc::channel::<RecordBatch>(2);
    let schema = Arc::clone(schema);
    let encoding = tokio::task::spawn_blocking(move || {
        form.encode(std::iter::from_fn(|| receiver.blocking_recv().map(Ok::<_, LakeError>)), &schema)
    });
    while let Some(batch) = rows.next().await {
        // Who no longer takes rows says why below.
        if sender.send(batch?).await.is_err() {
            break;
        }
    }
    drop(sender);
    encoding.await.map_err(|error| exec_datafusion_err!("writing history stopped: {error}"))?
}
