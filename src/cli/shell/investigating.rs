//! Commands that do more than a statement of SQL: detections, named queries, a page on an entity.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::Utc;
use vpcflow::context::Context;
use vpcflow::detect::{self, Catalogue, Choice, DetectError, Judged, Outcome, Question as Detecting};
use vpcflow::history::History;
use vpcflow::investigate::{Entity, investigate};
use vpcflow::near::did_you_mean;
use vpcflow::opened::Flows;
use vpcflow::queries::INVESTIGATE;
use vpcflow::report::{FindingFormat, PAGE_ROWS, PageFormat, ReportError, Sink, printable, write_findings, write_page};
use vpcflow::session::Session;
use vpcflow::sql_file::{SqlFile, read_text};

use super::Shell;
use super::ask::counted;
use super::describe;
use super::show::{self, Screen};
use crate::cli::detect::told::skipped;
use crate::cli::output::OutputArgs;
use crate::cli::question::Question;
use crate::cli::ready::Ready;
use crate::cli::{progress, tell};

/// `NAME=VALUE`, several.
fn pairs(words: &[&str]) -> Result<Vec<(String, String)>> {
    let pair = |word: &&str| match word.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(anyhow!("{word}: write NAME=VALUE")),
    };
    words.iter().map(pair).collect()
}

impl Shell {
    /// Lists the detections, or tells of one.
    ///
    /// # Errors
    /// When there is no such detection.
    pub(super) async fn detections(&mut self, id: Option<&str>) -> Result<()> {
        let Some(id) = id else {
            let catalogue = Catalogue::load(&Choice::default()).await?;
            let rows: Vec<_> = catalogue
                .detections()
                .iter()
                .map(|one| {
                    let inputs: Vec<&str> = one.inputs.iter().map(|input| input.option()).collect();
                    [one.id().to_owned(), one.file.title.clone(), inputs.join(" ")]
                })
                .collect();
            return self.show_rows(&describe::rows(["detection", "finds", "needs"], &rows)?);
        };
        let catalogue = chosen(id, Vec::new()).await?;
        let Some(detection) = catalogue.detections().first() else { bail!("there is no detection {id}") };
        let mut text = format!("{}: {}\n\n", detection.id(), detection.file.title);
        for (name, said) in [
            ("why", &detection.why),
            ("false positives", &detection.false_positives),
            ("what to do", &detection.remediation),
        ] {
            let _ = writeln!(text, "{name}: {said}\n");
        }
        for param in &detection.file.params {
            let default = param.default.as_deref().unwrap_or("required");
            let _ = writeln!(text, "  {}={default}  ({}) {}", param.name, param.kind, param.meaning);
        }
        let width = Screen::of_stdout().map_or(120, |screen| screen.columns);
        let lines: Vec<String> = text.lines().flat_map(|line| wrapped(line, width)).collect();
        Ok(show::print(&lines, &self.settings, Screen::of_stdout())?)
    }

    /// Runs a detection over the period, or all of them.
    ///
    /// # Errors
    /// When there is no such detection, a value is not its parameter's, it fails, or what it finds can't be written.
    pub(super) async fn run_detection(&mut self, arguments: &[&str]) -> Result<()> {
        let catalogue = match arguments {
            [] | ["all"] => Catalogue::load(&Choice::default()).await?,
            ["all", ..] => bail!("\\run all: parameters are of one detection: \\run ID NAME=VALUE"),
            [id, params @ ..] => {
                let params = pairs(params)?;
                chosen(id, params.into_iter().map(|(name, value)| ((*id).to_owned(), name, value)).collect()).await?
            }
        };
        let is_one = catalogue.detections().len() == 1;
        let to = self.taken(FindingFormat::of_file, NO_FINDINGS)?;
        let ready = self.ready().await?;
        let Some((session, flows)) = ready.opened.apart()? else { bail!("no SOURCE was given: vpcflow shell SOURCE") };
        let account = Arc::clone(flows.coverage());
        drop(account.take());
        let context = Arc::clone(&ready.context);
        let from = ready.opened.selection.from;
        let task = self.workers.spawn(async move { found(&catalogue, &context, &session, &flows, from).await }).await?;
        let outcome: Outcome =
            self.interrupts.unless_task(task, async |task| progress::shown(&account, task).await).await?;
        self.warn(&outcome.coverage.scan);
        match outcome.skipped.first() {
            Some(skipped) if is_one => bail!("{} can't run here: {}", skipped.detection, skipped.reason),
            _ => skipped(&outcome),
        }
        ready.opened.keep_found(&outcome.findings)?;
        self.learn(&ready).await;
        if let Some((file, format)) = to {
            let write = |sink| write_findings(format, &outcome, None, sink);
            self.write_page_or_findings(&ready, &file, write).await?;
        } else {
            let screen = Screen::of_stdout();
            let mut text = Vec::new();
            write_findings(FindingFormat::Table, &outcome, screen.map(|screen| screen.columns), &mut text)?;
            let text = lines(&text);
            self.see_words(&text);
            show::print(&text, &self.settings, screen)?;
        }
        if !outcome.findings.is_empty() {
            self.say(&format!(
                "{} in the table found: SELECT * FROM found;",
                counted(outcome.findings.len(), "finding")
            ));
        }
        Ok(())
    }

