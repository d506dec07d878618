//! Functions of DataFusion that make much of little: `repeat('x', 1000000000)` is a gigabyte in one call, which no memory
//! pool knows of and nobody can stop. What they would make of a batch is reckoned before they make it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::compute::kernels::length::length;
use arrow::datatypes::{
    DataType, FieldRef, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use bytesize::ByteSize;
use datafusion::common::{Result, exec_err};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};
use datafusion::scalar::ScalarValue;

use crate::limits::FUNCTION_BYTES;

/// What an item of a list takes beside its text, in bytes.
const ITEM_BYTES: f64 = 8.0;

const DAY_MICROSECONDS: f64 = 86_400e6;

/// How much they make of what they are given.
const GROWING: [(&str, Growth); 9] = [
    ("repeat", Growth::Repeated),
    ("lpad", Growth::Padded),
    ("rpad", Growth::Padded),
    ("replace", Growth::Replaced),
    ("regexp_replace", Growth::ReplacedAnywhere),
    ("range", Growth::Range),
    ("generate_series", Growth::Range),
    ("array_repeat", Growth::RepeatedItem),
    ("array_resize", Growth::Resized),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Growth {
    /// A text, so many times.
    Repeated,
    /// A text, as long as this.
    Padded,
    /// A text, with something else where something stands in it.
    Replaced,
    /// A text, with something else where a pattern is, which may be between any two characters.
    ReplacedAnywhere,
    /// All numbers or times from one to another.
    Range,
    /// A value, so many times.
    RepeatedItem,
    /// A list, as long as this.
    Resized,
}

/// Puts them in the place of DataFusion's.
///
/// # Errors
/// DataFusion's.
pub(super) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for (name, growth) in GROWING {
        let inner = registry.udf(name)?;
        registry.register_udf(Arc::new(ScalarUDF::new_from_impl(Bounded { inner: of(inner), growth })))?;
    }
    Ok(())
}

/// DataFusion's own, where a session was made of another and has ours.
fn of(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    match (function.inner().as_ref() as &dyn std::any::Any).downcast_ref::<Bounded>() {
        Some(bounded) => Arc::clone(&bounded.inner),
        None => function,
    }
}

/// A function whose answers are no larger than may be.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.inner.inner().return_type(kinds)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(kinds)
    }

    fn simplify(&self, args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, context)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let bytes = self.growth.bytes(&args.args, args.number_rows)?;
        if bytes > FUNCTION_BYTES as f64 {
            return exec_err!(
                "{}() would make {} of {} rows at once, and {} are taken: make smaller texts and lists",
                self.name(),
                ByteSize::b(bytes as u64),
                args.number_rows,
                ByteSize::b(FUNCTION_BYTES as u64)
            );
        }
        self.inner.invoke_with_args(args)
    }
}

impl Growth {
    /// What is made of some rows, in bytes, at most.
    fn bytes(self, args: &[ColumnarValue], rows: usize) -> Result<f64> {
        let sum = |of_row: &dyn Fn(usize) -> f64| {
            // What is one value for all rows is computed once.
            let is_scalar = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
            (0..if is_scalar { 1 } else { rows }).map(of_row).sum::<f64>()
        };
        let length = |place: usize| Numbers::of_lengths(args.get(place));
        let number = |place: usize| Numbers::of_values(args.get(place));
        Ok(match self {
            Growth::Repeated => {
                let (text, times) = (length(0)?, number(1)?);
                sum(&|row| text.get(row) * times.count(row))
            }
            Growth::Padded => {
                let (text, characters) = (length(0)?, number(1)?);
                sum(&|row| text.get(row).max(characters.count(row)))
            }
            Growth::Replaced | Growth::ReplacedAnywhere => {
                let (text, from, to) = (length(0)?, length(1)?, length(2)?);
                let least = |row| if self == Growth::Replaced { from.get(row).max(1.0) } else { 1.0 };
                sum(&|row| text.get(row) + (text.get(row) / least(row) + 1.0) * to.get(row))
            }
            Growth::Range => {
                let (start, stop, step) = match args.get(1) {
                    Some(_) => (number(0)?, number(1)?, number(2)?),
                    None => (Numbers::NONE, number(0)?, Numbers::NONE),
                };
                sum(&|row| {
                    let step = Some(step.get(row).abs()).filter(|step| *step > 0.0).unwrap_or(1.0);
                    ((stop.get(row) - start.get(row)).abs() / step + 1.0) * ITEM_BYTES
                })
            }
            Growth::RepeatedItem => {
                let (item, times) = (length(0)?, number(1)?);
                sum(&|row| (item.get(row) + ITEM_BYTES) * times.count(row))
            }
            Growth::Resized => {
                let (items, fill) = (number(1)?, length(2)?);
                sum(&|row| (fill.get(row) + ITEM_BYTES) * items.count(row))
            }
        })
    }
}

/// A number for each row, or one for all; where there is none it is 0.
struct Numbers {
    values: Option<Float64Array>,
    is_scalar: bool,
}

impl Numbers {
    const NONE: Numbers = Numbers { values: None, is_scalar: true };

