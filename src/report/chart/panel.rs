//! The pictures of a report's panels: small, without a title of their own, and with the values where the pointer is.
//!
//! Colours and letters are left to the page's style sheet, which knows light from dark.

use std::ops::Range;

use arrow::array::{Array, RecordBatch};
use maud::{Markup, PreEscaped, html};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;

use super::axis::{bounds, told, told_time};
use super::file::{FONT, begin_fonts, failed};
use super::{ChartError, numbers_of, texts_of};
use crate::limits::PANEL_BARS;

/// Pixels of a picture; the page fits it to its own width.
const SIZE: (u32, u32) = (900, 250);

/// Letters, in pixels.
const LETTER: u32 = 15;

/// The colours that the style sheet replaces: of what was seen, and of what is usual.
const SEEN: RGBColor = RGBColor(1, 1, 1);
const USUAL: RGBColor = RGBColor(2, 2, 2);

/// A column over the times of the first one, with what is usual where the rows have it.
///
/// # Errors
/// When there is no such column, or it can't be drawn.
pub(crate) fn lines(rows: &RecordBatch, column: &str) -> Result<Markup, ChartError> {
    let is_bytes = column.contains("bytes");
    let times = numbers_of(rows.column(0))?;
    let values = |prefix: &str| -> Result<Vec<Option<f64>>, ChartError> {
        match rows.column_by_name(&format!("{prefix}{column}")) {
            Some(column) => numbers_of(column),
            None => Ok(vec![None; rows.num_rows()]),
        }
    };
    let (seen, usual, least, most) = (values("")?, values("usual_")?, values("least_")?, values("most_")?);
    let points = |values: &[Option<f64>]| -> Vec<(f64, f64)> {
        times.iter().zip(values).filter_map(|(time, value)| Some(((*time)?, (*value)?))).collect()
    };
    let (seen_points, usual_points) = (points(&seen), points(&usual));
    let mut band = points(&least);
    band.extend(points(&most).into_iter().rev());
    let all = || seen_points.iter().chain(&usual_points).chain(&band);
    let [first, last] = bounds(all().map(|(time, _)| *time));
    let [_, greatest] = bounds(all().map(|(_, value)| *value).chain([0.0]));
    let mut svg = String::new();
    let mut spots = Vec::new();
    {
        begin_fonts();
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut context = ChartBuilder::on(&area)
            .margin(8)
            .margin_right(20)
            .x_label_area_size(28)
            .y_label_area_size(80)
            .build_cartesian_2d(Times(first..last), 0.0..greatest.max(1.0) * 1.05)
            .map_err(failed)?;
        context
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(13)
            .y_labels(4)
            .x_label_formatter(&|time| told_time(*time, last - first))
            .y_label_formatter(&|value| told(*value, is_bytes))
            .label_style((FONT, LETTER))
            .light_line_style(TRANSPARENT)
            .draw()
            .map_err(failed)?;
        if !band.is_empty() {
            context.draw_series([Polygon::new(band, USUAL.mix(0.25).filled())]).map_err(failed)?;
            context.draw_series(LineSeries::new(usual_points, USUAL.stroke_width(1))).map_err(failed)?;
        }
        context.draw_series(LineSeries::new(seen_points.iter().copied(), SEEN.stroke_width(2))).map_err(failed)?;
        let height = context.plotting_area().get_pixel_range().1;
        for (row, time) in times.iter().enumerate() {
            let (Some(time), Some(value)) = (time, seen[row]) else { continue };
            let (x, _) = context.backend_coord(&(*time, 0.0));
            let mut words = format!("{}: {}", told_time(*time, 0.0), told(value, is_bytes));
            if let (Some(usual), Some(least), Some(most)) = (usual[row], least[row], most[row]) {
                let [usual, least, most] = [usual, least, most].map(|value| told(value, is_bytes));
                words += &format!("; usual: {usual}, between {least} and {most}");
            }
            spots.push((x, words, height.clone()));
        }
        area.present().map_err(failed)?;
    }
    let step = spots.windows(2).map(|pair| pair[1].0 - pair[0].0).min().unwrap_or(20).max(2);
    let spots = spots.into_iter().map(|(x, words, height)| Spot {
        x: x - step / 2,
        y: height.start,
        width: step,
        height: height.end - height.start,
        words,
    });
    Ok(drawn(&svg, &spots.collect::<Vec<_>>(), SIZE.1))
}

