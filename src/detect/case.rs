//! Cases that try detections out: records that a detection must find something in, or nothing.
//!
//! A case is a query that gives the records, with their fields' names as columns, under a front matter that says what is
//! to be found. It lies in a folder beside its detection, `ID.cases/NAME.sql`:
//!
//! ```sql
//! -- id: sixteen-ports
//! -- title: A stranger tries sixteen ports in half a minute
//! -- expect: low 203.0.113.9 > 10.0.0.1
//! SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, n AS dstport,
//!     6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 'REJECT' AS action
//! FROM generate_series(1, 16) AS t(n)
//! ```
//!
//! `expect` is `nothing`, or findings between semicolons, each as severity, actor, target and port: `high 10.0.0.1 >
//! 203.0.113.9:443`. Whom a finding does not name is `-`, and a port that it does not name is left out. `says` is what the
//! sentences of the findings must have in them, between semicolons; what has a semicolon in it is two. `shows` is `nothing`
//! where the findings' queries must show no record, because the finding is that there is none; `skipped` is the reason for
//! which the detection must not judge the records; `judged` is `last` where only the last day is judged, and those before it
//! are its history. `security-groups`,
//! `interfaces`, `threat-list`, `tor-list`, `trusted`, `aws-ip-ranges`, `geo` and `names` name files of context in the same
//! folder; `params` sets the detection's parameters: `name=value`, between semicolons.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{Expr, cast, ident};
use thiserror::Error;

use super::catalogue::{Catalogue, Choice};
use super::detection::DetectError;
use super::finding::{Finding, Severity};
use super::run::{Judged, Question, examine};
use crate::context::{Context, ContextFiles, ContextOptions, ThreatListOption};
use crate::format::field::{FIELDS, column_name};
use crate::history::History;
use crate::queries::{CASES, DETECTIONS};
use crate::scan::{FlowSchema, FoundColumns};
use crate::session::{Session, SessionOptions, TABLE_NAMES};
use crate::sql_file::{SqlFile, SqlFileError};

/// The keys of a case's front matter beside those of every query.
const KEYS: [&str; 14] = [
    "aws-ip-ranges",
    "expect",
    "geo",
    "interfaces",
    "judged",
    "names",
    "params",
    "says",
    "security-groups",
    "shows",
    "skipped",
    "threat-list",
    "tor-list",
    "trusted",
];

/// A case of a detection.
#[derive(Debug, Clone)]
pub struct Case {
    /// The detection.
    pub detection: String,
    /// The query and its front matter.
    pub file: SqlFile,
    /// Its path.
    pub path: PathBuf,
    /// What is to be found, each written as `expect` writes it; empty for nothing.
    pub expected: BTreeSet<String>,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was found, each written as `expect` writes it.
    pub found: BTreeSet<String>,
    /// What is wrong beside: a detection that did not run, a finding whose query shows no record, a sentence that is
    /// not said.
    pub problems: Vec<String>,
}