    /// The values of whole numbers; of times, dates and spans the microseconds.
    fn of_values(arg: Option<&ColumnarValue>) -> Result<Self> {
        Numbers::of(arg, |array| match array.data_type() {
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => {
                let times = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
                Ok(Some(cast(&times, &DataType::Int64)?))
            }
            DataType::Interval(_) => {
                let spans = cast(array, &DataType::Interval(IntervalUnit::MonthDayNano))?;
                let microseconds = |span: IntervalMonthDayNano| {
                    (f64::from(span.months) * 30.0 + f64::from(span.days)) * DAY_MICROSECONDS
                        + span.nanoseconds as f64 / 1000.0
                };
                let spans = spans.as_primitive::<IntervalMonthDayNanoType>();
                Ok(Some(Arc::new(spans.unary::<_, Float64Type>(microseconds))))
            }
            kind if kind.is_integer() => Ok(Some(Arc::clone(array))),
            _ => Ok(None),
        })
    }

    /// The bytes of texts, and the items of lists.
    fn of_lengths(arg: Option<&ColumnarValue>) -> Result<Self> {
        Numbers::of(arg, |array| match array.data_type() {
            kind if kind.is_string() || kind.is_list() || kind.is_binary() => Ok(Some(length(array)?)),
            _ => Ok(None),
        })
    }

    fn of(arg: Option<&ColumnarValue>, numbers: impl Fn(&ArrayRef) -> Result<Option<ArrayRef>>) -> Result<Self> {
        let (array, is_scalar) = match arg {
            None | Some(ColumnarValue::Scalar(ScalarValue::Null)) => return Ok(Numbers::NONE),
            Some(ColumnarValue::Scalar(value)) => (value.to_array()?, true),
            Some(ColumnarValue::Array(array)) => (Arc::clone(array), false),
        };
        let Some(numbers) = numbers(&array)? else { return Ok(Numbers::NONE) };
        let numbers = cast(&numbers, &DataType::Float64)?;
        Ok(Numbers { values: Some(numbers.as_primitive::<Float64Type>().clone()), is_scalar })
    }

    fn get(&self, row: usize) -> f64 {
        let row = if self.is_scalar { 0 } else { row };
        let value = self.values.as_ref().filter(|values| row < values.len() && values.is_valid(row));
        value.map_or(0.0, |values| values.value(row))
    }

    /// How often something is wanted; less than none is none.
    fn count(&self, row: usize) -> f64 {
        self.get(row).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::session::{Session, SessionOptions};

    /// What an expression is over three rows, of which n is 1, 2, 3; or what is said of it.
    async fn asked(expression: &str) -> String {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        // A session for steps has the functions of another, and its own.
        let session = session.for_steps(1).expect("a session");
        let sql = format!("SELECT sum(length({expression})) FROM generate_series(1, 3) AS t(n)");
        let frame = session.sql(&sql).await;
        let rows = match frame {
            Ok(frame) => frame.collect().await,
            Err(problem) => return problem.to_string(),
        };
        match rows {
            Ok(rows) => arrow::util::display::array_value_to_string(rows[0].column(0), 0).expect("a value"),
            Err(problem) => problem.to_string(),
        }
    }

    #[tokio::test]
    async fn what_would_be_too_much_is_not_begun() {
        for expression in [
            "repeat('x', 1000000000)",
            "repeat('x', n * 100000000)",
            "lpad('x', 1000000000, 'y')",
            "rpad('x', n * 100000000)",
            "replace(repeat('x', n * 10000), 'x', repeat('y', 10000))",
            "regexp_replace(repeat('x', n * 10000), '', repeat('y', 10000), 'g')",
            "array_to_string(range(n, 1000000000), ',')",
            "array_to_string(generate_series(0, -1000000000, -n), ',')",
            "array_to_string(range(DATE '0001-01-01', DATE '9999-01-01', INTERVAL '1' SECOND), ',')",
            "array_to_string(range(TIMESTAMP '2000-01-01', TIMESTAMP '2000-01-02', INTERVAL '1' NANOSECOND), ',')",
            "array_to_string(array_repeat(n, 1000000000), ',')",
            "array_to_string(array_resize([n], 1000000000, n), ',')",
        ] {
            let said = asked(expression).await;
            assert!(said.contains("make smaller texts and lists"), "{expression}: {said}");
        }
    }

    #[tokio::test]
    async fn the_rest_is_what_it_was() {
        for (expression, length) in [
            ("repeat('x', n * 1000)", "6000"),
            ("repeat('x', -n)", "0"),
            ("lpad('x', n, 'y')", "6"),
            ("rpad('abc', 2)", "6"),
            ("replace('a-b-c', '-', '::')", "21"),
            ("regexp_replace('a1b2', '[0-9]', '##', 'g')", "18"),
            ("array_to_string(range(n, 5), '')", "9"),
            ("array_to_string(generate_series(100000000000, 0, -50000000000), '')", "72"),
            ("array_to_string(range(DATE '2026-01-01', DATE '2026-01-03', INTERVAL '1' DAY), '')", "60"),
            ("array_to_string(array_repeat(n, 3), '')", "9"),
            ("array_to_string(list_repeat(n, 3), '')", "9"),
            ("array_to_string(array_resize([n], 2, n), '')", "6"),
        ] {
            assert_eq!(asked(expression).await, length, "{expression}");
        }
    }
}
