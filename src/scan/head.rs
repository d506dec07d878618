//! Which columns an object has, told by its first kilobytes.

use std::io::Read;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use object_store::{ObjectStore, ObjectStoreExt};

use super::opener::ReadError;
use super::parquet_object::{self, ObjectReader};
use super::schema::FoundColumns;
use crate::format::field::field_type;
use crate::format::{Foreign, Form, HEAD_BYTES, Layout, is_gzip, recognise};
use crate::store::FlowObject;

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
