//! A picture in a file: SVG, PNG, or a page for any browser.
//!
//! The letters are drawn with a font that the program carries: a server has none.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Once;

use maud::{DOCTYPE, PreEscaped, html};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::axis::{bounds, parts_of_time, told, told_time};
use super::{Chart, ChartError, Drawn, LineChart};
use crate::limits::PAGE_TABLE_ROWS;
use crate::report::{Look, Rows, Sink};

const WIDTH: u32 = 1000;
pub(super) const FONT: &str = "sans-serif";

/// The colours of lines, in their order: those of Okabe and Ito, which the colour-blind tell apart.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
];

pub(super) fn write(chart: &Chart, path: &Path, rows: &Rows) -> Result<(), ChartError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let bytes = match ending.as_str() {
        "svg" => svg(chart)?.into_bytes(),
        "html" | "htm" => page(chart, rows)?.into_bytes(),
        "png" => png(chart)?,
        _ => return Err(ChartError::NoPicture),
    };
    let (mut sink, pending) = Sink::file(path)?;
    sink.write_all(&bytes)?;
    sink.flush()?;
    Ok(pending.keep()?)
}

/// Pixels from top to bottom.
fn height(chart: &Chart) -> u32 {
    match &chart.drawn {
        Drawn::Bars { bars, .. } => 80 + 24 * bars.len().max(2) as u32,
        Drawn::Lines(_) => 480,
    }
}

fn svg(chart: &Chart) -> Result<String, ChartError> {
    let mut svg = String::new();
    draw(chart, &SVGBackend::with_string(&mut svg, (WIDTH, height(chart))).into_drawing_area())?;
    Ok(svg)
}

fn png(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let file = tempfile::Builder::new().prefix("vpcflow-").suffix(".png").tempfile()?;
    draw(chart, &BitMapBackend::new(file.path(), (WIDTH, height(chart))).into_drawing_area())?;
    Ok(std::fs::read(file.path())?)
}

fn page(chart: &Chart, rows: &Rows) -> Result<String, ChartError> {
    let shown = rows.first(PAGE_TABLE_ROWS);
    let cells = shown.texts(Look { is_human: true })?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (chart.title) }
                style { "body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:left;border-bottom:1px solid #ddd}svg{max-width:100%;height:auto}" }
            }
            body {
                h1 { (chart.title) }
                (PreEscaped(svg(chart)?))
                @if let Some(note) = &chart.note { p { (note) } }
                table {
                    tr { @for field in rows.schema.fields() { th { (field.name()) } } }
                    @for row in &cells { tr { @for cell in row { td { (cell) } } } }
                }
                @if rows.len() > shown.len() { p { "... and " (rows.len() - shown.len()) " more rows" } }
            }
        }
    };
    Ok(page.into_string())
}

pub(super) fn failed(error: impl std::fmt::Display) -> ChartError {
    ChartError::Drawing(error.to_string())
}

/// Makes the font known.
pub(super) fn begin_fonts() {
    static FONTS: Once = Once::new();
    // It is one of ours, and a font.
    FONTS.call_once(|| drop(register_font(FONT, FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT)));
}

fn draw<B: DrawingBackend>(chart: &Chart, area: &DrawingArea<B, Shift>) -> Result<(), ChartError> {
    begin_fonts();
    area.fill(&WHITE).map_err(failed)?;
    match &chart.drawn {
        Drawn::Bars { bars, is_bytes } => draw_bars(&chart.title, bars, *is_bytes, area)?,
        Drawn::Lines(lines) => draw_lines(&chart.title, lines, area)?,
    }
    area.present().map_err(failed)
}