    /// A page on an entity, with what the detections find of it.
    ///
    /// # Errors
    /// When it is none, nothing is known of it, or the page can't be written.
    pub(super) async fn investigate(&mut self, entity: Option<&str>) -> Result<()> {
        let Some(entity) = entity else { bail!("\\investigate 10.0.0.5: an address, eni-... or i-... is needed") };
        let entity = entity.parse::<Entity>()?;
        let to = self.taken(PageFormat::of_file, NO_PAGE)?;
        let ready = self.ready().await?;
        let from = ready.opened.selection.from;
        let Some((session, flows)) = ready.opened.apart()? else { bail!("no SOURCE was given: vpcflow shell SOURCE") };
        let account = Arc::clone(flows.coverage());
        drop(account.take());
        let context = Arc::clone(&ready.context);
        let catalogue = Catalogue::load(&Choice::default()).await?;
        let page = async move {
            let outcome = found(&catalogue, &context, &session, &flows, from).await?;
            let lake = match &flows {
                Flows::Lake(of_lake) => Some(of_lake.lake()),
                Flows::Logs(_) => None,
            };
            let mut page = investigate(&session, &entity, &context, lake, Some(&outcome.findings)).await?;
            if let Flows::Lake(of_lake) = &flows
                && let Some(told) = of_lake.gone()
            {
                page.facts.push(("records".to_owned(), format!("those {told}")));
            }
            Ok(page)
        };
        let task = self.workers.spawn(page).await?;
        let page = self.interrupts.unless_task(task, async |task| progress::shown(&account, task).await).await?;
        self.warn(&account.report());
        if let Some((file, format)) = to {
            return self.write_page_or_findings(&ready, &file, |sink| write_page(format, &page, PAGE_ROWS, sink)).await;
        }
        let mut text = Vec::new();
        write_page(PageFormat::Text, &page, PAGE_ROWS, &mut text)?;
        // Here there is no such option; JSON has all rows.
        let text: Vec<String> =
            lines(&text).iter().map(|line| line.replace("--rows shows them", "\\o FILE.json has them")).collect();
        self.see_words(&text);
        Ok(show::print(&text, &self.settings, Screen::of_stdout())?)
    }

    /// The file of `\o`, which is for this result whatever comes of it, and the format that its ending names.
    fn taken<T>(&mut self, of_file: fn(&Path) -> Option<T>, problem: &'static str) -> Result<Option<(PathBuf, T)>> {
        let Some(file) = self.output.take() else { return Ok(None) };
        match of_file(&file) {
            Some(format) => Ok(Some((file, format))),
            None => bail!("{}: {problem}", file.display()),
        }
    }

