//! A result as a picture: bars, lines over time, a histogram; on a terminal or in a file.
//!
//! What is drawn is chosen once, here; the terminal and the files draw the same.

mod axis;
mod file;
mod panel;
mod terminal;

pub(crate) use panel::{bars as panel_bars, lines as panel_lines};

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Float64Type};
use thiserror::Error;

use super::{Look, ReportError, Rows};
use crate::limits::{CHART_BARS, CHART_BINS, CHART_SERIES};
use axis::told;

/// How a result is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// A bar for each row.
    Bars,
    /// Lines over time, or over the first column.
    Line,
    /// How often values of a column are how large.
    Histogram,
}

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum ChartError {
    /// No rows.
    #[error("the last result has no rows to draw")]
    NoRows,
    /// No numbers.
    #[error("nothing to draw: {0}")]
    NoNumbers(&'static str),
    /// A file of another kind.
    #[error("the ending names no picture; write .svg, .png or .html")]
    NoPicture,
    /// It could not be drawn.
    #[error("the picture can't be drawn: {0}")]
    Drawing(String),
    /// It could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The rows.
    #[error(transparent)]
    Rows(#[from] arrow::error::ArrowError),
    /// The file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    title: String,
    drawn: Drawn,
    /// What of the result is not in it, in words.
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Drawn {
    Bars { bars: Vec<(String, f64)>, is_bytes: bool },
    Lines(LineChart),
}

#[derive(Debug, Clone, PartialEq)]
struct LineChart {
    series: Vec<Series>,
    x_is_time: bool,
    is_bytes: bool,
    /// The length of the spans that times are of, in seconds, if they are.
    step: Option<f64>,
}

/// One line of points.
#[derive(Debug, Clone, PartialEq)]
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

impl Series {
    /// The points that a line connects: where times are of spans of one length, a span without a row is a gap.
    fn connected(&self, step: Option<f64>) -> impl Iterator<Item = &[(f64, f64)]> {
        self.points.chunk_by(move |(one, _), (next, _)| step.is_none_or(|step| next - one <= step))
    }
}

/// The length of the spans that times are of; where it is less than a minute they are times of records.
fn step(series: &[Series]) -> Option<f64> {
    const LEAST: f64 = 60.0;
    let mut times: Vec<f64> = series.iter().flat_map(|one| &one.points).map(|(x, _)| *x).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let between = || times.windows(2).map(|two| two[1] - two[0]);
    let step = between().reduce(f64::min).filter(|step| *step >= LEAST)?;
    between().all(|span| span % step == 0.0).then_some(step)
}

impl ChartKind {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bars" => ChartKind::Bars,
            "line" => ChartKind::Line,
            "hist" => ChartKind::Histogram,
            _ => return None,
        })
    }
}

impl Chart {
    /// A picture of rows, of this kind or of the one that suits them.
    ///
    /// # Errors
    /// When there are no rows, or none of the columns is a number.
    pub fn of(rows: &Rows, kind: Option<ChartKind>) -> Result<Self, ChartError> {
        let rows = concat_batches(&rows.schema, &rows.batches)?;
        if rows.num_rows() == 0 {
            return Err(ChartError::NoRows);
        }
        let fields = rows.schema().fields().clone();
        let numbers: Vec<usize> = (0..fields.len()).filter(|index| fields[*index].data_type().is_numeric()).collect();
        let kind = kind.unwrap_or_else(|| match numbers.as_slice() {
            _ if is_time(&fields[0]) && fields.len() > 1 => ChartKind::Line,
            [_] if fields.len() == 1 => ChartKind::Histogram,
            _ => ChartKind::Bars,
        });
        match kind {
            ChartKind::Bars => bars(&rows, &numbers),
            ChartKind::Line => lines(&rows, &numbers),
            ChartKind::Histogram => histogram(&rows, &numbers),
        }
    }

    /// What of the result is not in it, in words.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The picture as lines of a terminal of this many columns and lines.
    pub fn lines(&self, columns: usize, lines: usize, has_colours: bool) -> Vec<String> {
        terminal::lines(self, columns, lines, has_colours)
    }

