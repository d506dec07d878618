//! One detection: its file, understood.

use std::path::PathBuf;

use datafusion::common::{DataFusionError, ParamValues, ScalarValue};
use datafusion::prelude::DataFrame;
use thiserror::Error;

use super::catalogue::SHIPPED;
use super::parameter::Parameters;
use super::rows;
use super::shared::{self, Prepared};
use super::suppress::SuppressError;
use crate::context::{Context, ContextError, Input};
use crate::conversation::TABLES;
use crate::format::field::{FIELDS, column_name};
use crate::history;
use crate::limits::{self, HISTORY_DAYS};
use crate::near::did_you_mean;
use crate::scan::FlowSchema;
use crate::session::Session;
use crate::sql_file::{ParamError, SqlFile, SqlFileError};

/// Why detections can't run.
#[derive(Debug, Error)]
pub enum DetectError {
    /// A file that is no detection.
    #[error(transparent)]
    File(#[from] SqlFileError),
    /// A parameter of the command line.
    #[error("--param {id}: {error}")]
    Param {
        /// The detection.
        id: String,
        /// What is wrong.
        error: ParamError,
    },
    /// Values of the command line that the query does not take.
    #[error("--param {id}: {problem}; look at what was given for {names}")]
    Value {
        /// The detection.
        id: String,
        /// The parameters that were given.
        names: String,
        /// What is wrong.
        problem: String,
    },
    /// A name nobody has.
    #[error("there is no detection {id}{}; vpcflow detections list names them all", did_you_mean(.id, .known.iter().map(String::as_str)))]
    Unknown {
        /// The name.
        id: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Those that were left out are all that were chosen.
    #[error("--only and --exclude leave no detection: what one chooses the other leaves out")]
    NoneLeft,
    /// A folder of the user's.
    #[error("{}: {error}", .path.display())]
    Folder {
        /// The folder or a file of it.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// Such a folder without detections.
    #[error("{}: no detection in it; detections are files called ID.sql", .folder.display())]
    NoFiles {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// Records of more days than are judged in a run.
    #[error(
        "the records are of {days} days, and a run judges {} at most; choose a period with --from and --to",
        limits::DAYS
    )]
    TooManyDays {
        /// How many.
        days: usize,
    },
    /// A file of suppressions.
    #[error(transparent)]
    Suppress(#[from] SuppressError),
    /// The engine, outside a detection.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

/// The keys of a detection's front matter beside those of every query.
const KEYS: [&str; 13] = [
    "attack",
    "days",
    "did",
    "false-positives",
    "guardduty",
    "history-days",
    "inputs",
    "least-hours",
    "like",
    "records",
    "remediation",
    "scope",
    "why",
];

/// Which records a finding counts (`-- scope:`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those between the actor and the target that it names, at the port that it names.
    Named,
    /// All of the interface; who is named had the greater part in it.
    Interface,
}

/// A detection, ready to run.
#[derive(Debug, Clone)]
pub struct Detection {
    /// Its file.
    pub file: SqlFile,
    /// The file's name, for errors.
    pub file_name: String,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// The GuardDuty finding type it corresponds to.
    pub guardduty: Option<String>,
    /// Why a finding matters.
    pub why: String,
    /// When it is a false alarm.
    pub false_positives: String,
    /// What to do about a finding.
    pub remediation: String,
    /// What the actor of a finding did (`-- did:`), as a verb in the past that follows the actor; may be empty.
    pub did: String,
    /// Which records a finding counts.
    pub scope: Scope,
    /// Whether logs of several days are judged as one (`-- days: together`), and not day by day.
    pub is_of_all_days: bool,
    /// Hours of logs that it needs to have something to compare with (`-- least-hours:`): a number, or the parameter that
    /// says how many.
    pub least_hours: Option<String>,
    /// Days of history that it can't do without (`-- history-days:`).
    pub history_days: Option<usize>,
    /// The inputs it can't do without.
    pub inputs: Vec<Input>,
    /// Its parameters' values.
    pub values: Vec<(String, ScalarValue)>,
}

impl Detection {
    /// Understands a file; `given` are values for its parameters.
    ///
    /// # Errors
    /// When the front matter is incomplete, or a value does not fit.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, DetectError> {
        let file = SqlFile::parse(file_name, text)?;
        file.has_only(file_name, &KEYS)?;
        file.uses_its_params(file_name, file.keys.get("least-hours").map(String::as_str))?;
        let key = |name: &str| file.keys.get(name).cloned();
        let required =
            |name: &str| key(name).ok_or_else(|| error(file_name, format!("no {name}; add a line: -- {name}: ...")));
        let scope = match key("scope").as_deref() {
            None => Scope::Named,
            Some("interface") => Scope::Interface,
            Some(other) => {
                return Err(error(file_name, format!("{other:?} is no scope; leave it out or use interface")).into());
            }
        };
        let is_of_all_days = match key("days").as_deref() {
            None => false,
            Some("together") => true,
            Some(other) => {
                let problem = format!("{other:?} is not how days are judged; leave it out or use together");
                return Err(error(file_name, problem).into());
            }
        };
        let list = |name: &str| -> Vec<String> {
            let text = key(name).unwrap_or_default();
            text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let inputs = list("inputs").into_iter().map(|name| {
            let problem =
                || format!("{name:?} is no input; inputs are security-groups, interfaces, threat-list and tor-list");
            Input::named(&name).ok_or_else(|| error(file_name, problem()))
        });
        let least_hours = key("least-hours");
        let is_hours =
            |text: &String| text.parse::<f64>().is_ok() || file.params.iter().any(|param| param.name == *text);
        if let Some(text) = least_hours.as_ref().filter(|text| !is_hours(text)) {
            return Err(error(file_name, format!("least-hours: {text:?} is neither a number nor a parameter")).into());
        }
        let history_days = match key("history-days").map(|text| (text.parse(), text)) {
            None => None,
            Some((Ok(days @ 1..=HISTORY_DAYS), _)) => Some(days as usize),
            Some((_, text)) => {
                let problem = format!("history-days: {text:?} is no number of days, 1 to {HISTORY_DAYS}");
                return Err(error(file_name, problem).into());
            }
        };
        Ok(Detection {
            history_days,
            least_hours,
            attack: list("attack"),
            guardduty: key("guardduty"),
            why: required("why")?,
            false_positives: required("false-positives")?,
            remediation: required("remediation")?,
            did: key("did").unwrap_or_default(),
            scope,
            is_of_all_days,
            inputs: inputs.collect::<Result<_, _>>()?,
            values: Vec::new(),
            file_name: file_name.to_owned(),
            file,
        })
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// Whether it comes with the program.
    pub fn is_shipped(&self) -> bool {
        self.file_name.starts_with(SHIPPED)
    }

    /// Whether its query may read a table: its name is in it.
    pub(super) fn reads(&self, table: &str) -> bool {
        self.file.sql.to_ascii_lowercase().contains(table)
    }

    /// Whether its query may read what earlier days were like.
    pub(super) fn reads_history(&self) -> bool {
        history::is_read_by(&self.file.sql)
    }

    /// Why it can't run on this input; `None` when it can.
    pub fn skip_reason(&self, flows: &FlowSchema, context: &Context) -> Option<String> {
        let lacks = |field: &&String| !flows.has_field(field) && !stands_in(field, flows);
        let fields: Vec<String> = self.file.needs.iter().filter(lacks).map(|field| with_near(field)).collect();
        if !fields.is_empty() {
            return Some(format!("needs {}", fields.join(", ")));
        }
        let inputs: Vec<&str> =
            self.inputs.iter().filter(|input| !context.has(**input)).map(|input| input.option()).collect();
        (!inputs.is_empty()).then(|| format!("needs {}", inputs.join(" and ")))
    }

    /// Why it can't judge logs of so many seconds, which `of` names; `None` when it can.
    pub(super) fn too_short(&self, seconds: i64, of: &str) -> Option<String> {
        let needed = self.least_hours.as_ref()?;
        let hours = match self.values.iter().find(|(name, _)| name == needed) {
            Some((_, ScalarValue::Int64(Some(hours)))) => *hours as f64,
            Some((_, ScalarValue::Float64(Some(hours)))) => *hours,
            _ => needed.parse().ok()?,
        };
        // The last records end somewhat before the last hour does.
        let is_short = (seconds as f64) < hours * 3600.0 - 600.0;
        let needed = if hours == 1.0 { "an hour".to_owned() } else { format!("{hours} hours") };
        is_short.then(|| format!("needs {needed} of logs, {of} {:.1} hours", seconds as f64 / 3600.0))
    }

    /// The query with its columns in the form that findings are made of, and the steps that it reads more than once
    /// computed.
    pub(super) async fn prepare(&self, session: &Session) -> Result<Prepared, DataFusionError> {
        let Prepared { frame, kept } = shared::prepare(session, &self.file.sql, |frame| self.bind(frame)).await?;
        Ok(Prepared { frame: rows::shape(frame)?, kept })
    }

    fn bind(&self, frame: DataFrame) -> Result<DataFrame, DataFusionError> {
        let values = self.values.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        frame.with_param_values(ParamValues::Map(values))
    }

    async fn plan(&self, session: &Session) -> Result<DataFrame, DataFusionError> {
        rows::shape(self.bind(session.sql(&self.file.sql).await?)?)
    }

    async fn try_plan(&self, session: &Session) -> Result<(), DataFusionError> {
        self.plan(session).await?.create_physical_plan().await.map(|_| ())
    }

    /// Whether a parameter has another value than its default.
    pub(super) fn is_changed(&self) -> bool {
        Parameters::of(self).0.iter().any(|parameter| parameter.instead_of.is_some())
    }

    /// Plans the query of a sound detection with values that were given: some, such as networks, are looked at by then.
    pub(super) async fn check_values(&self, session: &Session) -> Result<(), DetectError> {
        self.try_plan(session).await.map_err(|error| {
            let given = Parameters::of(self).0.into_iter().filter(|parameter| parameter.instead_of.is_some());
            let names = given.map(|parameter| parameter.name).collect::<Vec<_>>().join(", ");
            DetectError::Value { id: self.id().to_owned(), names, problem: root(&error) }
        })
    }

    /// Plans the query in a session whose tables are empty.
    pub(super) async fn check(&self, session: &Session) -> Result<(), DetectError> {
        self.try_plan(session).await.map_err(|error| {
            let line = line_of(&error).unwrap_or_else(|| first_line_of_sql(&self.file.sql));
            let mut problem = root(&error);
            if let Some((_, missing)) = problem.strip_suffix("' not found").and_then(|text| text.rsplit_once('.')) {
                problem = format!(
                    "there is no table {missing}; detections read {}",
                    [&TABLES[..], &history::TABLES[..], &[history::HOSTS]].concat().join(", ")
                );
            }
            SqlFileError { file: self.file_name.clone(), line, problem }.into()
        })
    }
}

/// What was wrong, without the words that name the step of planning in which it was seen.
fn root(error: &DataFusionError) -> String {
    let problem = error.find_root().strip_backtrace();
    let problem = problem.lines().next().unwrap_or_default();
    problem.strip_prefix("Error during planning: ").unwrap_or(problem).to_owned()
}

/// Packet-level addresses serve where the others are left out of a custom format.
fn stands_in(field: &str, flows: &FlowSchema) -> bool {
    match field {
        "srcaddr" => flows.has_field("pkt_srcaddr"),
        "dstaddr" => flows.has_field("pkt_dstaddr"),
        _ => false,
    }
}

/// A field that logs lack; one that AWS does not have may be a typo.
fn with_near(field: &str) -> String {
    let known: Vec<_> = FIELDS.iter().map(|field| column_name(field.name)).collect();
    match known.contains(&field.into()) {
        true => field.to_owned(),
        false => format!("{field}{}", did_you_mean(field, known.iter().map(AsRef::as_ref))),
    }
}

fn error(file: &str, problem: String) -> SqlFileError {
    SqlFileError { file: file.to_owned(), line: 1, problem }
}

/// The line that the engine complains of: the planner gives a place in the text, the parser writes it into its words.
fn line_of(error: &DataFusionError) -> Option<usize> {
    if let Some(span) = error.diagnostic().and_then(|diagnostic| diagnostic.span) {
        return Some(span.start.line as usize);
    }
    let text = error.to_string();
    let (_, after) = text.split_once("Line: ")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn first_line_of_sql(text: &str) -> usize {
    let is_sql = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with("--");
    text.lines().position(is_sql).map_or(1, |index| index + 1)
}