/// An axis of times.
struct Times(Range<f64>);

impl Ranged for Times {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, time: &f64, (left, right): (i32, i32)) -> i32 {
        let share = (time - self.0.start) / (self.0.end - self.0.start);
        left + (f64::from(right - left) * share).round() as i32
    }

    /// Whole hours or days, a dozen at most.
    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        const HOUR: f64 = 3600.0;
        const STEPS: [f64; 8] = [1.0, 3.0, 6.0, 24.0, 72.0, 168.0, 720.0, 2160.0];
        let Range { start, end } = self.0;
        let step = HOUR * STEPS.into_iter().find(|hours| (end - start) / (HOUR * hours) <= 12.0).unwrap_or(8760.0);
        let first = (start / step).ceil() * step;
        (0..=12).map(|mark| first + step * f64::from(mark)).take_while(|time| *time <= end).collect()
    }

    fn range(&self) -> Range<f64> {
        self.0.clone()
    }
}

/// A column as a bar for each row, which the columns before it name.
///
/// # Errors
/// When there is no such column, or it can't be drawn.
pub(crate) fn bars(rows: &RecordBatch, column: &str) -> Result<Markup, ChartError> {
    const ROW: i32 = 24;
    const LABEL_CHARACTERS: usize = 42;
    let schema = rows.schema();
    let index = schema.index_of(column)?;
    let rows = rows.slice(0, rows.num_rows().min(PANEL_BARS));
    let is_bytes = column.contains("bytes");
    let values: Vec<f64> =
        numbers_of(rows.column(index))?.into_iter().map(|value| value.unwrap_or(0.0).max(0.0)).collect();
    let labels = labels(&rows, index)?;
    let most = values.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let (label_width, value_width) = (330, 90);
    let width = SIZE.0 as i32 - label_width - value_width;
    let height = ROW * rows.num_rows() as i32 + 6;
    let mut svg = String::new();
    {
        begin_fonts();
        let area = SVGBackend::with_string(&mut svg, (SIZE.0, height as u32)).into_drawing_area();
        for (row, (label, value)) in labels.iter().zip(&values).enumerate() {
            let y = 3 + ROW * row as i32;
            let end = label_width + (width as f64 * value / most).round() as i32;
            let label: String = label.chars().take(LABEL_CHARACTERS).collect();
            area.draw(&Text::new(label, (0, y + 3), (FONT, LETTER))).map_err(failed)?;
            area.draw(&Rectangle::new([(label_width, y), (end.max(label_width + 1), y + ROW - 5)], SEEN.filled()))
                .map_err(failed)?;
            area.draw(&Text::new(told(*value, is_bytes), (end + 6, y + 3), (FONT, LETTER))).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    let spots = labels.iter().zip(&values).enumerate().map(|(row, (label, value))| Spot {
        x: 0,
        y: 3 + ROW * row as i32,
        width: SIZE.0 as i32,
        height: ROW,
        words: format!("{label}: {}", told(*value, is_bytes)),
    });
    Ok(drawn(&svg, &spots.collect::<Vec<_>>(), height as u32))
}

/// What names each row: what stands before a column, but for other amounts.
fn labels(rows: &RecordBatch, before: usize) -> Result<Vec<String>, ChartError> {
    let mut labels = vec![String::new(); rows.num_rows()];
    for column in (0..before).filter(|column| !rows.schema().field(*column).name().contains("bytes")) {
        for (row, text) in texts_of(rows, &[column])?.into_iter().enumerate() {
            if !rows.column(column).is_null(row) {
                let label = &mut labels[row];
                label.extend([if label.is_empty() { "" } else { " " }, &text]);
            }
        }
    }
    Ok(labels)
}

/// A place of a picture that says what is there.
struct Spot {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    words: String,
}

/// The picture with its places above it. Those who see none of it have the table.
fn drawn(svg: &str, spots: &[Spot], height: u32) -> Markup {
    // What the library drew, without the element around it.
    let inner = svg.split_once('>').map_or("", |(_, rest)| rest).trim_end();
    let inner = inner.strip_suffix("</svg>").unwrap_or(inner);
    html! {
        svg.chart viewBox=(format!("0 0 {} {height}", SIZE.0)) aria-hidden="true" {
            (PreEscaped(inner))
            @for spot in spots {
                rect.spot x=(spot.x) y=(spot.y) width=(spot.width) height=(spot.height) { title { (spot.words) } }
            }
        }
    }
}
