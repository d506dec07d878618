//! `vpcflow query`: one SQL statement over flow logs.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{ArgGroup, Args};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use super::context::ContextArgs;
use super::output::{OutputArgs, Pending};
use super::question::Question;
use super::source::SourceArgs;
use super::workers::{Stopped, Workers};
use super::{Outcome, coverage, print, tell};
use vpcflow::context::{Context, ContextFiles};
use vpcflow::opened::lacking;
use vpcflow::queries::{INVESTIGATE, Shipped};
use vpcflow::report::{RowFormat, Sink, printable, row_writer};
use vpcflow::sql_file::{SqlFile, read_text};

/// Runs one SQL query over flow logs.
///
/// The table is called flows, and vpc_flow_logs as in AWS' own queries; columns have AWS' names with _ for -. The tables
/// connections, conversations and interface_spans, which detections read, are made when the SQL names them. Files of
/// context give the tables security_group_rules, interfaces, world_open_ports and threat_lists, and functions such as
/// country(addr); they may be local or in S3 (s3://bucket/key), plain or gzip.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["command", "file", "named"])))]
pub struct QueryArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// The SQL
    #[arg(short, long, value_name = "SQL", allow_hyphen_values = true)]
    command: Option<String>,

    /// A file that holds the SQL
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// A query that comes with vpcflow, for example top-talkers; 'list' lists them
    #[arg(long, value_name = "NAME")]
    named: Option<String>,

    /// Print the named query's SQL instead of running it, to change it or to keep it
    #[arg(long, requires = "named", conflicts_with_all = ["command", "file", "sources"])]
    show: bool,

    /// A value for a parameter of a named query, or of a file that declares some
    #[arg(long = "param", value_name = "NAME=VALUE", conflicts_with = "command")]
    params: Vec<String>,

    #[command(flatten)]
    context: ContextArgs,

    /// How rows are written; the default is by the ending of the output file, else table
    #[arg(long, value_enum)]
    format: Option<RowFormat>,

    #[command(flatten)]
    output: OutputArgs,
}

impl QueryArgs {
    /// Runs the query.
    ///
    /// # Errors
    /// When the arguments, the sources or the SQL are wrong, or the result can't be written.
    pub async fn run(&self) -> Result<Outcome> {
        match self.named.as_deref() {
            Some("list") => return list_named(),
            Some(name) if self.show => return print(shipped(name)?.1),
            _ => {}
        }
        self.output.address()?;
        self.format()?;
        let question = self.question()?;
        let (options, aws) = (self.context.options(), self.source.aws.options()?);
        self.output.check_spares(options.files().chain(&self.file))?;
        let files = ContextFiles::fetch(options.files(), &aws).await?;
        let context = Context::load(&options, &files)?;
        drop(files);
        for warning in context.warnings() {
            tell(format_args!("warning: {}", printable(&warning)));
        }
        let opened = self.source.open().await?;
        context.register(&opened.session)?;
        let closed = Arc::new(AtomicBool::new(false));
        let (sink, pending) = self.output.open(&opened, aws, Arc::clone(&closed)).await?;
        let frame = match question.plan(&opened, &context).await {
            Err(error) => return Err(question.explained(error, &opened, "query").await),
            Ok(frame) => frame,
        };
        for lacking in lacking(frame.logical_plan(), &context)? {
            tell(format_args!("note: {lacking}"));
        }
        let writing = write(frame, self.format()?, sink, pending, self.output.place());
        let workers = Workers::own(self.source.limits.options()?.memory_limit_bytes);
        let done = match workers.spawn(writing).await?.await {
            // It was told when it happened.
            Err(Stopped::Grief(panic)) if panic.is_panic() => std::panic::resume_unwind(panic.into_panic()),
            done => done.map_err(anyhow::Error::from).flatten(),
        };
        // Whoever closes the pipe has seen enough: no error.
        if closed.load(Ordering::Relaxed) {
            return Ok(Outcome::Done);
        }
        if let Err(error) = done {
            return Err(question.explained(error, &opened, "query").await);
        }
        let report = opened.coverage();
        coverage::warn(&report, options.files().chain(&self.file));
        Ok(if report.is_partial() { Outcome::Partial } else { Outcome::Done })
    }

    fn question(&self) -> Result<Question> {
        if let Some(name) = &self.named {
            let (file, text) = shipped(name)?;
            return self.declared(SqlFile::parse(file, text)?);
        }
        let sql = match (&self.command, &self.file) {
            (Some(sql), _) => sql.clone(),
            (None, Some(file)) => read_text(file).with_context(|| file.display().to_string())?,
            (None, None) => bail!("no query given"),
        };
        match &self.file {
            Some(file) if SqlFile::is_declared(&sql) => {
                self.declared(SqlFile::parse(&file.display().to_string(), &sql)?)
            }
            _ if self.params.is_empty() => Ok(Question::Sql(sql)),
            _ => bail!("--param: this file declares no parameter with a line -- param: NAME TYPE DEFAULT meaning"),
        }
    }

    /// A file that declares what it needs and its parameters.
    fn declared(&self, file: SqlFile) -> Result<Question> {
        let split = |param: &String| match param.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(anyhow!("--param {param}: write NAME=VALUE")),
        };
        let given = self.params.iter().map(split).collect::<Result<Vec<_>>>()?;
        Ok(Question::File(Box::new(file), given))
    }

    fn format(&self) -> Result<RowFormat> {
        match (self.format, self.output.path()) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(RowFormat::Table),
            (None, Some(path)) => match path.to_str().and_then(RowFormat::of_file) {
                Some(format) => Ok(format),
                None => bail!("{}: the ending names no format; add --format", path.display()),
            },
        }
    }
}

async fn write(frame: DataFrame, format: RowFormat, sink: Sink, pending: Pending, place: String) -> Result<()> {
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    if format == RowFormat::Parquet && sink.is_terminal() {
        bail!("Parquet is not for a terminal; add -o FILE or redirect the output");
    }
    let mut batches = execute_stream(plan, task)?;
    let in_place = || place.clone();
    let mut writer = row_writer(format, sink, batches.schema()).with_context(in_place)?;
    while let Some(batch) = batches.next().await {
        writer.write(&batch?).with_context(in_place)?;
    }
    writer.finish().with_context(in_place)?;
    pending.keep().await.with_context(in_place)?;
    Ok(())
}

/// The shipped query called `name`.
fn shipped(name: &str) -> Result<&'static Shipped> {
    let query = INVESTIGATE.iter().find(|(file, _)| file.trim_end_matches(".sql") == name);
    query.ok_or_else(|| anyhow!("no query is called '{name}'; --named list lists them"))
}

fn list_named() -> Result<Outcome> {
    let mut list = String::new();
    for (file, text) in INVESTIGATE {
        let query = SqlFile::parse(file, text)?;
        list += &format!("{:<40} {}", query.id, query.title);
        for param in &query.params {
            list += &format!(" (--param {}=...)", param.name);
        }
        list.push('\n');
    }
    print(&list)
}
