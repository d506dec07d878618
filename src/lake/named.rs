//! Objects that somebody names, such as S3 in its notifications: into a lake without a listing.

use std::sync::Arc;

use super::ingest::bring;
use super::objects::{Known, State};
use super::{IngestOptions, Ingested, Lake, LakeError};
use crate::scan::Coverage;
use crate::session::Session;
use crate::store::Sources;
use crate::store::queue::Named;

/// Brings the `named` objects that the lake lacks into it, each of which lies under one of `sources`, and tells of them in
/// `coverage`. Beside what came in there are those that S3 does not give, with the reason.
///
/// What is named is looked up first: of the many versions that messages may tell of, in any order, it is the one that is
/// there that comes in.
///
/// # Errors
/// When S3 does not answer, the lake can't be written to, or under `--strict` when an object is malformed.
pub async fn ingest_named(
    lake: &mut Lake,
    session: &Session,
    sources: &Sources,
    named: Vec<Named>,
    options: &IngestOptions,
    coverage: &Arc<Coverage>,
) -> Result<(Ingested, Vec<(String, String)>), LakeError> {
    let runtime = session.context().runtime_env();
    for (url, store) in sources.stores() {
        runtime.register_object_store(url.as_ref(), store);
    }
    lake.settle(session).await?;
    let known = Known::read(&lake.objects, session).await?;
    // A message that comes a second time may be of an object that is gone by now.
    let is_known =
        |named: &Named| named.e_tag.as_deref().is_some_and(|e_tag| known.state(&named.name(), e_tag) == State::Same);
    let (had, new): (Vec<Named>, Vec<Named>) = named.into_iter().partition(is_known);
    let found = sources.look_up(new).await?;
    let mut ingested = bring(lake, session, known, found.objects, options, coverage).await?;
    let (had, lost) = (had.len() as u64, found.unreadable.len() as u64);
    ingested.known += had;
    ingested.listed += had + lost;
    Ok((ingested, found.unreadable))
}
