//! What the period was like, as sections of the page: a picture, and the table that it is made of.

use arrow::array::Array;
use maud::{Markup, html};

use super::super::{Look, Rows, panel_bars, panel_lines, printable};
use super::words::counted;
use crate::detect::{Drawn, Outcome, Panel};

pub(super) fn panels(outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.panels.is_empty() {
            section #period aria-labelledby="period-title" {
                h2 #period-title { "What the period was like" }
                @for panel in &outcome.panels { (section(panel)) }
            }
        }
    }
}

/// A column's name for people.
fn told(column: &str) -> String {
    column.replace('_', " ")
}

fn section(panel: &Panel) -> Markup {
    let id = format!("panel-{}", panel.id);
    html! {
        section.panel aria-labelledby=(id) {
            h3 #(id) { (panel.title) }
            p { (panel.meaning) }
            @match &panel.drawn {
                Drawn::Lines(columns) => { @for column in columns { (figure(panel, column, panel_lines(&panel.rows, column).ok())) } }
                Drawn::Bars(column) => { (figure(panel, column, panel_bars(&panel.rows, column).ok())) }
            }
            (table(panel))
        }
    }
}

/// A picture; one that can't be drawn has its table all the same.
fn figure(panel: &Panel, column: &str, picture: Option<Markup>) -> Markup {
    let caption = told(column);
    let name = format!("{}: {caption}", panel.title);
    html! {
        @if let Some(picture) = picture {
            figure {
                figcaption { (caption) }
                div.wide tabindex="0" role="group" aria-label=(name) { (picture) }
            }
        }
    }
}

fn table(panel: &Panel) -> Markup {
    let schema = panel.rows.schema();
    let rows = Rows { schema: schema.clone(), batches: vec![panel.rows.clone()] };
    // An error of the library is one of a cell, and stands there.
    let rows = rows.texts(Look { is_human: true }).unwrap_or_default();
    let is_null = |column: usize, row: usize| panel.rows.column(column).is_null(row);
    html! {
        details {
            summary { "The same as a table: " (counted(rows.len() as u64, "row")) }
            div.wide tabindex="0" role="group" aria-label=(format!("{} as a table", panel.title)) {
                table {
                    thead {
                        tr {
                            @for field in schema.fields() {
                                th.number[field.data_type().is_numeric()] scope="col" { (told(field.name())) }
                            }
                        }
                    }
                    tbody {
                        @for (number, row) in rows.iter().enumerate() {
                            tr {
                                @for (column, cell) in row.iter().enumerate() {
                                    td.number[schema.field(column).data_type().is_numeric()] {
                                        @if !is_null(column, number) { (printable(cell)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
