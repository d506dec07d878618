//! `examples`: some of what a number stands for, for people who must act on it.

use std::collections::BTreeSet;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, DocSection, Documentation, Signature, Volatility,
};

/// How many are named.
const MOST: usize = 10;

/// Stands between the values on their way; a line with it is malformed, so that no text of a log has it.
const SEPARATOR: &str = "\u{1f}";

/// The aggregate function.
pub(super) fn function() -> AggregateUDF {
    let section = DocSection { include: true, label: "Flow log functions", description: None };
    let meaning =
        "Up to ten of the distinct values, the least ones in order, between commas; NULL where there is none.";
    let documentation = Documentation::builder(section, meaning, "examples(value)")
        .with_sql_example("SELECT examples(dstport) FROM flows;")
        .with_argument("value", "Numbers or texts.")
        .build();
    Examples { signature: Signature::any(1, Volatility::Immutable), documentation }.into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Examples {
    signature: Signature,
    documentation: Documentation,
}

impl AggregateUDFImpl for Examples {
    fn name(&self) -> &str {
        "examples"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Least::default()))
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Field::new("examples", DataType::Utf8, true).into()])
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The least values: numbers by their size, before texts.
#[derive(Debug, Default)]
struct Least(BTreeSet<(u64, String)>);

impl Least {
    fn add(&mut self, text: &str) {
        let entry = (text.parse().unwrap_or(u64::MAX), text);
        // Most are none of the least, and cost nothing more.
        if self.0.len() == MOST && self.0.last().is_some_and(|(number, last)| entry >= (*number, last.as_str())) {
            return;
        }
        self.0.insert((entry.0, entry.1.to_owned()));
        if self.0.len() > MOST {
            self.0.pop_last();
        }
    }

    fn joined(&self, separator: &str) -> Option<String> {
        let texts: Vec<&str> = self.0.iter().map(|(_, text)| text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join(separator))
    }
}

impl Accumulator for Least {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let texts = cast(&values[0], &DataType::Utf8View)?;
        texts.as_string_view().iter().flatten().for_each(|text| self.add(text));
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let states = states[0].as_string::<i32>().iter().flatten();
        states.flat_map(|state| state.split(SEPARATOR)).for_each(|text| self.add(text));
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Utf8(self.joined(SEPARATOR))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Utf8(self.joined(", ")))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.iter().map(|(_, text)| text.len() + size_of::<(u64, String)>()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_are_named_in_order() {
        let mut least = Least::default();
        assert_eq!(least.joined(", "), None);
        for number in (1..=30).rev() {
            least.add(&(number * 100).to_string());
        }
        assert_eq!(least.joined(", ").as_deref(), Some("100, 200, 300, 400, 500, 600, 700, 800, 900, 1000"));
        least.add("10.0.0.1");
        least.add("22");
        assert_eq!(least.joined(", ").as_deref(), Some("22, 100, 200, 300, 400, 500, 600, 700, 800, 900"));
    }
}
