//! `sum` of whole numbers that fails where the engine's own would wrap around: two damaged lines with enormous byte
//! counts must not make a total negative.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{ScalarValue, exec_err};
use datafusion::error::Result;
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::prim_op::PrimitiveGroupsAccumulator;

/// The function that takes the place of the engine's `sum`.
pub(super) fn function() -> AggregateUDF {
    CheckedSum(Sum::new()).into()
}

/// The engine's `sum`, with accumulators of ours for whole numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedSum(Sum);

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.0.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if may_wrap(&args) { Ok(Box::new(WideSum::default())) } else { self.0.accumulator(args) }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if may_wrap(&args) { Ok(Box::new(WideSum::default())) } else { self.0.create_sliding_accumulator(args) }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        if !may_wrap(&args) {
            return self.0.create_groups_accumulator(args);
        }
        let too_large = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&too_large);
        let add = move |sum: &mut i64, value| match sum.checked_add(value) {
            Some(larger) => *sum = larger,
            None => seen.store(true, Ordering::Relaxed),
        };
        let sums = Box::new(PrimitiveGroupsAccumulator::<Int64Type, _>::new(&DataType::Int64, add));
        Ok(Box::new(CheckedGroups { sums, too_large }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.0.reverse_expr()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.0.order_sensitivity()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}

/// Whether this is a sum of whole numbers; other kinds grow no larger than their type, or less exact.
fn may_wrap(args: &AccumulatorArgs) -> bool {
    *args.return_field.data_type() == DataType::Int64 && !args.is_distinct
}

fn too_large<T>() -> Result<T> {
    exec_err!("a sum is too large for a 64-bit integer; write sum(CAST(… AS DECIMAL(38, 0)))")
}

/// One sum, kept in twice the width: with no group, and of a window, where values leave again.
#[derive(Debug, Default)]
struct WideSum {
    sum: i128,
    /// Values in the sum that are not NULL; the sum of none is NULL.
    values: usize,
}

impl WideSum {
    fn of(values: &[ArrayRef]) -> Self {
        let values = values[0].as_primitive::<Int64Type>();
        WideSum { sum: values.iter().flatten().map(i128::from).sum(), values: values.len() - values.null_count() }
    }
}

impl Accumulator for WideSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let entering = WideSum::of(values);
        self.sum += entering.sum;
        self.values += entering.values;
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let leaving = WideSum::of(values);
        self.sum -= leaving.sum;
        self.values -= leaving.values;
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match (self.values, i64::try_from(self.sum)) {
            (0, _) => Ok(ScalarValue::Int64(None)),
            (_, Ok(sum)) => Ok(ScalarValue::Int64(Some(sum))),
            (_, Err(_)) => too_large(),
        }
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// Sums by group whose addition notes when one became too large.
struct CheckedGroups {
    sums: Box<dyn GroupsAccumulator>,
    too_large: Arc<AtomicBool>,
}

impl CheckedGroups {
    fn check(&self) -> Result<()> {
        if self.too_large.load(Ordering::Relaxed) { too_large() } else { Ok(()) }
    }
}

impl GroupsAccumulator for CheckedGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.sums.update_batch(values, groups, filter, total)?;
        self.check()
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.sums.merge_batch(states, groups, total)?;
        self.check()
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.sums.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.sums.state(emit_to)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.sums.convert_to_state(values, filter)
    }

    fn size(&self) -> usize {
        self.sums.size()
    }
}
