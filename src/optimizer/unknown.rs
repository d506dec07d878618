//! What is known of columns, where it is not so.
//!
//! `WHERE protocol = 6 GROUP BY ROLLUP (protocol)` has a row in which protocol is NULL. DataFusion 55.2 takes it for 6 there as
//! well: it leaves an ORDER BY protocol out, and in a CUBE gives a group in several rows, each with a part of the count.
//!
//! Of `SELECT 1 AS k, bytes ... UNION ALL SELECT 2, packets ... ORDER BY k, bytes LIMIT 10` it sorts each part by the bytes, for
//! k is one number there, and has the ten smallest of one part keep those of the others out.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::config::ConfigOptions;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{AcrossPartitions, EquivalenceProperties};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties, replace_children_if_necessary,
};

/// Has what is known of columns before they are grouped in several ways, and of the parts of a union, forgotten.
#[derive(Debug)]
pub(super) struct Forgotten;

impl PhysicalOptimizerRule for Forgotten {
    fn name(&self) -> &str {
        "forgotten"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let is_several = node.downcast_ref::<AggregateExec>().is_some_and(|of| !of.group_expr().is_single());
            let is_union = node.downcast_ref::<UnionExec>().is_some();
            match (is_several, node.children().as_slice()) {
                _ if is_union && has_parts(&node.properties().eq_properties) => {
                    Ok(Transformed::yes(Arc::new(Unknown::new(node))))
                }
                (true, [input]) => {
                    let unknown = Arc::new(Unknown::new(Arc::clone(input)));
                    Ok(Transformed::yes(replace_children_if_necessary(Arc::clone(&node), vec![unknown])?))
                }
                _ => Ok(Transformed::no(node)),
            }
        })
        .data()
    }
}

/// Whether a column has one value in a part of the rows, and another in the next.
fn has_parts(known: &EquivalenceProperties) -> bool {
    known.constants().iter().any(|constant| !matches!(constant.across_partitions, AcrossPartitions::Uniform(Some(_))))
}

/// Rows of which nothing is known but their columns.
#[derive(Debug)]
struct Unknown {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl Unknown {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        let of = input.properties();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            of.partitioning.clone(),
            of.emission_type,
            of.boundedness,
        );
        Unknown { input, properties: Arc::new(properties) }
    }
}

impl DisplayAs for Unknown {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for Unknown {
    fn name(&self) -> &str {
        "UnknownExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match children.pop().filter(|_| children.is_empty()) {
            Some(input) => Ok(Arc::new(Unknown::new(input))),
            None => internal_err!("rows come from one plan"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
