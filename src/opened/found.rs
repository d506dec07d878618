//! What detections find, as a table of the session.

use datafusion::common::{DataFusionError, Result as EngineResult};
use thiserror::Error;
use tokio::sync::MutexGuard;

use super::{Flows, OpenError, Opened};
use crate::context::Context;
use crate::detect::{self, Catalogue, DetectError, Finding, Judged, Outcome, Question};
use crate::history::History;
use crate::report::finding_rows;

/// The table of what the last run of detections found.
pub const FOUND: &str = "found";

/// What the table [`FOUND`] holds: of which objects, where all detections ran because it was asked for.
#[derive(Debug, Default)]
pub struct Found(Option<u64>);

/// Why detections could not run.
#[derive(Debug, Error)]
pub enum FindError {
    /// Their session.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// They.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

impl Opened {
    /// Makes findings the table [`FOUND`], in place of those before.
    ///
    /// # Errors
    /// The engine's.
    pub fn keep_found(&self, findings: &[Finding]) -> EngineResult<()> {
        let rows = finding_rows(findings)?;
        self.session.context().deregister_table(FOUND)?;
        self.session.context().register_batch(FOUND, rows)?;
        Ok(())
    }

    /// Lets the table [`FOUND`] be seen by who asks what tables there are; what it holds comes with [`Self::find`].
    ///
    /// # Errors
    /// The engine's.
    pub fn offer_found(&self) -> EngineResult<()> {
        match self.found.try_lock() {
            Ok(_found) if !self.session.context().table_exist(FOUND)? => self.keep_found(&[]),
            // It is there, or being made.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Runs the detections if the table [`FOUND`] is not what they found in the objects that are there now. It stays what
    /// it is for as long as what is given back; with it comes what was found, if they ran.
    ///
    /// # Errors
    /// When they can't run.
    pub async fn find(
        &self,
        catalogue: &Catalogue,
        context: &Context,
    ) -> Result<(MutexGuard<'_, Found>, Option<Outcome>), FindError> {
        let mut found = self.found.lock().await;
        let listed = self.listed_now().await?;
        if found.0 == Some(listed) {
            return Ok((found, None));
        }
        let Some((session, flows)) = self.apart()? else { return Ok((found, None)) };
        let history = match &flows {
            Flows::Lake(of_lake) => of_lake.lake().history(),
            Flows::Logs(_) => History::default(),
        };
        let question = Question {
            catalogue,
            context,
            history: &history,
            judged: Judged::All,
            from: self.selection.from,
            has_panels: false,
        };
        let outcome = detect::run(&session, flows.flow_schema(), flows.coverage(), &question).await?;
        self.keep_found(&outcome.findings)?;
        *found = Found(Some(listed));
        Ok((found, Some(outcome)))
    }
}