    /// Writes the picture to a file, in the format that its ending names; `rows` are told below it where there is room.
    ///
    /// # Errors
    /// When the ending names none, or the file can't be written.
    pub fn write(&self, path: &std::path::Path, rows: &Rows) -> Result<(), ChartError> {
        file::write(self, path, rows)
    }
}

/// Whether a column is of times: the engine's, or Unix seconds by their name.
fn is_time(field: &Field) -> bool {
    match field.data_type() {
        DataType::Timestamp(..) | DataType::Date32 => true,
        DataType::Int64 => matches!(field.name().as_str(), "start" | "end" | "bucket"),
        _ => false,
    }
}

fn is_bytes(field: &Field) -> bool {
    field.name().contains("bytes")
}

/// The values of a column as numbers; times are Unix seconds.
fn numbers_of(column: &ArrayRef) -> Result<Vec<Option<f64>>, ChartError> {
    let column = match column.data_type() {
        DataType::Timestamp(..) | DataType::Date32 => {
            let seconds = cast(column, &DataType::Timestamp(arrow::datatypes::TimeUnit::Second, None))?;
            cast(&seconds, &DataType::Int64)?
        }
        _ => std::sync::Arc::clone(column),
    };
    let numbers = cast(&column, &DataType::Float64)?;
    Ok(numbers.as_primitive::<Float64Type>().iter().map(|number| number.filter(|number| number.is_finite())).collect())
}

fn texts_of(rows: &RecordBatch, columns: &[usize]) -> Result<Vec<String>, ChartError> {
    let labels =
        Rows { schema: std::sync::Arc::new(rows.schema().project(columns)?), batches: vec![rows.project(columns)?] };
    let texts = labels.texts(Look { is_human: true })?;
    Ok(texts.into_iter().map(|row| row.join(" ")).collect())
}

/// The columns before the first number are what a bar is called, at least one; that number is its length.
fn bars(rows: &RecordBatch, numbers: &[usize]) -> Result<Chart, ChartError> {
    const NOTHING: &str = "bars need a column of numbers, behind one that names them: SELECT action, count(*) ...";
    let value = numbers.iter().copied().find(|index| *index > 0).ok_or(ChartError::NoNumbers(NOTHING))?;
    let labels = texts_of(rows, &(0..value).collect::<Vec<_>>())?;
    let values = numbers_of(rows.column(value))?;
    let field = rows.schema().field(value).clone();
    let bars: Vec<(String, f64)> =
        labels.into_iter().zip(values).filter_map(|(label, value)| Some((label, value?.max(0.0)))).collect();
    let left_out = bars.len().saturating_sub(CHART_BARS);
    Ok(Chart {
        title: field.name().clone(),
        drawn: Drawn::Bars { bars: bars.into_iter().take(CHART_BARS).collect(), is_bytes: is_bytes(&field) },
        note: (left_out > 0).then(|| format!("the first {CHART_BARS} rows; {left_out} more are not drawn")),
    })
}

