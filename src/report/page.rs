//! A page about one thing: facts, then tables under headings.

use std::io::Write;

use arrow::array::RecordBatch;
use comfy_table::{Cell, CellAlignment};

use super::{ReportError, Sink, cells, json, markdown, printable};

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// What is said of it in a line each: a name and a value.
    pub facts: Vec<(String, String)>,
    /// The tables.
    pub sections: Vec<Section>,
}

/// A table of a page.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its rows, the first of all.
    pub rows: RecordBatch,
    /// How many there are.
    pub all: usize,
}

impl Section {
    /// How many rows are not shown, in words.
    fn rest(&self) -> Option<String> {
        let rest = self.all - self.rows.num_rows();
        (rest > 0).then(|| format!("... and {rest} more"))
    }
}

/// The formats of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PageFormat {
    /// Text for a terminal.
    Text,
    /// Markdown, for tickets.
    Markdown,
    /// One JSON object.
    Json,
}

/// Writes a page.
///
/// # Errors
/// When it can't be written.
pub fn write_page(format: PageFormat, page: &Page, sink: Sink) -> Result<(), ReportError> {
    match format {
        PageFormat::Text => write_text(page, sink),
        PageFormat::Markdown => write_markdown(page, sink),
        PageFormat::Json => write_json(page, sink),
    }
}

fn write_text(page: &Page, mut to: Sink) -> Result<(), ReportError> {
    writeln!(to, "{}", printable(&page.title))?;
    let width = page.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in &page.facts {
        writeln!(to, "  {name:width$}  {}", printable(value))?;
    }
    for section in &page.sections {
        writeln!(to, "\n{}", section.title)?;
        if section.all == 0 {
            writeln!(to, "  nothing")?;
            continue;
        }
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        let schema = section.rows.schema();
        table.set_header(schema.fields().iter().map(|field| Cell::new(printable(field.name()))));
        cells(&section.rows, "-", |row| {
            table.add_row(row.iter().map(|cell| printable(cell)).collect::<Vec<_>>());
        })?;
        for (index, field) in schema.fields().iter().enumerate() {
            if field.data_type().is_numeric()
                && let Some(column) = table.column_mut(index)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.trim_fmt().lines() {
            writeln!(to, " {line}")?;
        }
        if let Some(rest) = section.rest() {
            writeln!(to, "  {rest}")?;
        }
    }
    Ok(to.flush()?)
}

fn write_markdown(page: &Page, mut to: Sink) -> Result<(), ReportError> {
    writeln!(to, "# {}\n", markdown::escaped(&printable(&page.title)))?;
    for (name, value) in &page.facts {
        writeln!(to, "- **{name}**: {}", markdown::escaped(&printable(value)))?;
    }
    for section in &page.sections {
        writeln!(to, "\n## {}\n", section.title)?;
        if section.all == 0 {
            writeln!(to, "nothing")?;
            continue;
        }
        markdown::write_head(&section.rows.schema(), &mut to)?;
        markdown::write_rows(&section.rows, &mut to)?;
        if let Some(rest) = section.rest() {
            writeln!(to, "\n{rest}")?;
        }
    }
    Ok(to.flush()?)
}

fn write_json(page: &Page, mut to: Sink) -> Result<(), ReportError> {
    let mut sections = serde_json::Map::new();
    for section in &page.sections {
        sections.insert(section.title.clone(), serde_json::Value::Array(json::values(&section.rows)?));
    }
    let facts: serde_json::Map<_, _> =
        page.facts.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let page = serde_json::json!({"entity": page.title, "facts": facts, "sections": sections});
    serde_json::to_writer_pretty(&mut to, &page).map_err(std::io::Error::from)?;
    writeln!(to)?;
    Ok(to.flush()?)
}
