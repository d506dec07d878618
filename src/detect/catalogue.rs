//! Which detections run: those that ship with the program, those of the user's folder, less what was left out.
//!
//! Invariant: a catalogue that was made is sound. Every file was read, its parameters bound, and a user's SQL planned; the
//! tests plan what ships.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::common::ScalarValue;

use super::detection::{DetectError, Detection};
use super::parameter::Parameters;
use crate::context::Context;
use crate::conversation;
use crate::history;
use crate::queries::{DETECTIONS, Shipped};
use crate::session::{Session, SessionOptions};
use crate::sql_file::{ParamError, SqlFileError, read_text};

/// What the user chose.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Only these; empty for all.
    pub only: Vec<String>,
    /// Not these.
    pub exclude: Vec<String>,
    /// Values of parameters: detection, parameter, value.
    pub params: Vec<(String, String, String)>,
    /// Values of parameters to try in further detections, beside those that are chosen: detection, parameter, value.
    pub variants: Vec<(String, String, String)>,
    /// A folder with files that add to the shipped ones, or replace those of the same name.
    pub queries: Option<PathBuf>,
    /// Leaves the user's SQL unplanned, for who runs it at once.
    pub is_unplanned: bool,
}

/// The detections of a run.
#[derive(Debug, Clone)]
pub struct Catalogue {
    detections: Vec<Detection>,
    /// The names of all that there are, those that were left out too.
    known: BTreeSet<String>,
}

impl Catalogue {
    /// Reads, chooses and checks, without looking at any log.
    ///
    /// # Errors
    /// When a file is broken (named with its line), or a choice names what does not exist, or leaves nothing.
    pub async fn load(choice: &Choice) -> Result<Self, DetectError> {
        let shipped = |(name, text): &Shipped| (format!("{SHIPPED}{name}"), (*text).to_owned());
        let mut texts: Vec<(String, String)> = DETECTIONS.iter().map(shipped).collect();
        texts.extend(choice.queries.as_deref().map(files).transpose()?.into_iter().flatten());
        let mut all = BTreeMap::new();
        for (name, text) in &texts {
            let detection = Detection::parse(name, &with_its_like(name, text, &texts)?)?;
            all.insert(detection.id().to_owned(), detection);
        }
        let of_params = choice.params.iter().chain(&choice.variants).map(|(id, ..)| id);
        let named = choice.only.iter().chain(&choice.exclude).chain(of_params);
        for id in named {
            if !all.contains_key(id) {
                let known = all.keys().cloned().collect();
                return Err(DetectError::Unknown { id: id.clone(), known });
            }
        }
        let known = all.keys().cloned().collect();
        let is_chosen =
            |id: &String| (choice.only.is_empty() || choice.only.contains(id)) && !choice.exclude.contains(id);
        let mut detections: Vec<Detection> = Vec::new();
        for detection in all.into_values().filter(|detection| is_chosen(&detection.file.id)) {
            let of_this = |params: &[(String, String, String)]| -> Vec<(String, String)> {
                let of_this = params.iter().filter(|(id, ..)| id == detection.id());
                of_this.map(|(_, name, value)| (name.clone(), value.clone())).collect()
            };
            let given = of_this(&choice.params);
            let mut bound = vec![with_values(&detection, &given)?];
            for (name, value) in of_this(&choice.variants) {
                let others = given.iter().filter(|(other, _)| *other != name).cloned();
                let given: Vec<_> = others.chain([(name.clone(), value.clone())]).collect();
                let mut variant = with_values(&detection, &given)?;
                variant.file.id = format!("{}{VARIANT}{name}={value}", variant.file.id);
                bound.push(variant);
            }
            detections.append(&mut bound);
        }
        if detections.is_empty() {
            return Err(DetectError::NoneLeft);
        }
        let catalogue = Catalogue { detections, known };
        if !choice.is_unplanned {
            catalogue.check_users().await?;
        }
        Ok(catalogue)
    }

    /// The detections, by name.
    pub fn detections(&self) -> &[Detection] {
        &self.detections
    }

    /// Whether some compare what they see with earlier days.
    pub fn reads_history(&self) -> bool {
        self.detections.iter().any(Detection::reads_history)
    }

