//! A page about one thing: facts, then tables under headings.

use std::io::Write;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field};
use comfy_table::{Cell, CellAlignment};

use crate::functions::words;

use super::{ReportError, cells, json, markdown, printable};

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
    /// Its rows.
    pub rows: RecordBatch,
    /// Whether they are in order of time, a row for each hour or day.
    pub is_of_times: bool,
}

/// Rows of a section that people are shown, unless they ask for more; and of those in order of time.
pub const PAGE_ROWS: usize = 20;
const TIMES: usize = 48;

impl Section {
    /// The first rows as text, and how many there are beside, in words.
    fn shown(&self, most: usize) -> Result<(Vec<Vec<String>>, Option<String>), ReportError> {
        let all = self.rows.num_rows();
        let shown = all.min(if self.is_of_times { most.max(TIMES) } else { most });
        let schema = self.rows.schema();
        let mut rows = Vec::new();
        cells(&self.rows.slice(0, shown), "-", |row| {
            let cells = row.into_iter().zip(schema.fields()).map(|(cell, field)| told(field, cell));
            rows.push(cells.map(|cell| printable(&cell)).collect());
        })?;
        Ok((rows, (all > shown).then(|| format!("... and {} more; --rows shows them", all - shown))))
    }
}

/// Columns of bytes.
const BYTES: [&str; 4] = ["sent", "received", "usually_sent", "usually_received"];

/// A cell as people read it.
fn told(field: &Field, cell: String) -> String {
    match field.data_type() {
        DataType::Timestamp(..) => cell.replace('T', " "),
        _ if BYTES.contains(&field.name().as_str()) => cell.parse::<f64>().map_or(cell, words::told),
        _ => cell,
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

impl PageFormat {
    /// The format that a file name's ending stands for.
    pub fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_ascii_lowercase().to_str()? {
            "json" => Some(PageFormat::Json),
            "md" => Some(PageFormat::Markdown),
            "txt" => Some(PageFormat::Text),
            _ => None,
        }
    }
}

/// Writes a page; what people read has so many rows of a section at most.
///
/// # Errors
/// When it can't be written.
pub fn write_page(format: PageFormat, page: &Page, rows: usize, to: impl Write) -> Result<(), ReportError> {
    match format {
        PageFormat::Text => write_text(page, rows, to),
        PageFormat::Markdown => write_markdown(page, rows, to),
        PageFormat::Json => write_json(page, to),
    }
}

fn write_text(page: &Page, most: usize, mut to: impl Write) -> Result<(), ReportError> {
    writeln!(to, "{}", printable(&page.title))?;
    let width = page.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in &page.facts {
        writeln!(to, "  {name:width$}  {}", printable(value))?;
    }
    for section in &page.sections {
        writeln!(to, "\n{}", section.title)?;
        if section.rows.num_rows() == 0 {
            writeln!(to, "  nothing")?;
            continue;
        }
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        let schema = section.rows.schema();
        table.set_header(schema.fields().iter().map(|field| Cell::new(printable(field.name()))));
        let (rows, rest) = section.shown(most)?;
        table.add_rows(rows);
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
        if let Some(rest) = rest {
            writeln!(to, "  {rest}")?;
        }
    }
    Ok(to.flush()?)
}

fn write_markdown(page: &Page, most: usize, mut to: impl Write) -> Result<(), ReportError> {
    writeln!(to, "# {}\n", markdown::escaped(&printable(&page.title)))?;
    for (name, value) in &page.facts {
        writeln!(to, "- **{name}**: {}", markdown::escaped(&printable(value)))?;
    }
    for section in &page.sections {
        writeln!(to, "\n## {}\n", section.title)?;
        if section.rows.num_rows() == 0 {
            writeln!(to, "nothing")?;
            continue;
        }
        markdown::write_head(&section.rows.schema(), &mut to)?;
        let (rows, rest) = section.shown(most)?;
        for row in rows {
            let row: Vec<String> = row.iter().map(|cell| markdown::escaped(cell)).collect();
            writeln!(to, "| {} |", row.join(" | "))?;
        }
        if let Some(rest) = rest {
            writeln!(to, "\n{rest}")?;
        }
    }
    Ok(to.flush()?)
}

fn write_json(page: &Page, mut to: impl Write) -> Result<(), ReportError> {
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
