//! The commands, carried out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::Utc;
use clap::ValueEnum;
use vpcflow::near::did_you_mean;
use vpcflow::report::{Chart, ChartKind, RowFormat, told_bytes};
use vpcflow::scan::CacheState;

use super::ask::{Question, counted};
use super::commands::{self, COMMANDS};
use super::settings::{Expanded, switched};
use super::show::{self, Screen};
use super::{Next, Shell, describe, editor};
use crate::cli::source::parse_day;

impl Shell {
    /// Carries a command out.
    pub(super) async fn obey(&mut self, line: &str) -> Result<Next> {
        let (name, arguments) = commands::split(line);
        let first = arguments.first().copied();
        match name {
            "q" => return Ok(Next::Leave),
            "?" => {
                let help: Vec<String> = commands::help().lines().map(str::to_owned).collect();
                show::print(&help, &self.settings, Screen::of_stdout())?;
            }
            "d" | "dt" => {
                let ready = self.ready().await?;
                let rows = match first.filter(|_| name == "d") {
                    Some(table) => describe::columns(&ready, table).await?,
                    None => describe::tables(&ready).await?,
                };
                self.show_rows(&rows)?;
            }
            "df" => {
                let ready = self.ready().await?;
                match first {
                    None => self.show_rows(&describe::function_list(&ready)?)?,
                    Some(name) => {
                        show::print(&describe::function(&ready, name)?, &self.settings, Screen::of_stdout())?;
                    }
                }
            }
            "since" | "date" | "period" => {
                self.set_period(name, first)?;
                if self.sources.at_hand().is_none()
                    && let Some(ready) = self.sources.begin().await?
                {
                    self.arrived(&ready).await;
                }
            }
            "detections" => self.detections(first).await?,
            "run" => self.run_detection(&arguments).await?,
            "named" => self.named(&arguments).await?,
            "save" => self.save(first)?,
            "investigate" => self.investigate(first).await?,
            "explain" => {
                let Some(sql) = self.last_sql.clone() else { bail!("there is no statement to explain yet") };
                let analyze = match first {
                    None => "",
                    Some("analyze") => "ANALYZE ",
                    Some(other) => bail!("\\explain {other}: write \\explain, or \\explain analyze"),
                };
                self.ask(Question::Sql(format!("EXPLAIN {analyze}{sql}"))).await?;
            }
            "format" | "x" | "human" | "rows" | "pager" | "timing" | "o" => self.set(name, first)?,
            "chart" => self.chart(&arguments)?,
            "cache" => self.cache(first)?,
            "i" => {
                let Some(file) = first else { bail!("\\i FILE: which file?") };
                return self.script(Path::new(file)).await;
            }
            other => {
                let near = did_you_mean(other, COMMANDS.iter().map(|command| command.name));
                bail!("there is no command \\{other}{near}; \\? lists them");
            }
        }
        Ok(Next::Go)
    }

    /// Sets how results are shown.
    fn set(&mut self, name: &str, word: Option<&str>) -> Result<()> {
        let settings = &mut self.settings;
        match name {
            "format" => {
                let word = word.unwrap_or_default();
                match <RowFormat as ValueEnum>::from_str(word, true) {
                    Ok(format) => settings.format = format,
                    Err(_) => bail!("\\format {word}: write table, csv, tsv, json, ndjson, markdown or parquet"),
                }
            }
            "x" if word == Some("auto") => settings.expanded = Expanded::Auto,
            "x" => {
                let is_on = switched(name, word, settings.expanded == Expanded::On)?;
                settings.expanded = if is_on { Expanded::On } else { Expanded::Off };
            }
            "human" => settings.human = switched(name, word, settings.human)?,
            "pager" => settings.pager = switched(name, word, settings.pager)?,
            "timing" => settings.timing = switched(name, word, settings.timing)?,
            "rows" => {
                settings.rows = match word {
                    Some("all") => None,
                    Some(number) => match number.replace('_', "").parse() {
                        Ok(rows) if rows > 0 => Some(rows),
                        _ => bail!("\\rows {number}: write a number of rows, or all"),
                    },
                    None => bail!("\\rows: write a number of rows, or all"),
                }
            }
            _ => {
                self.output = word.filter(|word| *word != "-").map(PathBuf::from);
                return Ok(());
            }
        }
        if self.is_interactive {
            let is_on = |is_on| if is_on { "on" } else { "off" };
            let said = match name {
                "format" => format!("results are written as {:?}", self.settings.format).to_lowercase(),
                "x" => format!("a line for each column: {:?}", self.settings.expanded).to_lowercase(),
                "human" => format!("units: {}", is_on(self.settings.human)),
                "pager" => format!("pager: {}", is_on(self.settings.pager)),
                "timing" => format!("timing: {}", is_on(self.settings.timing)),
                _ => self
                    .settings
                    .rows
                    .map_or("all rows are shown".to_owned(), |rows| format!("up to {rows} rows are shown")),
            };
            self.say(&said);
        }
        Ok(())
    }

