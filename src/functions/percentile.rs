//! `percentile_cont` as exact as its numbers are: the engine cuts the place between two values off at its sixth decimal.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::percentile_cont::PercentileCont;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, Signature,
};
use datafusion::physical_expr::expressions::Literal;

/// The function that takes the place of the engine's.
pub(super) fn function() -> AggregateUDF {
    ExactPercentile(PercentileCont::new()).into()
}

/// The engine's function, which keeps all values; what they make is computed here.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ExactPercentile(PercentileCont);

impl AggregateUDFImpl for ExactPercentile {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn aliases(&self) -> &[String] {
        self.0.aliases()
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
        let (place, is_distinct) = (place(&args), args.is_distinct);
        let values = self.0.accumulator(args)?;
        Ok(match place {
            Some(place) => Box::new(Values { values, place, is_distinct }),
            None => values,
        })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let place = place(&args);
        let values = self.0.create_groups_accumulator(args)?;
        Ok(match place {
            Some(place) => Box::new(Groups { values, place }),
            None => values,
        })
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        self.0.simplify()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.0.supports_within_group_clause()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}

/// The place that is asked for, from 0 to 1 as values ascend; the engine refuses what is none.
fn place(args: &AccumulatorArgs) -> Option<f64> {
    let literal = args.exprs.get(1)?.downcast_ref::<Literal>()?;
    let place = match literal.value() {
        ScalarValue::Float64(Some(place)) => *place,
        ScalarValue::Float32(Some(place)) => f64::from(*place),
        _ => return None,
    };
    // Of nothing but NULL the engine makes NULL.
    let is_of_null = args.expr_fields.first().is_none_or(|field| field.data_type().is_null());
    let is_descending = args.order_bys.first().is_some_and(|by| by.options.descending);
    (!is_of_null).then_some(if is_descending { 1.0 - place } else { place })
}

/// The value at a place, between two of them where it lies there.
fn percentile(values: &ArrayRef, place: f64) -> Result<Option<f64>> {
    let values = cast(values, &DataType::Float64)?;
    let mut values: Vec<f64> = values.as_primitive::<Float64Type>().iter().flatten().collect();
    let Some(last) = values.len().checked_sub(1) else { return Ok(None) };
    let at = place * last as f64;
    let below = at.floor() as usize;
    let (_, lower, above) = values.select_nth_unstable_by(below.min(last), f64::total_cmp);
    let lower = *lower;
    let part = at - at.floor();
    let upper =
        above.iter().copied().reduce(|least, value| if value.total_cmp(&least).is_lt() { value } else { least });
    Ok(Some(match upper {
        Some(upper) if part > 0.0 => lower + (upper - lower) * part,
        _ => lower,
    }))
}

/// The values of one group, or of a window.
#[derive(Debug)]
struct Values {
    values: Box<dyn Accumulator>,
    place: f64,
    is_distinct: bool,
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.values.update_batch(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.values.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        self.values.supports_retract_batch()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.values.merge_batch(states)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let state = self.values.state()?;
        let Some(ScalarValue::List(list)) = state.first() else { return self.values.evaluate() };
        let values = list.value(0);
        let found = ScalarValue::Float64(percentile(&values, self.place)?).cast_to(values.data_type())?;
        // The values were given away, but for distinct ones; a window asks again.
        if !self.is_distinct {
            self.values.update_batch(&[values])?;
        }
        Ok(found)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.values.state()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.size()
    }
}

/// The values of many groups.
struct Groups {
    values: Box<dyn GroupsAccumulator>,
    place: f64,
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.values.update_batch(values, groups, filter, total)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.values.merge_batch(states, groups, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.values.state(emit_to)?;
        let lists = states[0].as_list::<i32>();
        let found = lists.iter().map(|values| values.map_or(Ok(None), |values| percentile(&values, self.place)));
        let found = Arc::new(found.collect::<Result<Float64Array>>()?);
        Ok(cast(&(found as ArrayRef), &lists.value_type())?)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.values.state(emit_to)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.values.convert_to_state(values, filter)
    }

    fn size(&self) -> usize {
        self.values.size()
    }
}
