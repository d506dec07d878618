//! A predicate evaluated while scanning: its columns are made first, the others only for the rows that are left.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column as ColumnExpr, Literal};
use datafusion::physical_expr::utils::{collect_columns, reassign_expr_columns};
use datafusion::physical_plan::ColumnarValue;

/// A predicate over some columns of one object.
#[derive(Debug, Clone)]
pub struct ScanFilter {
    expr: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    /// The file columns it reads, as indices into the file schema, in the order of `schema`.
    pub columns: Vec<usize>,
}

impl ScanFilter {
    /// The predicate `expr`, over the table's schema, for an object with these `key_values`: key columns become
    /// constants, file columns those of a batch that has only them.
    pub fn new(expr: &Arc<dyn PhysicalExpr>, file_schema: &Schema, key_values: &[ScalarValue]) -> Result<Self> {
        let file_width = file_schema.fields().len();
        let mut columns: Vec<usize> =
            collect_columns(expr).iter().map(ColumnExpr::index).filter(|index| *index < file_width).collect();
        columns.sort_unstable();
        columns.dedup();
        let schema = Arc::new(file_schema.project(&columns)?);
        let expr = Arc::clone(expr)
            .transform(|node| match node.downcast_ref::<ColumnExpr>() {
                Some(column) if column.index() >= file_width => {
                    let value = key_values[column.index() - file_width].clone();
                    Ok(Transformed::yes(Arc::new(Literal::new(value)) as Arc<dyn PhysicalExpr>))
                }
                _ => Ok(Transformed::no(node)),
            })
            .data()?;
        Ok(ScanFilter { expr: reassign_expr_columns(expr, &schema)?, schema, columns })
    }

    /// Which of `rows` rows with these column values pass; NULL does not.
    pub fn evaluate(&self, values: Vec<ArrayRef>, rows: usize) -> Result<BooleanArray> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), values, &options)?;
        let passed = match self.expr.evaluate(&batch)? {
            ColumnarValue::Array(array) => array,
            scalar => scalar.into_array(rows)?,
        };
        let Some(passed) = passed.as_boolean_opt() else {
            return exec_err!("a filter gave {} instead of true or false", passed.data_type());
        };
        Ok(if passed.null_count() == 0 { passed.clone() } else { arrow::compute::prep_null_mask_filter(passed) })
    }
}
