//! `vpcflow detections`: what detections there are, what they say, and whether they find what they should.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use vpcflow::detect::{Case, Catalogue, Choice, DetectError, Detection, write_shipped};

use vpcflow::report::printable;

use super::{Outcome, print};

/// Lists, shows and tries out the detections.
#[derive(Debug, Args)]
pub struct DetectionsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the detections with what they need
    List(FolderArgs),
    /// Prints a detection: what it means, its parameters and its SQL, to read, or to change and give to --queries
    Show {
        /// The detection's name
        id: String,
        #[command(flatten)]
        folder: FolderArgs,
    },
    /// Runs the cases beside the detections: attacks that must be found, and what looks alike and must not
    Test {
        /// A folder of detections with cases (ID.sql, ID.cases/*.sql); without it, those of vpcflow
        folder: Option<PathBuf>,
        /// Run only the cases of these detections
        #[arg(long, value_name = "ID", value_delimiter = ',')]
        only: Vec<String>,
    },
}

#[derive(Debug, Args)]
struct FolderArgs {
    /// A folder of detections (*.sql) that add to those of vpcflow, or replace those of the same id
    #[arg(long, value_name = "DIR")]
    queries: Option<PathBuf>,
}

impl DetectionsArgs {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// When a detection or a case is broken, and when a case is not as it should be.
    pub async fn run(&self) -> Result<Outcome> {
        match &self.command {
            Command::List(folder) => print(&list(folder.load().await?.detections())),
            Command::Show { id, folder } => {
                let catalogue = folder.load().await?;
                let found = catalogue.detections().iter().find(|detection| detection.id() == id);
                let known = || catalogue.detections().iter().map(|detection| detection.id().to_owned()).collect();
                let detection = found.ok_or_else(|| DetectError::Unknown { id: id.clone(), known: known() })?;
                print(&detection.file.sql)
            }
            Command::Test { folder, only } => test(folder.clone(), only).await,
        }
    }
}

impl FolderArgs {
    async fn load(&self) -> Result<Catalogue> {
        Ok(Catalogue::load(&Choice { queries: self.queries.clone(), ..Choice::default() }).await?)
    }
}

/// The widest that the column of ids is made.
const ID_CHARS: usize = 80;

fn list(detections: &[Detection]) -> String {
    let width = detections.iter().map(|detection| detection.id().len()).max().unwrap_or(0).min(ID_CHARS);
    let mut list = String::new();
    for detection in detections {
        let inputs: Vec<&str> = detection.inputs.iter().map(|input| input.option()).collect();
        let attack = printable(&detection.attack.join(", "));
        let inputs = if inputs.is_empty() { String::new() } else { format!("needs {}", inputs.join(" and ")) };
        let more: Vec<String> = [attack, inputs].into_iter().filter(|part| !part.is_empty()).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
        let _ = writeln!(list, "{:width$}  {}{more}", detection.id(), printable(&detection.file.title));
    }
    list
}

async fn test(folder: Option<PathBuf>, only: &[String]) -> Result<Outcome> {
    let shipped = tempfile::TempDir::with_prefix("vpcflow-").context("the temporary folder")?;
    let folder = match folder {
        Some(folder) => folder,
        None => {
            write_shipped(shipped.path())?;
            shipped.path().to_owned()
        }
    };
    let mut cases = Case::load(&folder)?;
    cases.retain(|case| only.is_empty() || only.contains(&case.detection));
    if cases.is_empty() {
        bail!("no case to run; a case is a file ID.cases/NAME.sql beside the detection ID.sql");
    }
    let mut failed = 0;
    for case in &cases {
        let verdict = case.run(&folder).await?;
        let is_right = verdict.problems.is_empty() && verdict.found == case.expected;
        failed += usize::from(!is_right);
        let mut line = format!(
            "{}  {}/{}: {}\n",
            if is_right { "ok    " } else { "FAILED" },
            case.detection,
            case.file.id,
            case.file.title
        );
        for missing in case.expected.difference(&verdict.found) {
            let _ = writeln!(line, "          not found: {missing}");
        }
        for wrong in verdict.found.difference(&case.expected) {
            let _ = writeln!(line, "          found, not expected: {wrong}");
        }
        for problem in &verdict.problems {
            let _ = writeln!(line, "          {problem}");
        }
        print(&line)?;
    }
    print(&format!("{} of {} cases as expected\n", cases.len() - failed, cases.len()))?;
    if failed > 0 {
        bail!("{failed} of {} cases are not as expected", cases.len());
    }
    Ok(Outcome::Done)
}
