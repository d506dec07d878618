//! A picture in characters.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Direction, Rect};
use ratatui_core::style::{Color, Style};
use ratatui_core::symbols::Marker;
use ratatui_core::widgets::Widget;
use ratatui_widgets::barchart::{Bar, BarChart};
use ratatui_widgets::chart::{Axis, Chart as Lines, Dataset, GraphType, LegendPosition};

use super::axis::{bounds, parts_of_time, told, told_time};
use super::{Chart, Drawn, LineChart};

/// The colours of lines, in their order.
const COLOURS: [Color; 6] = [Color::Cyan, Color::Yellow, Color::Magenta, Color::Green, Color::Red, Color::Blue];

/// Values are told in full: bars are drawn by thousandths of the longest.
const FULL: f64 = 1000.0;

pub(super) fn lines(chart: &Chart, columns: usize, lines: usize, has_colours: bool) -> Vec<String> {
    let width = u16::try_from(columns).unwrap_or(u16::MAX).clamp(20, 200);
    let mut drawn = vec![chart.title.clone()];
    let buffer = match &chart.drawn {
        Drawn::Bars { bars, is_bytes } => of_bars(bars, *is_bytes, width),
        Drawn::Lines(chart) => {
            let height = u16::try_from(lines.saturating_sub(4)).unwrap_or(u16::MAX).clamp(8, 30);
            of_lines(chart, width, height)
        }
    };
    drawn.extend(rows_of(&buffer, has_colours));
    drawn.extend(chart.note.clone());
    drawn
}

fn of_bars(bars: &[(String, f64)], is_bytes: bool, width: u16) -> Buffer {
    let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let label_width = bars.iter().map(|(label, _)| textwrap::core::display_width(label)).max().unwrap_or(0);
    // Half of the line is the bars'.
    let label_width = label_width.min(usize::from(width / 2));
    let values: Vec<String> = bars.iter().map(|(_, value)| told(*value, is_bytes)).collect();
    let value_width = values.iter().map(String::len).max().unwrap_or(0);
    let bars = bars.iter().zip(&values).map(|((label, value), told)| {
        let share = if most > 0.0 { (value / most * FULL).round() } else { 0.0 };
        let shortened: String = label.chars().take(label_width).collect();
        Bar::default()
            .value(share as u64)
            .text_value(String::new())
            .label(format!("{shortened:label_width$} {told:>value_width$}"))
    });
    let bars: Vec<Bar<'_>> = bars.collect();
    let area = Rect::new(0, 0, width, bars.len() as u16);
    let mut buffer = Buffer::empty(area);
    BarChart::horizontal(bars)
        .direction(Direction::Horizontal)
        .bar_width(1)
        .bar_gap(0)
        .max(FULL as u64)
        .bar_style(Style::new().fg(COLOURS[0]))
        .render(area, &mut buffer);
    buffer
}

fn of_lines(chart: &LineChart, width: u16, height: u16) -> Buffer {
    let LineChart { series, x_is_time, is_bytes, step } = chart;
    let points = || series.iter().flat_map(|one| &one.points);
    let mut xs = bounds(points().map(|(x, _)| *x));
    if *x_is_time {
        let (begin, length) = parts_of_time(xs, 4);
        xs = [begin, begin + 4.0 * length];
    }
    let [least, most] = bounds(points().map(|(_, y)| *y));
    // A line that seems to touch the ground should do so.
    let ys = [least.min(0.0), most];
    let at_x = |share: f64| {
        let x = xs[0] + (xs[1] - xs[0]) * share;
        if *x_is_time { told_time(x, xs[1] - xs[0]) } else { told(x, false) }
    };
    let at_y = |share: f64| told(ys[0] + (ys[1] - ys[0]) * share, *is_bytes);
    let datasets = series.iter().enumerate().flat_map(|(index, one)| {
        one.connected(*step).enumerate().map(move |(part, points)| {
            let line = Dataset::default()
                .marker(Marker::Braille)
                .graph_type(GraphType::Line)
                .style(Style::new().fg(COLOURS[index % COLOURS.len()]))
                .data(points);
            // The legend has each once.
            if part == 0 { line.name(one.name.clone()) } else { line }
        })
    });
    let legend = (series.len() > 1).then_some(LegendPosition::TopRight);
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    Lines::new(datasets.collect())
        .x_axis(Axis::default().bounds(xs).labels([0.0, 0.25, 0.5, 0.75, 1.0].map(at_x)))
        .y_axis(Axis::default().bounds(ys).labels([0.0, 0.5, 1.0].map(at_y)))
        .legend_position(legend)
        .hidden_legend_constraints((Constraint::Ratio(1, 2), Constraint::Ratio(1, 2)))
        .render(area, &mut buffer);
    buffer
}

/// The lines of what was drawn, in colours where they are wanted.
fn rows_of(buffer: &Buffer, has_colours: bool) -> Vec<String> {
    let area = buffer.area();
    let row = |y: u16| {
        let mut line = String::new();
        let mut colour = Color::Reset;
        for x in 0..area.width {
            let Some(cell) = buffer.cell((x, y)) else { continue };
            if has_colours && cell.fg != colour {
                colour = cell.fg;
                line += &format!("\u{1b}[{}m", code(colour));
            }
            line += cell.symbol();
        }
        if colour != Color::Reset {
            line += "\u{1b}[0m";
        }
        line.trim_end().to_owned()
    };
    (0..area.height).map(row).collect()
}

/// The terminal's number of a colour.
fn code(colour: Color) -> u8 {
    match colour {
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        _ => 0,
    }
}