    /// Whether there is a detection of this name, chosen or not.
    pub fn knows(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// The values in force of some detections' parameters.
    pub(super) fn parameters(&self, ids: &[String]) -> BTreeMap<String, Parameters> {
        let chosen = self.detections.iter().filter(|detection| ids.iter().any(|id| id == detection.id()));
        chosen.map(|detection| (detection.id().to_owned(), Parameters::of(detection))).collect()
    }

    /// Plans the SQL of the user's files, so that a mistake is known before any object is read.
    async fn check_users(&self) -> Result<(), DetectError> {
        let options = SessionOptions { threads: 1, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime()?)?;
        // Errors of the planner then know their place in the text.
        session.context().state_ref().write().config_mut().options_mut().sql_parser.collect_spans = true;
        conversation::register_empty(&session)?;
        history::register_empty(&session)?;
        Context::default().register(&session)?;
        // Those that ship with the program are planned in its tests; planning forty takes longer than most scans.
        for detection in self.detections.iter().filter(|detection| !detection.is_shipped()) {
            detection.check(&session).await?;
        }
        for detection in self.detections.iter().filter(|detection| detection.is_shipped() && detection.is_changed()) {
            detection.check_values(&session).await?;
        }
        Ok(())
    }
}

/// What stands between the name of a detection and the value that is tried in it.
pub(super) const VARIANT: char = ' ';

/// A detection with values for some of its parameters.
fn with_values(detection: &Detection, given: &[(String, String)]) -> Result<Detection, DetectError> {
    let bound = detection.file.bind(given).and_then(|values| no_negative(detection, values));
    let values = bound.map_err(|error| DetectError::Param { id: detection.id().to_owned(), error })?;
    Ok(Detection { values, ..detection.clone() })
}

/// What the names of shipped files begin with.
pub(super) const SHIPPED: &str = "<vpcflow>/queries/detections/";

/// A detection that is `like` another has that one's SQL behind its own front matter, and those of its parameters that it
/// does not declare itself: the last of its name, so that a user's replaces a shipped one here as well. One that is like
/// itself is like the one that it replaces.
fn with_its_like(name: &str, text: &str, texts: &[(String, String)]) -> Result<String, DetectError> {
    let is_front = |line: &&str| line.starts_with("--") || line.trim().is_empty();
    let Some((at, id)) = text
        .lines()
        .take_while(is_front)
        .enumerate()
        .find_map(|(at, line)| Some((at, line.strip_prefix("-- like:")?.trim())))
    else {
        return Ok(text.to_owned());
    };
    let file = format!("{id}.sql");
    let others: Vec<_> = texts.iter().filter(|(other, _)| other != name).cloned().collect();
    let other = others.iter().rev().find(|(name, _)| Path::new(name).file_name().is_some_and(|name| *name == *file));
    let (other_name, other) = other.ok_or_else(|| SqlFileError {
        file: name.to_owned(),
        line: at + 1,
        problem: format!("there is no {}detection {id} to be like", if name.ends_with(&file) { "other " } else { "" }),
    })?;
    let other = with_its_like(other_name, other, &others)?;
    let (mut front, mut is_inherited) = (text.trim_end().to_owned(), false);
    for line in other.lines().take_while(|line| line.starts_with("--")) {
        let declared = line.strip_prefix("-- param: ").and_then(|param| param.split(' ').next());
        let is_own = |name: &str| text.lines().any(|line| line.starts_with(&format!("-- param: {name} ")));
        let is_continued = line.starts_with("--   ");
        is_inherited = declared.map_or(is_inherited && is_continued, |name| !is_own(name));
        if is_inherited {
            front = format!("{front}\n{line}");
        }
    }
    let sql: Vec<&str> = other.lines().skip_while(|line| line.starts_with("--")).collect();
    Ok(format!("{front}\n\n{}\n", sql.join("\n").trim_start()))
}

/// Thresholds and times count from zero.
fn no_negative(
    detection: &Detection,
    values: Vec<(String, ScalarValue)>,
) -> Result<Vec<(String, ScalarValue)>, ParamError> {
    let is_negative = |value: &ScalarValue| match value {
        ScalarValue::Int64(Some(number)) => *number < 0,
        ScalarValue::Float64(Some(number)) => *number < 0.0,
        ScalarValue::List(list) => {
            list.values().as_primitive_opt::<Int64Type>().is_some_and(|all| all.iter().flatten().any(|one| one < 0))
        }
        _ => false,
    };
    let Some((name, value)) = values.iter().find(|(_, value)| is_negative(value)) else { return Ok(values) };
    let declared = detection.file.params.iter().find(|param| param.name == *name);
    let meaning = declared.map(|param| param.meaning.clone()).unwrap_or_default();
    Err(ParamError::Negative { name: name.clone(), value: value.to_string(), meaning })
}

/// The SQL files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<(String, String)>, DetectError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| DetectError::Folder { path, error }
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(DetectError::NoFiles { folder: folder.to_owned() });
    }
    paths.sort();
    let read = |path: PathBuf| {
        let text = read_text(&path).map_err(failed(&path))?;
        Ok((path.display().to_string(), text))
    };
    paths.into_iter().map(read).collect()
}
