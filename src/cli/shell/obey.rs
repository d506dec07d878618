//! The commands, carried out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::{TimeDelta, Utc};
use clap::ValueEnum;
use vpcflow::limits::SHELL_PERIOD_PATIENCE;
use vpcflow::near::did_you_mean;
use vpcflow::report::{Chart, ChartKind, FindingFormat, RowFormat, told_bytes};
use vpcflow::scan::CacheState;

use super::ask::counted;
use super::commands::{self, COMMANDS};
use super::settings::{Expanded, switched};
use super::show::{self, Screen};
use super::{Next, Shell, describe, editor};
use crate::cli::question::Question;
use crate::cli::source::parse_day;

/// A file as it is typed: `~/` is the home folder.
fn at_home(file: &str) -> PathBuf {
    let home = file.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| PathBuf::from(file))
}

/// The folder of a file of this machine, where there is none.
fn missing_folder(file: &Path) -> Option<&Path> {
    let is_address = file.to_str().is_some_and(|file| file.contains("://"));
    file.parent().filter(|folder| !is_address && !folder.as_os_str().is_empty() && !folder.is_dir())
}

impl Shell {
    /// Carries a command out.
    pub(super) async fn obey(&mut self, line: &str) -> Result<Next> {
        let (name, arguments) = commands::split(line);
        let first = arguments.first().copied();
        if let Some(command) = COMMANDS.iter().find(|command| command.name == name)
            && let Some(most) = command.most_arguments()
            && let Some(surplus) = arguments.get(most)
        {
            bail!("\\{name} does not take {surplus}: write \\{name} {}", command.arguments);
        }
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
                let before = self.sources.args().clone();
                self.set_period(name, first)?;
                if self.sources.at_hand().is_none() {
                    self.before = Some(Box::new(before));
                    let begun = self.sources.begin(SHELL_PERIOD_PATIENCE).await;
                    if let Some(ready) = self.or_as_before(begun)? {
                        self.arrived(&ready).await;
                    }
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
                return self.script(&at_home(file)).await;
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
                let word = word.map(|word| (word, <RowFormat as ValueEnum>::from_str(word, true)));
                match word {
                    None => {}
                    Some((_, Ok(format))) => settings.format = format,
                    Some((word, Err(_))) => {
                        bail!("\\format {word}: write table, csv, tsv, json, ndjson, markdown or parquet")
                    }
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
                    None => settings.rows,
                    Some("all") => None,
                    Some(number) => match number.replace('_', "").parse() {
                        Ok(rows) if rows > 0 => Some(rows),
                        _ => bail!("\\rows {number}: write a number of rows, or all"),
                    },
                }
            }
            _ => {
                let file = word.filter(|word| *word != "-").map(at_home);
                if let Some(file) = &file
                    && file.to_str().and_then(RowFormat::of_file).is_none()
                    && (file.extension().is_none() || FindingFormat::of_file(file).is_none())
                {
                    bail!("{}: the ending names no format; write .csv, .json, .parquet or .md", file.display());
                }
                if let Some(folder) = file.as_ref().and_then(|file| missing_folder(file)) {
                    bail!("the folder {} does not exist", folder.display());
                }
                self.output = file;
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

    /// What came of opening the sources; when they could not be, the period is again what it was before it was chosen.
    pub(super) fn or_as_before<T>(&mut self, opened: Result<T>) -> Result<T> {
        let before = self.before.take();
        match (opened, before) {
            (Err(problem), Some(before)) if self.is_interactive => {
                self.sources.choose(|args| *args = *before)?;
                Err(anyhow!("{}; the period stays what it was", crate::cli::message(&problem)))
            }
            (Ok(opened), before) => {
                // What is still on its way may come to nothing.
                self.before = before.filter(|_| self.sources.at_hand().is_none());
                Ok(opened)
            }
            (problem, _) => problem,
        }
    }

    /// Chooses the period, or says which it is.
    fn set_period(&mut self, name: &str, word: Option<&str>) -> Result<()> {
        match (name, word) {
            ("since", Some(span)) => {
                let since = span.parse::<humantime::Duration>();
                let since = since.with_context(|| format!("\\since {span}: a span is written 24h or 7days"))?;
                let begins = TimeDelta::from_std(*since).ok().and_then(|span| Utc::now().checked_sub_signed(span));
                if begins.is_none_or(|begins| begins.timestamp() < 0) {
                    bail!("\\since {span}: that is before 1970; \\period all asks of all records");
                }
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
            "{}{} kept, {} of {} at most; {} not read again so far",
            if word.is_some() { "cleared: " } else { "" },
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
                None if !one.contains(['.', '/']) => bail!("\\chart {one}: write \\chart bars, line or hist"),
                None => (None, Some(*one)),
            },
            [kind, file] if ChartKind::named(kind).is_some() => (ChartKind::named(kind), Some(*file)),
            _ => bail!("\\chart {}: write \\chart [bars|line|hist] [FILE.svg|FILE.png|FILE.html]", arguments.join(" ")),
        };
        let chart = Chart::of(rows, kind)?;
        if let Some(file) = file {
            chart.write(&at_home(file), rows).with_context(|| file.to_owned())?;
            self.say(&format!("drawn in {file}"));
            chart.note().iter().for_each(|note| self.say(note));
            return Ok(());
        }
        let screen = Screen::of_stdout();
        let (columns, lines) = screen.map_or((100, 30), |screen| (screen.columns, screen.lines));
        let drawn = chart.lines(columns, lines, screen.is_some() && editor::has_colours());
        Ok(show::print(&drawn, &self.settings, screen)?)
    }
}
