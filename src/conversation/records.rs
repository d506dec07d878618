//! `flows` with every column that the roll-up reads: those that these logs lack are NULL of their type, so that one
//! SQL text serves every format, from version 2 to the latest.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{Expr, ident, lit, when};
use datafusion::physical_plan::PhysicalExpr;

use crate::format::field::{FIELDS, column_name};
use crate::scan::KEY_COLUMNS;
use crate::session::{Session, TABLE_NAMES};

/// The name of the completed table.
pub(super) const NAME: &str = "flow_records";

/// The fields that the roll-up reads, by SQL name.
const READ: [&str; 20] = [
    "account_id",
    "region",
    "vpc_id",
    "interface_id",
    "srcaddr",
    "dstaddr",
    "pkt_srcaddr",
    "pkt_dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "tcp_flags",
    "flow_direction",
    "traffic_path",
    "log_status",
];

/// Registers the completed table over `flows`.
pub(super) async fn register(session: &Session) -> Result<()> {
    let flows = session.context().table(TABLE_NAMES[0]).await?;
    let columns = columns(flows.schema())?;
    session.context().register_table(NAME, flows.select(columns)?.into_view())?;
    Ok(())
}

/// The columns of the completed table, of those that are present.
fn columns(present: &DFSchema) -> Result<Vec<Expr>> {
    let has = |name: &str| present.has_column_with_unqualified_name(name);
    let mut columns =
        schema().fields().iter().map(|field| complete(field, has(field.name()))).collect::<Result<Vec<_>>>()?;
    if !has(TRAFFIC_PATH)
        && has(SERVICE)
        && let Some(path) = columns.iter_mut().find(|column| column.schema_name().to_string() == TRAFFIC_PATH)
    {
        *path = path_to(ident(SERVICE))?;
    }
    Ok(columns)
}

/// Completes batches of `flows` one by one.
pub(super) struct Completion {
    columns: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
}

impl Completion {
    /// Of batches with these columns.
    pub(super) fn new(session: &Session, present: &DFSchema) -> Result<Self> {
        let physical = |column: Expr| session.context().create_physical_expr(column, present);
        let columns = columns(present)?.into_iter().map(physical).collect::<Result<_>>()?;
        Ok(Completion { columns, schema: Arc::new(schema()) })
    }

    /// A batch of the completed table.
    pub(super) fn complete(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let column = |column: &Arc<dyn PhysicalExpr>| column.evaluate(batch)?.into_array(batch.num_rows());
        let columns = self.columns.iter().map(column).collect::<Result<Vec<_>>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

const TRAFFIC_PATH: &str = "traffic_path";
const SERVICE: &str = "pkt_dst_aws_service";

/// The services that have gateway endpoints.
const OF_GATEWAY_ENDPOINTS: [&str; 2] = ["S3", "DYNAMODB"];

/// The path that stands in where the logs tell none but the service: what goes to S3 and DynamoDB is taken for going
/// through a gateway endpoint (7).
fn path_to(service: Expr) -> Result<Expr> {
    let is_of = OF_GATEWAY_ENDPOINTS.map(|name| lit(ScalarValue::Utf8View(Some(name.to_owned())))).to_vec();
    Ok(when(service.in_list(is_of, false), lit(7_i32)).end()?.alias(TRAFFIC_PATH))
}

fn complete(field: &Field, is_present: bool) -> Result<Expr> {
    Ok(match is_present {
        true => ident(field.name()),
        false => lit(ScalarValue::try_from(field.data_type())?).alias(field.name()),
    })
}

fn schema() -> Schema {
    let field = |name: &str| {
        let known = FIELDS.iter().find(|field| column_name(field.name) == name);
        Field::new(name, known.map_or(DataType::Utf8View, |field| field.field_type.arrow_type()), true)
    };
    let mut fields: Vec<Field> = READ.iter().map(|name| field(name)).collect();
    fields.extend(KEY_COLUMNS.iter().filter(|name| **name != "_date").map(|name| field(name)));
    Schema::new(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_the_type_of_the_catalogue() {
        let schema = schema();
        let of = |name| schema.field_with_name(name).map(|field| field.data_type().clone()).ok();
        assert_eq!(of("start"), Some(DataType::Int64));
        assert_eq!(of("tcp_flags"), Some(DataType::Int32));
        assert_eq!(of("_account"), Some(DataType::Utf8View));
        for name in READ {
            assert!(FIELDS.iter().any(|field| column_name(field.name) == name), "{name} is no field");
        }
    }
}