    /// Remembers the addresses of what was shown, for completion.
    fn see_words(&self, lines: &[String]) {
        if self.is_interactive {
            let is_between = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | ':' | '-');
            let mut known = self.known.lock();
            let words = lines.iter().flat_map(|line| line.split(is_between));
            words.for_each(|word| known.see(word.trim_end_matches(['.', ':', '-'])));
        }
    }

    /// Writes to the file of `\o`.
    async fn write_page_or_findings(
        &mut self,
        ready: &Ready,
        file: &Path,
        write: impl FnOnce(Sink) -> Result<(), ReportError>,
    ) -> Result<()> {
        let place = || file.display().to_string();
        let output = OutputArgs::to(file.to_owned());
        let (sink, pending) = output.open(&ready.opened, self.sources.args().aws.options()?, Arc::default()).await?;
        write(sink).with_context(place)?;
        pending.keep().await.with_context(place)?;
        self.say(&format!("written to {}", place()));
        Ok(())
    }

    /// Lists the named queries, or runs one.
    ///
    /// # Errors
    /// When there is none of this name, or it fails.
    pub(super) async fn named(&mut self, arguments: &[&str]) -> Result<()> {
        let queries = named_queries()?;
        let Some((name, values)) = arguments.split_first() else {
            let row = |query: &SqlFile| {
                let params: Vec<String> = query.params.iter().map(|param| format!("{}=...", param.name)).collect();
                [query.id.clone(), query.title.clone(), params.join(" ")]
            };
            return self
                .show_rows(&describe::rows(["name", "finds", "takes"], &queries.iter().map(row).collect::<Vec<_>>())?);
        };
        let Some(query) = queries.iter().find(|query| query.id == *name) else {
            let near = did_you_mean(name, queries.iter().map(|query| query.id.as_str()));
            bail!("no query is called {name}{near}; \\named lists them");
        };
        let given = pairs(values)?;
        self.last_sql = Some(query.sql.clone());
        self.has_failed = true;
        self.ask(Question::File(Box::new(query.clone()), given)).await?;
        self.has_failed = false;
        Ok(())
    }

    /// Keeps the last statement as a named query.
    ///
    /// # Errors
    /// When there is none, the name is none, or the file can't be written.
    pub(super) fn save(&mut self, name: Option<&str>) -> Result<()> {
        let Some(name) = name else { bail!("\\save NAME: under which name?") };
        let Some(sql) = &self.last_sql else { bail!("there is no statement to save yet") };
        if self.has_failed {
            bail!("the last statement failed; \\save keeps one that was answered");
        }
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            bail!("\\save {name}: a name has lower-case letters, digits and -");
        }
        if INVESTIGATE.iter().any(|(file, _)| file.trim_end_matches(".sql") == name) {
            bail!("{name} is a query that comes with vpcflow; choose another name");
        }
        // A query that was declared keeps its parameters; its front matter says another name.
        let sql: Vec<&str> =
            sql.lines().skip_while(|line| SqlFile::is_declared(sql) && line.starts_with("-- id:")).collect();
        let declared = sql.first().is_some_and(|line| line.starts_with("-- title:"));
        let head = match declared {
            true => format!("-- id: {name}\n"),
            false => format!("-- id: {name}\n-- title: saved on {}\n\n", Utc::now().date_naive()),
        };
        let text = format!("{head}{}\n", sql.join("\n"));
        let folder = saved_folder().context("there is no home folder to keep it in; set XDG_CONFIG_HOME")?;
        let path = folder.join(format!("{name}.sql"));
        let file = path.display().to_string();
        SqlFile::parse(&file, &text)?;
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        std::fs::write(&path, text).with_context(|| file.clone())?;
        self.say(&format!("saved as {file}; \\named {name} runs it"));
        Ok(())
    }
}

const NO_FINDINGS: &str = "findings are written to .txt, .json, .ndjson, .csv, .parquet, .md or .html";
const NO_PAGE: &str = "a page is written to .txt, .json or .md";

/// What detections find.
async fn found(
    catalogue: &Catalogue,
    context: &Context,
    session: &Session,
    flows: &Flows,
    from: Option<i64>,
) -> Result<Outcome> {
    let history = match flows {
        Flows::Lake(of_lake) => of_lake.lake().history(),
        Flows::Logs(_) => History::default(),
    };
    let question = Detecting { catalogue, context, history: &history, judged: Judged::All, from, has_panels: false };
    Ok(detect::run(session, flows.flow_schema(), flows.coverage(), &question).await?)
}

/// The catalogue of one detection.
async fn chosen(id: &str, params: Vec<(String, String, String)>) -> Result<Catalogue> {
    let choice = Choice { only: vec![id.to_owned()], params, ..Choice::default() };
    Catalogue::load(&choice).await.map_err(|error| match error {
        DetectError::Unknown { id, known } => {
            let near = did_you_mean(&id, known.iter().map(String::as_str));
            anyhow!("there is no detection {id}{near}; \\detections lists them")
        }
        error => error.into(),
    })
}

/// The queries that ship with the program, and the user's own.
///
/// # Errors
/// When one that ships is broken; of the user's own a word is said.
pub fn named_queries() -> Result<Vec<SqlFile>> {
    let mut queries =
        INVESTIGATE.iter().map(|(file, text)| SqlFile::parse(file, text)).collect::<Result<Vec<_>, _>>()?;
    let entries = saved_folder().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut paths: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        let query = read_text(&path).map_err(anyhow::Error::from).and_then(|text| Ok(SqlFile::parse(&name, &text)?));
        match query {
            Ok(query) => queries.push(query),
            Err(error) => tell(format_args!("warning: {}: {error}", printable(&name))),
        }
    }
    Ok(queries)
}

/// Where the user's own queries are kept.
fn saved_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = named.or_else(|| Some(std::env::home_dir()?.join(".config")))?;
    Some(config.join("vpcflow").join("queries"))
}

fn lines(text: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(text).lines().map(str::to_owned).collect()
}

fn wrapped(line: &str, width: usize) -> Vec<String> {
    textwrap::wrap(line, textwrap::Options::new(width).subsequent_indent("  "))
        .iter()
        .map(ToString::to_string)
        .collect()
}
