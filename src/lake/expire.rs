//! Old days go. What became of their objects stays on record: they do not come in again.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::status::Files;
use super::table::{Change, Committed, DataFile, Table};
use super::{Lake, LakeError};
use crate::limits::LAKE_TRIES;

/// What was dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expired {
    /// Days of records.
    pub flow_days: usize,
    /// Files of these.
    pub flows: Files,
    /// Days of conversations.
    pub conversation_days: usize,
    /// Files of these.
    pub conversations: Files,
}

impl Lake {
    /// Drops the records of days before `flows_from`, and the conversations and history of those before `conversations_from`. The
    /// files themselves go with [`Lake::compact`], when nobody can be reading them any more.
    ///
    /// # Errors
    /// When a log can't be read or written.
    pub async fn expire(
        &mut self,
        flows_from: Option<NaiveDate>,
        conversations_from: Option<NaiveDate>,
    ) -> Result<Expired, LakeError> {
        // What their records are kept for would be made of them anew.
        let kept = self.flows.files().iter().filter_map(|file| file.date);
        let first_kept = kept.filter(|day| flows_from.is_none_or(|from| *day >= from)).min();
        if let Some((first, _)) = first_kept.zip(conversations_from).filter(|(first, from)| first < from) {
            return Err(LakeError::RecordsKept { name: self.place.name.clone(), first });
        }
        let mut expired = Expired::default();
        if let Some(from) = flows_from {
            // What is not rolled up would be lost with the records.
            if let Some(first) = self.stale_days().into_iter().find(|day| *day < from) {
                return Err(LakeError::Stale { name: self.place.name.clone(), first });
            }
            (expired.flow_days, expired.flows) = drop_before(&mut self.flows, from, true).await?;
        }
        if let Some(from) = conversations_from {
            (expired.conversation_days, expired.conversations) =
                drop_before(&mut self.conversations, from, false).await?;
            for table in &mut self.history {
                drop_before(table, from, false).await?;
            }
        }
        Ok(expired)
    }
}

async fn drop_before(table: &mut Table, from: NaiveDate, is_noted: bool) -> Result<(usize, Files), LakeError> {
    for _ in 0..LAKE_TRIES {
        let is_old = |file: &&DataFile| file.date.is_some_and(|date| date < from);
        let remove: Vec<DataFile> = table.files().iter().filter(is_old).cloned().collect();
        let days = remove.iter().filter_map(|file| file.date).collect::<BTreeSet<_>>().len();
        let files = Files { number: remove.len() as u64, bytes: remove.iter().map(|file| file.bytes).sum() };
        let is_later = table.expired().is_none_or(|before| from > before);
        if remove.is_empty() && !(is_noted && is_later) {
            return Ok((0, Files::default()));
        }
        let change = Change { remove, expired: (is_noted && is_later).then_some(from), ..Change::default() };
        if table.commit(change).await? == Committed::Yes {
            return Ok((days, files));
        }
    }
    Err(LakeError::Overtaken { name: table.place.name.clone(), tries: LAKE_TRIES })
}