    /// Chooses the period, or says which it is.
    fn set_period(&mut self, name: &str, word: Option<&str>) -> Result<()> {
        match (name, word) {
            ("since", Some(span)) => {
                let since = span.parse::<humantime::Duration>();
                let since = since.with_context(|| format!("\\since {span}: a span is written 24h or 7days"))?;
                self.sources.choose(|args| {
                    (args.date, args.from, args.to, args.since) = (None, None, None, Some(since));
                })?;
            }
            ("date", Some(day)) => {
                let date = parse_day(day).map_err(|told| anyhow!("\\date {day}: {told}"))?;
                self.sources.choose(|args| {
                    (args.date, args.from, args.to, args.since) = (Some(date), None, None, None);
                })?;
            }
            ("period", Some("all")) => self.sources.choose(|args| {
                (args.date, args.from, args.to, args.since) = (None, None, None, None);
            })?,
            ("period", None) => {
                let selection = self.sources.args().selection(Utc::now())?.to_string();
                self.say(if selection.is_empty() { "all records are asked of" } else { &selection });
            }
            ("period", Some(other)) => bail!("\\period {other}: write \\period all, \\date DAY or \\since SPAN"),
            (name, _) => bail!("\\{name}: of which? \\since 24h, \\date 2026-03-11; \\period all lifts it"),
        }
        Ok(())
    }

    /// Tells what is kept of objects that were read, or forgets it.
    fn cache(&self, word: Option<&str>) -> Result<()> {
        let cache = self.sources.cache();
        match word {
            None => {}
            Some("clear") => cache.clear(),
            Some(other) => bail!("\\cache {other}: write \\cache, or \\cache clear"),
        }
        let CacheState { objects, bytes, limit_bytes, hits } = cache.state();
        self.say(&format!(
            "{} kept, {} of {} at most; {} not read again so far",
            counted(objects, "object"),
            told_bytes(bytes as u64),
            told_bytes(limit_bytes as u64),
            counted(hits as usize, "object"),
        ));
        Ok(())
    }

    /// Draws the last result.
    fn chart(&self, arguments: &[&str]) -> Result<()> {
        let Some(rows) = &self.last else { bail!("there is no result to draw yet") };
        let (kind, file) = match arguments {
            [] => (None, None),
            [one] => match ChartKind::named(one) {
                Some(kind) => (Some(kind), None),
                None => (None, Some(*one)),
            },
            [kind, file] if ChartKind::named(kind).is_some() => (ChartKind::named(kind), Some(*file)),
            _ => bail!("\\chart {}: write \\chart [bars|line|hist] [FILE.svg|FILE.png|FILE.html]", arguments.join(" ")),
        };
        let chart = Chart::of(rows, kind)?;
        if let Some(file) = file {
            chart.write(Path::new(file), rows).with_context(|| file.to_owned())?;
            self.say(&format!("drawn in {file}"));
            return Ok(());
        }
        let screen = Screen::of_stdout();
        let (columns, lines) = screen.map_or((100, 30), |screen| (screen.columns, screen.lines));
        let drawn = chart.lines(columns, lines, screen.is_some() && editor::has_colours());
        Ok(show::print(&drawn, &self.settings, screen)?)
    }
}