/// Why a case can't be tried.
#[derive(Debug, Error)]
pub enum CaseError {
    /// A file that is no case.
    #[error(transparent)]
    File(#[from] SqlFileError),
    /// A folder or a file.
    #[error("{}: {error}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// The case's query.
    #[error("{}: {error}", .path.display())]
    Query {
        /// The case.
        path: PathBuf,
        /// The engine's words.
        #[source]
        error: DataFusionError,
    },
    /// The detection.
    #[error(transparent)]
    Detect(#[from] DetectError),
}

/// Writes the shipped detections and their cases to a folder, as they lie in the repository.
///
/// # Errors
/// When the folder can't be written.
pub fn write_shipped(folder: &Path) -> Result<(), CaseError> {
    let detections = DETECTIONS.iter().map(|(name, text)| (name, text.as_bytes()));
    for (name, content) in detections.chain(CASES.iter().map(|(name, content)| (name, *content))) {
        let path = folder.join(name);
        let failed = |error| CaseError::Io { path: path.clone(), error };
        std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
        std::fs::write(&path, content).map_err(failed)?;
    }
    Ok(())
}

impl Case {
    /// The cases in a folder of detections, by detection and name.
    ///
    /// # Errors
    /// When a file can't be read, or is no case.
    pub fn load(folder: &Path) -> Result<Vec<Case>, CaseError> {
        let mut cases = Vec::new();
        for entry in walkdir::WalkDir::new(folder).min_depth(2).max_depth(2).sort_by_file_name() {
            let entry = entry.map_err(|error| CaseError::Io { path: folder.to_owned(), error: error.into() })?;
            let path = entry.path();
            let of = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
            if let Some(detection) = of.as_deref().and_then(|name| name.strip_suffix(".cases"))
                && path.extension().is_some_and(|ending| ending == "sql")
            {
                let text = std::fs::read_to_string(path).map_err(|error| CaseError::Io { path: path.into(), error })?;
                cases.push(Case::parse(detection, path, &text)?);
            }
        }
        Ok(cases)
    }

    fn parse(detection: &str, path: &Path, text: &str) -> Result<Self, SqlFileError> {
        let name = path.display().to_string();
        let file = SqlFile::parse(&name, text)?;
        file.has_only(&name, &KEYS)?;
        if file.keys.get("judged").is_some_and(|judged| judged.trim() != "last") {
            let problem = "judged is last, where the days before it are history; else leave it out".to_owned();
            return Err(SqlFileError { file: name, line: 1, problem });
        }
        let expect = file.keys.get("expect").map(|text| text.trim()).ok_or_else(|| SqlFileError {
            file: name,
            line: 1,
            problem: "no expect; add a line: -- expect: nothing, or the findings".to_owned(),
        })?;
        let findings = expect.split(';').map(|finding| finding.split_whitespace().collect::<Vec<_>>().join(" "));
        let expected: BTreeSet<String> = if expect == "nothing" { BTreeSet::new() } else { findings.collect() };
        let is_finding = |text: &&String| {
            let words: Vec<&str> = text.split(' ').collect();
            matches!(words.as_slice(), [severity, _, ">", _] if Severity::named(severity).is_some())
        };
        if let Some(other) = expected.iter().find(|text| !is_finding(text)) {
            return Err(SqlFileError {
                file: path.display().to_string(),
                line: 1,
                problem: format!(
                    "expect: {other:?} is no finding; write severity, actor, > and target: low - > 10.0.0.1:22"
                ),
            });
        }
        Ok(Case { detection: detection.to_owned(), path: path.to_owned(), expected, file })
    }

    /// Whether it shows what must not be taken for an attack.
    pub fn is_benign(&self) -> bool {
        self.expected.is_empty()
    }

    /// Runs its detection, which lies in `folder` or is a shipped one, over its records.
    ///
    /// # Errors
    /// When the detection is broken, or the records can't be made.
    pub async fn run(&self, folder: &Path) -> Result<Verdict, CaseError> {
        let catalogue = Catalogue::load(&self.choice(folder)).await?;
        let context = Context::load(&self.context(), &ContextFiles::default()).map_err(DetectError::from)?;
        let options = SessionOptions { threads: 1, ..SessionOptions::default() };
        let question = Question {
            catalogue: &catalogue,
            context: &context,
            history: &History::default(),
            judged: if self.file.keys.contains_key("judged") { Judged::Last } else { Judged::All },
            from: None,
            has_panels: false,
        };
        let failed = |error| CaseError::Query { path: self.path.clone(), error };
        let session = Session::new(&options, options.runtime().map_err(failed)?).map_err(failed)?;
        let schema = self.register_records(&session).await.map_err(failed)?;
        let examined = examine(&session, &schema, &question).await.map_err(|error| match error {
            DetectError::Engine(error) => failed(error),
            other => other.into(),
        })?;
        let shows_nothing = self.file.keys.get("shows").is_some_and(|shows| shows.trim() == "nothing");
        let expected = self.file.keys.get("skipped").map(|reason| reason.trim());
        let reasons: Vec<&str> = examined.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
        let unexpected = reasons.iter().filter(|reason| Some(**reason) != expected);
        let mut problems: Vec<String> = unexpected.map(|reason| (*reason).to_owned()).collect();
        if examined.records() == 0 {
            problems.push("its query gives no record, so it shows nothing".to_owned());
        }
        problems.extend(
            expected.filter(|expected| !reasons.contains(expected)).map(|expected| format!("not skipped: {expected}")),
        );
        for finding in &examined.findings {
            let records = session.sql(&finding.query).await.map_err(failed)?.count().await.map_err(failed)?;
            match (records, shows_nothing) {
                (0, false) => problems.push(format!("no record is shown by: {}", finding.query)),
                (1.., true) => problems.push(format!("{records} records are shown by: {}", finding.query)),
                _ => {}
            }
        }
        let says = self.file.keys.get("says").map(String::as_str).unwrap_or_default();
        for part in says.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            if !examined.findings.iter().any(|finding| finding.description.contains(part)) {
                problems.push(format!("no finding says: {part}"));
            }
        }
        Ok(Verdict { found: examined.findings.iter().map(written).collect(), problems })
    }

    fn choice(&self, folder: &Path) -> Choice {
        let values = self.file.keys.get("params").map(String::as_str).unwrap_or_default();
        let values = values.split(';').filter_map(|value| value.trim().split_once('='));
        Choice {
            only: vec![self.detection.clone()],
            params: values
                .map(|(name, value)| (self.detection.clone(), name.trim().to_owned(), value.trim().to_owned()))
                .collect(),
            queries: Some(folder.to_owned()),
            is_unplanned: true,
            ..Choice::default()
        }
    }

    fn context(&self) -> ContextOptions {
        let beside = |key: &str| {
            // Only the last part of a name: a case has its files in its own folder.
            let name = self.file.keys.get(key).and_then(|name| Path::new(name.trim()).file_name());
            name.map(|name| self.path.with_file_name(name)).into_iter().collect::<Vec<_>>()
        };
        let threat_lists = beside("threat-list").into_iter().map(|file| ThreatListOption {
            name: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            severity: Severity::High,
            file,
        });
        ContextOptions {
            security_groups: beside("security-groups"),
            interfaces: beside("interfaces"),
            threat_lists: threat_lists.collect(),
            tor_lists: beside("tor-list"),
            trusted: beside("trusted"),
            aws_ip_ranges: beside("aws-ip-ranges").into_iter().next(),
            geo: beside("geo"),
            names: beside("names"),
            ..ContextOptions::default()
        }
    }

    /// Registers the records as `flows`, each field in its type.
    async fn register_records(&self, session: &Session) -> Result<FlowSchema, DataFusionError> {
        let frame = session.sql(&self.file.sql).await?;
        let mut found = FoundColumns::default();
        let mut columns: Vec<Expr> = Vec::new();
        for column in frame.schema().fields() {
            let name = column.name();
            let field = FIELDS.iter().find(|field| column_name(field.name) == *name);
            let field = field.ok_or_else(|| DataFusionError::Plan(format!("{name} is no field of flow logs")))?;
            found.add_column(name, field.field_type);
            columns.push(cast(ident(name), field.field_type.arrow_type()).alias(name));
        }
        for key in crate::scan::KEY_COLUMNS {
            let of = if key == "_date" { DataType::Date32 } else { DataType::Utf8View };
            columns.push(datafusion::logical_expr::lit(datafusion::common::ScalarValue::try_from(&of)?).alias(key));
        }
        let frame = frame.select(columns)?;
        let schema = Arc::clone(frame.schema().inner());
        let batches = frame.collect().await?;
        let schema = batches.first().map_or(schema, |batch| batch.schema());
        session.context().register_table(TABLE_NAMES[0], Arc::new(MemTable::try_new(schema, vec![batches])?))?;
        Ok(FlowSchema::new(&found))
    }
}

/// A finding as `expect` writes it.
fn written(finding: &Finding) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let port = finding.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{} {} > {}{port}", finding.severity, or(&finding.actor), or(&finding.target))
}
