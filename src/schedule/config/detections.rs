//! Which detections run. Whether there are such detections and parameters only the catalogue knows; each keeps its place for
//! who asks it.

use std::path::PathBuf;

use super::forms::as_is;
use super::problem::{Place, Placed, Problem};
use super::table::Table;
use crate::detect::{Catalogue, Detection};
use crate::near::did_you_mean;

/// The detections that run, unless a schedule says otherwise.
#[derive(Debug, Clone)]
pub struct Detections {
    /// Which, and with what.
    pub chosen: Chosen,
    /// A folder of detections that add to the shipped ones, or replace them.
    pub queries: Option<PathBuf>,
    /// Files of findings to leave out.
    pub suppress: Vec<PathBuf>,
}

/// A choice of detections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Only these; none stands for all.
    pub only: Vec<Placed<String>>,
    /// Not these.
    pub exclude: Vec<Placed<String>>,
    /// Values of parameters.
    pub params: Vec<Placed<Param>>,
}

/// The value of a parameter, as `--param DETECTION.NAME=VALUE` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Param {
    /// The detection.
    pub detection: String,
    /// The parameter; with a `+` at its end the value adds to a list.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Detections {
    pub(super) fn read(table: &Table<'_>) -> Self {
        let chosen = Chosen::read(table, &Chosen::default());
        Detections {
            chosen,
            queries: table
                .one_file("queries", "a folder of detections (*.sql) that add to those of vpcflow, or replace them"),
            suppress: table
                .files("suppress", "findings to leave out, with reason and last day: files with [[suppress]]"),
        }
    }
}

impl Chosen {
    /// What a table says, and where it says nothing, what stands in `otherwise`; parameters one by one.
    pub(super) fn read(table: &Table<'_>, otherwise: &Chosen) -> Self {
        let only = table.texts("only", "run only these detections", as_is);
        let exclude = table.texts("exclude", "leave these detections out", as_is);
        let said = table.params(
            "params",
            "values for detections' parameters: { \"port-scan.ports\" = 30 }; \"beacon.trusted+\" adds to a list",
        );
        let mut params = Vec::new();
        for Placed { value: (name, value), place } in said {
            match name.split_once('.') {
                Some((detection, name)) if !detection.is_empty() && !name.is_empty() => {
                    let (detection, name) = (detection.to_owned(), name.to_owned());
                    params.push(Placed { value: Param { detection, name, value }, place });
                }
                _ => table
                    .wrong(place, format!("params: {name}: name detection and parameter: \"port-scan.ports\" = 30")),
            }
        }
        let is_said = |other: &Param| {
            params.iter().any(|param| param.value.detection == other.detection && param.value.name == other.name)
        };
        let others: Vec<_> = otherwise.params.iter().filter(|other| !is_said(&other.value)).cloned().collect();
        params.extend(others);
        let chosen = Chosen {
            only: if table.has("only") { only } else { otherwise.only.clone() },
            exclude: if table.has("exclude") { exclude } else { otherwise.exclude.clone() },
            params,
        };
        if table.has("only") || table.has("exclude") {
            chosen.check(table);
        }
        chosen
    }

    /// The detections that are named and that there are not.
    pub(super) fn unknown(&self, catalogue: &Catalogue) -> Vec<Problem> {
        let named = self.only.iter().chain(&self.exclude).map(|named| (&named.value, named.place));
        let of_params = self.params.iter().map(|param| (&param.value.detection, param.place));
        let unknown = named.chain(of_params).filter(|(id, _)| !catalogue.knows(id));
        let problem = |(id, place): (&String, Place)| {
            let near = did_you_mean(id, catalogue.detections().iter().map(Detection::id));
            Problem {
                place,
                text: format!("{id}: there is no such detection{near}; vpcflow detections list names them"),
            }
        };
        unknown.map(problem).collect()
    }

    /// No detection is asked for and left out.
    fn check(&self, table: &Table<'_>) {
        for excluded in &self.exclude {
            if let Some(only) = self.only.iter().find(|only| only.value == excluded.value) {
                let (first, last) = (only.place.min(excluded.place), only.place.max(excluded.place));
                table.wrong(
                    last,
                    format!("{}: is among only and exclude (the other at {first}); leave one out", only.value),
                );
            }
        }
    }
}