/// Numbers over time; a column of text makes a line of each of its values.
fn lines(rows: &RecordBatch, numbers: &[usize]) -> Result<Chart, ChartError> {
    const NOTHING: &str =
        "a line needs a column of times or numbers, and one of numbers behind it: SELECT start_time, bytes ...";
    let fields = rows.schema().fields().clone();
    let x = (0..fields.len()).find(|index| is_time(&fields[*index])).or_else(|| numbers.first().copied());
    let x = x.ok_or(ChartError::NoNumbers(NOTHING))?;
    let values: Vec<usize> = numbers.iter().copied().filter(|index| *index != x && !is_time(&fields[*index])).collect();
    let Some(&first) = values.first() else { return Err(ChartError::NoNumbers(NOTHING)) };
    // An axis is of one unit.
    let (values, others): (Vec<usize>, Vec<usize>) =
        values.iter().partition(|value| is_bytes(&fields[**value]) == is_bytes(&fields[first]));
    let xs = numbers_of(rows.column(x))?;
    let names: Vec<usize> = (0..fields.len()).filter(|index| is_text(fields[*index].data_type())).collect();
    let mut series: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    if names.is_empty() {
        for value in &values {
            let points = xs.iter().zip(numbers_of(rows.column(*value))?);
            let points = points.filter_map(|(x, y)| Some(((*x)?, y?))).collect();
            series.insert(fields[*value].name().clone(), points);
        }
    } else {
        let names = texts_of(rows, &names)?;
        for ((name, x), y) in names.into_iter().zip(&xs).zip(numbers_of(rows.column(first))?) {
            if let (Some(x), Some(y)) = (*x, y) {
                series.entry(name).or_default().push((x, y));
            }
        }
    }
    let mut series: Vec<Series> = series.into_iter().map(|(name, points)| Series { name, points }).collect();
    for one in &mut series {
        one.points.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    series.retain(|one| !one.points.is_empty());
    // The greatest are worth seeing.
    let total = |one: &Series| one.points.iter().map(|(_, y)| *y).sum::<f64>();
    series.sort_by(|one, other| total(other).total_cmp(&total(one)));
    let left_out = series.len().saturating_sub(CHART_SERIES);
    series.truncate(CHART_SERIES);
    if series.is_empty() {
        return Err(ChartError::NoNumbers(NOTHING));
    }
    let title = match names.is_empty() {
        true => values.iter().map(|value| fields[*value].name().as_str()).collect::<Vec<_>>().join(", "),
        false => fields[first].name().clone(),
    };
    let x_is_time = is_time(&fields[x]);
    let step = step(&series).filter(|_| x_is_time);
    Ok(Chart {
        title,
        drawn: Drawn::Lines(LineChart { series, x_is_time, is_bytes: is_bytes(&fields[first]), step }),
        note: match others.first() {
            _ if left_out > 0 => Some(format!("the {CHART_SERIES} greatest lines; {left_out} more are not drawn")),
            Some(_) if names.is_empty() => {
                let others: Vec<&str> = others.iter().map(|other| fields[*other].name().as_str()).collect();
                Some(format!("of another unit, and not drawn: {}", others.join(", ")))
            }
            _ => None,
        },
    })
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// How many rows have a value between two, in spans of one length.
fn histogram(rows: &RecordBatch, numbers: &[usize]) -> Result<Chart, ChartError> {
    let Some(column) = numbers.last() else {
        return Err(ChartError::NoNumbers("a histogram needs a column of numbers"));
    };
    let field = rows.schema().field(*column).clone();
    let values: Vec<f64> = numbers_of(rows.column(*column))?.into_iter().flatten().collect();
    let (Some(least), Some(most)) = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max))
    else {
        return Err(ChartError::NoNumbers("all values are NULL"));
    };
    let is_whole = field.data_type().is_integer();
    let mut width = (most - least) / CHART_BINS as f64;
    if is_whole {
        width = width.ceil().max(1.0);
    }
    let bin = |value: f64| if width > 0.0 { (((value - least) / width) as usize).min(CHART_BINS - 1) } else { 0 };
    let mut counts = vec![0_u64; bin(most) + 1];
    for value in &values {
        counts[bin(*value)] += 1;
    }
    let bytes = is_bytes(&field);
    let label = |index: usize| {
        let (from, to) = (least + width * index as f64, least + width * (index + 1) as f64);
        match is_whole && width == 1.0 {
            true => told(from, bytes),
            false => format!("{} to {}", told(from, bytes), told(to, bytes)),
        }
    };
    let bars = counts.iter().enumerate().map(|(index, count)| (label(index), *count as f64)).collect();
    Ok(Chart { title: format!("rows by {}", field.name()), drawn: Drawn::Bars { bars, is_bytes: false }, note: None })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray, TimestampSecondArray};

    use super::*;

    fn rows(columns: &[(&str, ArrayRef)]) -> Rows {
        let columns = columns.iter().map(|(name, values)| (*name, Arc::clone(values), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
        Rows { schema: batch.schema(), batches: vec![batch] }
    }

    fn actions() -> Rows {
        rows(&[
            ("action", Arc::new(StringArray::from(vec!["ACCEPT", "REJECT"]))),
            ("bytes", Arc::new(Int64Array::from(vec![Some(2_000_000), Some(500_000)]))),
        ])
    }

    fn hours() -> Rows {
        rows(&[
            ("hour", Arc::new(TimestampSecondArray::from(vec![0, 3600, 7200, 0]))),
            ("action", Arc::new(StringArray::from(vec!["ACCEPT", "ACCEPT", "ACCEPT", "REJECT"]))),
            ("n", Arc::new(Int64Array::from(vec![1, 4, 2, 3]))),
        ])
    }

    #[test]
    fn what_is_drawn_is_what_the_columns_are() {
        let bars = Chart::of(&actions(), None).expect("a chart");
        let expected = vec![("ACCEPT".to_owned(), 2e6), ("REJECT".to_owned(), 5e5)];
        assert_eq!(bars.drawn, Drawn::Bars { bars: expected, is_bytes: true });
        let Drawn::Lines(LineChart { series, x_is_time, .. }) = Chart::of(&hours(), None).expect("a chart").drawn
        else {
            panic!("no lines")
        };
        assert_eq!((series.len(), series[0].name.as_str(), series[0].points.len(), x_is_time), (2, "ACCEPT", 3, true));
        let ports = rows(&[("port", Arc::new(Int64Array::from_iter_values((0..100).map(|n| n * n))))]);
        let Drawn::Bars { bars, .. } = Chart::of(&ports, None).expect("a chart").drawn else { panic!("no bars") };
        assert_eq!(bars.iter().map(|(_, count)| count).sum::<f64>(), 100.0);
    }

    #[test]
    fn an_axis_is_of_one_unit() {
        let seconds = TimestampSecondArray::from(vec![0, 300]);
        let number = |value| Arc::new(Int64Array::from(vec![value, value])) as ArrayRef;
        let rows = rows(&[("t", Arc::new(seconds)), ("attempts", number(1)), ("bytes", number(9)), ("n", number(2))]);
        let chart = Chart::of(&rows, None).expect("a chart");
        assert_eq!(
            (chart.title.as_str(), chart.note.as_deref()),
            ("attempts, n", Some("of another unit, and not drawn: bytes"))
        );
    }

    #[test]
    fn a_line_has_a_gap_where_a_span_has_no_row() {
        let chart = |seconds: Vec<i64>| {
            let values = Int64Array::from_iter_values(seconds.iter().copied());
            let rows = rows(&[("t", Arc::new(TimestampSecondArray::from(seconds))), ("n", Arc::new(values))]);
            let Drawn::Lines(LineChart { series, step, .. }) = Chart::of(&rows, None).expect("a chart").drawn else {
                panic!("no lines")
            };
            series[0].connected(step).map(<[_]>::len).collect::<Vec<_>>()
        };
        assert_eq!(chart(vec![0, 300, 600, 1500, 1800, 3000]), [3, 2, 1]);
        // Times of records, and of months.
        assert_eq!(chart(vec![0, 7, 600, 1500]), [4]);
        assert_eq!(chart(vec![0, 31 * 86_400, 59 * 86_400, 90 * 86_400]), [4]);
    }

    #[test]
    fn nothing_to_draw_is_told() {
        let texts = rows(&[("a", Arc::new(StringArray::from(vec!["x"])))]);
        for kind in [ChartKind::Bars, ChartKind::Line, ChartKind::Histogram] {
            assert!(Chart::of(&texts, Some(kind)).is_err(), "{kind:?}");
        }
        assert!(matches!(Chart::of(&actions().first(0), None), Err(ChartError::NoRows)));
    }

    #[test]
    fn a_terminal_shows_bars_and_lines() {
        let lines = Chart::of(&actions(), None).expect("a chart").lines(60, 20, false);
        insta::assert_snapshot!(lines.join("\n"));
        let lines = Chart::of(&hours(), None).expect("a chart").lines(60, 12, false);
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn files_are_written_by_their_ending() {
        let folder = tempfile::tempdir().expect("a folder");
        for (rows, name) in [(actions(), "bars"), (hours(), "lines")] {
            let chart = Chart::of(&rows, None).expect("a chart");
            for (ending, begins) in [("svg", &b"<svg"[..]), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")] {
                let path = folder.path().join(format!("{name}.{ending}"));
                chart.write(&path, &rows).expect("a picture");
                let written = std::fs::read(&path).expect("a file");
                assert!(written.starts_with(begins) && written.len() > 1000, "{ending}");
            }
            let error = chart.write(&folder.path().join("x.gif"), &rows).expect_err("no such picture");
            assert!(error.to_string().contains(".svg, .png or .html"), "{error}");
        }
    }
}
