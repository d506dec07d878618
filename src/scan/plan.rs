//! What a scan does with every object: which columns, which predicate, which limits, and where it keeps account.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::physical_expr::PhysicalExpr;

use super::cache::DecodedObjects;
use super::coverage::Coverage;
use super::filter::ScanFilter;
use crate::format::{Column, Layout};

/// How objects are read, whatever is asked of them.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The format of lines without a header (`--log-format`).
    pub log_format: Option<Layout>,
    /// The largest object, inflated, in bytes.
    pub max_object_bytes: usize,
    /// Whether a malformed line or value, or an object that can't be read, ends the query (`--strict`).
    pub strict: bool,
    /// What keeps decoded columns for later questions, if anything does.
    pub cache: Option<Arc<DecodedObjects>>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { log_format: None, max_object_bytes: crate::limits::MAX_OBJECT_BYTES, strict: false, cache: None }
    }
}

/// One scan's work on each object.
#[derive(Debug, Clone)]
pub(super) struct ScanPlan {
    /// How the file columns are made.
    pub(super) columns: Arc<[Column]>,
    /// The schema of the file columns.
    pub(super) file_schema: SchemaRef,
    /// The file columns to give out, as indices into `columns`.
    pub(super) projection: Vec<usize>,
    pub(super) projected_schema: SchemaRef,
    /// The predicate, over the table's schema.
    pub(super) predicate: Option<Arc<dyn PhysicalExpr>>,
    pub(super) batch_rows: usize,
    pub(super) read: ReadOptions,
    pub(super) coverage: Arc<Coverage>,
    pub(super) memory: Arc<dyn MemoryPool>,
}

impl ScanPlan {
    /// The predicate for one object, whose key says `key_values`.
    pub(super) fn filter(&self, key_values: &[ScalarValue]) -> Result<Option<ScanFilter>> {
        self.predicate.as_ref().map(|expr| ScanFilter::new(expr, &self.file_schema, key_values)).transpose()
    }

    /// Whether what is kept of an object will do: not where each is to be looked at as it is.
    pub(super) fn is_kept(&self) -> bool {
        self.read.cache.is_some() && !self.read.strict && !self.coverage.wants_digests()
    }

    /// The SQL names of the fields of some columns.
    pub(super) fn sources(&self, columns: &[usize]) -> Arc<[String]> {
        columns.iter().map(|index| self.columns[*index].source().to_owned()).collect()
    }

    /// A batch of the projected columns.
    pub(super) fn batch(&self, values: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.projected_schema), values, &options)?)
    }
}
