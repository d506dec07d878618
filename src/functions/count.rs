//! `count` whose `count(DISTINCT text)` by group takes the memory of what it counts: the engine's own makes a hash table for
//! every group, which for sixty thousand ports took gigabytes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StringViewArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{HashMap, HashSet, ScalarValue};
use datafusion::error::Result;
use datafusion::functions_aggregate::count::Count;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature, StatisticsArgs,
};

/// The function that takes the place of the engine's `count`.
pub(super) fn function() -> AggregateUDF {
    LeanCount(Count::new()).into()
}

/// The engine's `count`, with an accumulator of ours for distinct text.
#[derive(Debug, PartialEq, Eq, Hash)]
struct LeanCount(Count);

fn is_distinct_text(args: &AccumulatorArgs) -> bool {
    args.is_distinct && args.exprs.len() == 1 && *args.expr_fields[0].data_type() == DataType::Utf8View
}

impl AggregateUDFImpl for LeanCount {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }

    fn is_nullable(&self) -> bool {
        self.0.is_nullable()
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.0.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.0.accumulator(args)
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.0.create_sliding_accumulator(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        is_distinct_text(&args) || self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        if is_distinct_text(&args) {
            return Ok(Box::new(DistinctTexts::default()));
        }
        self.0.create_groups_accumulator(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.0.reverse_expr()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.0.default_value(data_type)
    }

    fn value_from_stats(&self, statistics: &StatisticsArgs) -> Option<ScalarValue> {
        self.0.value_from_stats(statistics)
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.0.set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}

/// The distinct texts of all groups: each text is kept once and has a number, and of each group the numbers are kept.
#[derive(Debug, Default)]
struct DistinctTexts {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// Bytes of the texts.
    bytes: usize,
    seen: HashSet<(usize, u32)>,
    counts: Vec<i64>,
}

impl DistinctTexts {
    fn insert(&mut self, group: usize, text: &str) {
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let (text, number) = (Arc::<str>::from(text), self.texts.len() as u32);
                self.bytes += text.len();
                self.numbers.insert(Arc::clone(&text), number);
                self.texts.push(text);
                number
            }
        };
        if self.seen.insert((group, number)) {
            self.counts[group] += 1;
        }
    }

    /// Gives up the first groups, and returns their pairs.
    fn take(&mut self, emit_to: EmitTo) -> Vec<(usize, u32)> {
        match emit_to {
            EmitTo::All => self.seen.drain().collect(),
            EmitTo::First(groups) => {
                let (taken, left): (Vec<_>, Vec<_>) = self.seen.drain().partition(|(group, _)| *group < groups);
                self.seen.extend(left.into_iter().map(|(group, number)| (group - groups, number)));
                taken
            }
        }
    }
}

impl GroupsAccumulator for DistinctTexts {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.counts.resize(total, 0);
        let is_counted = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        for (row, text) in values[0].as_string_view().iter().enumerate() {
            if let Some(text) = text.filter(|_| is_counted(row)) {
                self.insert(groups[row], text);
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.counts.resize(total, 0);
        let lists = states[0].as_list::<i32>();
        let texts = lists.values().as_string_view();
        for (row, group) in groups.iter().enumerate() {
            for index in lists.value_offsets()[row]..lists.value_offsets()[row + 1] {
                self.insert(*group, texts.value(index as usize));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.take(emit_to);
        Ok(Arc::new(Int64Array::from(emit_to.take_needed(&mut self.counts))))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut pairs = self.take(emit_to);
        pairs.sort_unstable();
        let counts = emit_to.take_needed(&mut self.counts);
        let texts: StringViewArray = pairs.iter().map(|(_, number)| Some(&*self.texts[*number as usize])).collect();
        let lengths = OffsetBuffer::from_lengths(counts.into_iter().map(|count| count as usize));
        Ok(vec![Arc::new(ListArray::try_new(item(), lengths, Arc::new(texts), None)?)])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_string_view();
        let is_counted =
            |row: usize| values.is_valid(row) && filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        let counted: BooleanArray = (0..values.len()).map(|row| Some(is_counted(row))).collect();
        let lengths = OffsetBuffer::from_lengths(counted.values().iter().map(usize::from));
        let texts = arrow::compute::filter(values, &counted)?;
        Ok(vec![Arc::new(ListArray::try_new(item(), lengths, texts, None)?)])
    }

    fn size(&self) -> usize {
        // A text's allocation has two counters before it; a hash table has a byte of its own for each place.
        let texts = self.bytes + self.texts.len() * 2 * size_of::<usize>();
        let places = self.texts.capacity() * size_of::<Arc<str>>()
            + self.numbers.capacity() * (size_of::<(Arc<str>, u32)>() + 1)
            + self.seen.capacity() * (size_of::<(usize, u32)>() + 1);
        texts + places + self.counts.capacity() * size_of::<i64>()
    }
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8View, true))
}
