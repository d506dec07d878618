//! `vpcflow detect` from text to findings: small logs written line by line, read by the real reader.

mod cases;
mod context;
mod conversations;
mod costs;
mod days;
mod findings;
mod frame;
mod incidents;
pub mod logs;
mod networks;
mod ours;
mod outputs;
mod own;
mod planted;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::detect::{Catalogue, Choice, Finding, Judged, Outcome, Question, run};
use vpcflow::history::History;
use vpcflow::scan::{FlowTable, ReadOptions, Selection};
use vpcflow::session::{Session, SessionOptions};
use vpcflow::store::{AwsOptions, Sources};

use logs::Logs;

/// No file of context.
fn nothing() -> Context {
    Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read")
}

/// A session over a folder of logs.
struct Opened {
    session: Session,
    flows: Arc<FlowTable>,
    /// Holds the logs for as long as they are read.
    _folder: TempDir,
}

impl Opened {
    async fn new(texts: &[&str]) -> Self {
        let options = SessionOptions { threads: 2, ..SessionOptions::default() };
        let runtime = options.runtime().expect("a runtime");
        Self::with(&options, runtime, texts.iter().map(|text| (None, *text)).collect()).await
    }

    /// The same with a runtime of the test's and files under names that say something.
    async fn with(options: &SessionOptions, runtime: Arc<RuntimeEnv>, files: Vec<(Option<&str>, &str)>) -> Self {
        let folder = TempDir::new().expect("a folder");
        for (number, (name, text)) in files.into_iter().enumerate() {
            write(folder.path(), name.unwrap_or(&format!("{number}.log")), text);
        }
        Self::over(options, runtime, folder).await
    }

    /// A session over what lies in a folder.
    async fn over(options: &SessionOptions, runtime: Arc<RuntimeEnv>, folder: TempDir) -> Self {
        let session = Session::new(options, Arc::clone(&runtime)).expect("a session");
        let sources = [folder.path().display().to_string()];
        let objects = Sources::open(&sources, None, &AwsOptions::default()).await.expect("a folder of logs");
        let flows = FlowTable::open(objects, ReadOptions::default(), Selection::default(), &runtime).await;
        let flows = Arc::new(flows.expect("flow logs"));
        session.register_flows(Arc::clone(&flows)).expect("a new session");
        Opened { session, flows, _folder: folder }
    }

    async fn detect(&self, choice: &Choice, context: &Context) -> Outcome {
        let catalogue = Catalogue::load(choice).await.unwrap_or_else(|error| panic!("{error}"));
        let question = Question {
            catalogue: &catalogue,
            context,
            history: &History::default(),
            judged: Judged::All,
            from: None,
            has_panels: false,
        };
        run(&self.session, self.flows.flow_schema(), self.flows.coverage(), &question)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The rows of a query, cells between spaces.
    async fn rows(&self, sql: &str) -> Vec<String> {
        let batches = self.session.sql(sql).await.expect(sql).collect().await.expect(sql);
        let options = arrow::util::display::FormatOptions::default().with_null("-");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| arrow::util::display::ArrayFormatter::try_new(column, &options).expect("displayable"))
                .collect();
            let row = |row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ");
            rows.extend((0..batch.num_rows()).map(row));
        }
        rows
    }
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(text.as_bytes()).expect("a file to write");
    path
}

fn only(id: &str) -> Choice {
    Choice { only: vec![id.to_owned()], ..Choice::default() }
}

/// What one detection finds in logs, each finding on a line, with the number of records that its query shows.
async fn found(id: &str, logs: &Logs) -> Vec<String> {
    found_with(id, logs, &Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read"))
        .await
}

async fn found_with(id: &str, logs: &Logs, context: &Context) -> Vec<String> {
    found_in(id, &logs.text(), context).await
}

async fn found_in(id: &str, text: &str, context: &Context) -> Vec<String> {
    let opened = Opened::new(&[text]).await;
    let outcome = opened.detect(&only(id), context).await;
    assert_eq!(outcome.skipped, []);
    let mut lines = Vec::new();
    for finding in &outcome.findings {
        assert_eq!(finding.detection, id);
        let records = opened.rows(&finding.query).await.len();
        lines.push(format!("{}, {records} records", line(finding)));
    }
    lines
}

/// Severity, who, whom, where, when, what.
fn line(finding: &Finding) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let port = finding.port.map_or("-".to_owned(), |port| port.to_string());
    let (start, end) = (finding.window_start.to_string(), finding.window_end.to_string());
    format!(
        "{} {} {} > {}:{port} {} {}-{}: {}",
        finding.severity,
        or(&finding.interface_id),
        or(&finding.actor),
        or(&finding.target),
        or(&finding.direction),
        &start[11..16],
        &end[11..16],
        finding.description
    )
}
