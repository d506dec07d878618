//! Which columns objects have, told by the first kilobytes of some of them.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use flate2::read::MultiGzDecoder;
use futures::stream::{self, StreamExt};
use object_store::{ObjectStore, ObjectStoreExt};

use super::coverage::ObjectNote;
use super::opener::ReadError;
use super::parquet_object::{self, ObjectReader};
use super::plan::ReadOptions;
use super::schema::FoundColumns;
use super::table::TableError;
use crate::format::field::field_type;
use crate::format::{Foreign, Form, HEAD_BYTES, Layout, is_gzip, recognise};
use crate::limits::HEADS_AT_ONCE;
use crate::store::{FlowObject, ObjectKey, Objects};

/// The columns of `object`; the inner error says why it is no flow log.
pub(super) async fn find_columns(
    store: &Arc<dyn ObjectStore>,
    object: &FlowObject,
    log_format: Option<&Layout>,
) -> Result<Result<FoundColumns, Foreign>, ReadError> {
    let mut found = FoundColumns::default();
    if object.meta.size == 0 {
        return Ok(Err(Foreign::Empty));
    }
    let head = store.get_range(&object.meta.location, 0..object.meta.size.min(HEAD_BYTES as u64)).await?;
    let inflated;
    let text: &[u8] = if is_gzip(&head) {
        inflated = inflate_head(&head);
        &inflated
    } else {
        &head
    };
    match recognise(text, log_format) {
        Form::Foreign(reason) => Ok(Err(reason)),
        Form::Parquet => {
            let builder = parquet_object::open(ObjectReader::new(Arc::clone(store), object.meta.clone())).await?;
            Ok(parquet_object::columns(&builder).map(|names| {
                names.iter().for_each(|name| found.add_column(name, field_type(name)));
                found
            }))
        }
        form => {
            if let Some(layout) = form.layout() {
                found.add(layout);
            }
            Ok(Ok(found))
        }
    }
}

/// Objects that are named where there is nothing to read.
const NOTES_OF_NOTHING: usize = 3;

/// Objects of one flow log share a format, so the first readable one of each speaks for the others.
pub(super) async fn find_all_columns(
    listed: &Objects,
    read: &ReadOptions,
    runtime: &RuntimeEnv,
) -> Result<FoundColumns, TableError> {
    let mut found = FoundColumns::default();
    let mut is_any_foreign = listed.objects.is_empty() && listed.unreadable.is_empty();
    let unreadable = listed.unreadable.iter();
    let mut notes: Vec<_> =
        unreadable.map(|(object, note)| ObjectNote { object: object.clone(), note: note.clone() }).collect();
    let mut waiting = worth_a_look(&listed.objects);
    let looked_at = waiting.len() + listed.unreadable.len();
    while !waiting.is_empty() {
        // The first of each flow log, and all whose names don't tell; if one tells nothing, the flow log's next.
        let mut asked = HashSet::new();
        let (first, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|object| flow_log(object).is_none_or(|flow_log| asked.insert(flow_log)));
        let heads = stream::iter(first).map(|object| async move {
            let columns = match runtime.object_store(&object.store) {
                Ok(store) => find_columns(&store, object, read.log_format.as_ref()).await,
                Err(error) => return Err(error),
            };
            Ok((object, columns))
        });
        let mut heads = heads.buffered(HEADS_AT_ONCE);
        let mut done = HashSet::new();
        while let Some(head) = heads.next().await {
            let (object, columns) = head?;
            let note = match columns {
                Ok(Ok(columns)) => {
                    found.merge(columns);
                    done.extend(flow_log(object));
                    continue;
                }
                Ok(Err(reason)) => {
                    is_any_foreign = true;
                    reason.to_string()
                }
                Err(error) => error.to_string(),
            };
            notes.push(ObjectNote { object: object.name.clone(), note });
        }
        waiting = rest;
        waiting.retain(|object| flow_log(object).is_some_and(|flow_log| !done.contains(&flow_log)));
    }
    if found.is_empty() {
        notes.truncate(NOTES_OF_NOTHING);
        let count = listed.objects.len() + listed.unreadable.len();
        return Err(match is_any_foreign {
            true => TableError::NoFlowLogs { count, looked_at, notes },
            false => TableError::NothingRead { count, looked_at, notes },
        });
    }
    Ok(found)
}

/// The flow log that an object's key names.
fn flow_log(object: &FlowObject) -> Option<(Option<String>, Option<String>, String)> {
    let ObjectKey { account, region, flow_log_id, .. } = object.key.clone();
    flow_log_id.map(|id| (account, region, id))
}

/// The objects to look at until one of each flow log tells its columns: the first ones, then ever fewer, and the last, so
/// that where all are forbidden not all are asked for.
fn worth_a_look(objects: &[FlowObject]) -> Vec<&FlowObject> {
    let mut counts: HashMap<_, usize> = HashMap::new();
    for id in objects.iter().filter_map(flow_log) {
        *counts.entry(id).or_default() += 1;
    }
    // For each flow log how many of its objects were met, and the number of the next to look at.
    let mut met: HashMap<_, (usize, usize)> = HashMap::new();
    let is_worth_it = |object: &&FlowObject| -> bool {
        let Some(id) = flow_log(object) else { return true };
        let count = counts.get(&id).copied().unwrap_or_default();
        let (number, next) = met.entry(id).or_default();
        *number += 1;
        let is_next = *number > *next;
        if is_next {
            *next += 1 + *next / 4;
        }
        is_next || *number == count
    };
    objects.iter().filter(is_worth_it).collect()
}

/// As much text as the first bytes of a gzip object give. They may end in the middle of a member, and a damaged object
/// in the middle of its header: only whole lines count, unless the text is complete.
fn inflate_head(head: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    let mut decoder = MultiGzDecoder::new(head);
    while text.len() < HEAD_BYTES {
        match decoder.read(&mut buffer) {
            Ok(0) => return text,
            Ok(read) => text.extend_from_slice(&buffer[..read]),
            Err(_) => break,
        }
    }
    text.truncate(memchr::memrchr(b'\n', &text).map_or(0, |newline| newline + 1));
    text
}