fn draw_bars<B: DrawingBackend>(
    title: &str,
    bars: &[(String, f64)],
    is_bytes: bool,
    area: &DrawingArea<B, Shift>,
) -> Result<(), ChartError> {
    const LABEL_CHARACTERS: usize = 48;
    let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let longest = bars.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0).min(LABEL_CHARACTERS);
    // The first row is the uppermost.
    let rows = (0..bars.len()).into_segmented();
    let mut context = ChartBuilder::on(area)
        .caption(title, (FONT, 20))
        .margin(10)
        .margin_right(40)
        .x_label_area_size(30)
        .y_label_area_size(20 + 8 * longest as u32)
        .build_cartesian_2d(0.0..most * 1.05, rows)
        .map_err(failed)?;
    let label = |row: &SegmentValue<usize>| match row {
        SegmentValue::CenterOf(row) | SegmentValue::Exact(row) => {
            let name = bars.len().checked_sub(row + 1).and_then(|row| bars.get(row)).map(|(label, _)| label.as_str());
            name.unwrap_or_default().chars().take(LABEL_CHARACTERS).collect()
        }
        SegmentValue::Last => String::new(),
    };
    context
        .configure_mesh()
        .disable_y_mesh()
        .y_labels(bars.len())
        .y_label_formatter(&label)
        .x_labels(6)
        .x_label_formatter(&|value| told(*value, is_bytes))
        .label_style((FONT, 14))
        .light_line_style(WHITE)
        .draw()
        .map_err(failed)?;
    let rectangles = bars.iter().rev().enumerate().map(|(row, (_, value))| {
        let (from, to) = (SegmentValue::Exact(row), SegmentValue::Exact(row + 1));
        let mut rectangle = Rectangle::new([(0.0, from), (*value, to)], COLOURS[0].filled());
        rectangle.set_margin(3, 3, 0, 0);
        rectangle
    });
    context.draw_series(rectangles).map_err(failed)?;
    Ok(())
}

/// An axis with marks at these values.
struct Marked {
    of: RangedCoordf64,
    marks: Vec<f64>,
}

impl Ranged for Marked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.of.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.marks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.of.range()
    }
}

fn draw_lines<B: DrawingBackend>(
    title: &str,
    chart: &LineChart,
    area: &DrawingArea<B, Shift>,
) -> Result<(), ChartError> {
    let LineChart { series, x_is_time, is_bytes, step } = chart;
    let points = || series.iter().flat_map(|one| &one.points);
    let [first, last] = bounds(points().map(|(x, _)| *x));
    let [least, most] = bounds(points().map(|(_, y)| *y));
    let (begin, length) = if *x_is_time { parts_of_time([first, last], 6) } else { (first, (last - first) / 6.0) };
    let marks = (0..=6).map(|mark| begin + f64::from(mark) * length).filter(|mark| (first..=last).contains(mark));
    let mut context = ChartBuilder::on(area)
        .caption(title, (FONT, 20))
        .margin(10)
        .margin_right(30)
        .x_label_area_size(30)
        .y_label_area_size(100)
        .build_cartesian_2d(Marked { of: (first..last).into(), marks: marks.collect() }, least.min(0.0)..most * 1.05)
        .map_err(failed)?;
    context
        .configure_mesh()
        .x_labels(8)
        .x_label_formatter(&|x| if *x_is_time { told_time(*x, last - first) } else { told(*x, false) })
        .y_label_formatter(&|y| told(*y, *is_bytes))
        .label_style((FONT, 14))
        .light_line_style(WHITE)
        .draw()
        .map_err(failed)?;
    for (index, one) in series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        // A span that stands alone is a point.
        let alone = one.connected(*step).filter(|points| points.len() == 1).flatten();
        context.draw_series(alone.map(|point| Circle::new(*point, 2, colour.filled()))).map_err(failed)?;
        let lines = one.connected(*step).filter(|points| points.len() > 1);
        let lines = lines.map(|points| PathElement::new(points.to_vec(), colour.stroke_width(2)));
        let drawn = context.draw_series(lines).map_err(failed)?;
        if series.len() > 1 {
            drawn
                .label(one.name.as_str())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        }
    }
    if series.len() > 1 {
        context
            .configure_series_labels()
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .label_font((FONT, 14))
            .draw()
            .map_err(failed)?;
    }
    Ok(())
}
