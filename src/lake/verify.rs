//! Whether a lake has what it says it has, and what its source has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use object_store::ObjectStoreExt;

use super::ingest::{IngestOptions, all_bytes, batch_len};
use super::objects::{name_of, version_of};
use super::scan::LakeTable;
use super::status::asked;
use super::{Lake, LakeError, aside};
use crate::limits::NAMED_OBJECTS;
use crate::scan::{Coverage, Fate, FlowTable};
use crate::session::Session;
use crate::store::FlowObject;

/// What was checked, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files that are there, with the size that the log says.
    pub files: u64,
    /// Objects whose records in `flows` were counted.
    pub objects: u64,
    /// Objects of the source that were read again.
    pub read: u64,
    /// Objects of the source that the lake does not have: the next ingest brings them.
    pub new: Found,
    /// Objects of the source that are others than when they came in, which is wrong.
    pub replaced: u64,
    /// Objects that the lake has and the source no longer, though it would list them.
    pub gone: Found,
    /// How many things are wrong.
    pub problems: u64,
    /// The first of them, in words.
    pub named: Vec<String>,
}

/// Objects of a kind, which is no fault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many.
    pub number: u64,
    /// The first of them by name.
    pub named: Vec<String>,
}

impl Found {
    fn of(mut names: Vec<String>) -> Self {
        names.sort_unstable();
        let number = names.len() as u64;
        names.truncate(NAMED_OBJECTS);
        Found { number, named: names }
    }
}

impl Verified {
    fn problem(&mut self, problem: String) {
        self.problems += 1;
        if self.named.len() < NAMED_OBJECTS {
            self.named.push(problem);
        }
    }
}

impl Lake {
    /// Checks that files are there, that each object's records are in `flows` once, and that conversations are those of
    /// the flows.
    ///
    /// # Errors
    /// When something can't be read at all.
    pub async fn verify(&self, session: &Session) -> Result<Verified, LakeError> {
        let mut verified = Verified::default();
        for table in [&self.flows, &self.objects, &self.findings].into_iter().chain(&self.runs).chain(self.derived()) {
            for file in table.files() {
                match table.place.store.head(&table.key_of(file)).await {
                    Ok(meta) if meta.size == file.bytes => verified.files += 1,
                    Ok(meta) => verified.problem(format!(
                        "{}/{}: has {} bytes instead of {}",
                        table.name, file.path, meta.size, file.bytes
                    )),
                    Err(error) => {
                        verified.problem(format!("{}/{}: {}", table.name, file.path, crate::store::told(&error)));
                    }
                }
            }
        }
        if verified.problems > 0 {
            // Nothing that names them can be read.
            return Ok(verified);
        }
        self.verify_counts(session, &mut verified).await?;
        for date in self.stale() {
            let date = date.map_or_else(|| "no day".to_owned(), |date| date.to_string());
            verified.problem(format!("conversations of {date} are not those of its flows; the next ingest makes them"));
        }
        Ok(verified)
    }

    async fn verify_counts(&self, session: &Session, verified: &mut Verified) -> Result<(), LakeError> {
        let session = session.bare()?;
        for table in [&self.flows, &self.conversations, &self.objects] {
            session.context().register_table(table.name, Arc::new(LakeTable::new(table)))?;
        }
        // Of days that were dropped only the objects are on record.
        let kept =
            self.flows.expired().map_or_else(String::new, |date| format!("AND (date IS NULL OR date > '{date}')"));
        let sql = format!(
            "SELECT coalesce(object, _object), records, n, times
            FROM (
                SELECT object, max(records) AS records, count(*) AS times, max(date) AS date
                FROM objects
                GROUP BY object
            ) FULL JOIN (SELECT _object, count(*) AS n FROM flows GROUP BY _object) ON object = _object
            WHERE (coalesce(records, 0) <> coalesce(n, 0) OR coalesce(times, 0) <> 1) {kept}"
        );
        for batch in session.sql(&sql).await?.collect().await? {
            let [records, counted, times] = [1, 2, 3].map(|at| batch.column(at).as_primitive::<Int64Type>());
            for row in 0..batch.num_rows() {
                let number =
                    |column: &arrow::array::Int64Array| if column.is_valid(row) { column.value(row) } else { 0 };
                let object = batch.column(0).as_string_view().value(row);
                verified.problem(match number(times) {
                    0 | 1 => {
                        format!("{object}: has {} records in flows instead of {}", number(counted), number(records))
                    }
                    times => format!("{object}: stands {times} times in objects"),
                });
            }
        }
        for object in aside::orphans(&session, &self.objects).await? {
            let remedy = "the next ingest that lists it brings it";
            verified.problem(format!("{object}: is a copy of what the lake no longer has; {remedy}"));
        }
        verified.objects = self.objects.files().iter().filter_map(|file| file.rows()).sum();
        const DAYS: &str = "
            SELECT date, n, of FROM (SELECT date, count(*) AS n FROM flows GROUP BY date)
            JOIN (SELECT date AS day, sum(flows) AS of FROM conversations GROUP BY date) ON date IS NOT DISTINCT FROM day
            WHERE n <> of";
        if self.stale().is_empty() {
            for batch in session.sql(DAYS).await?.collect().await? {
                for row in 0..batch.num_rows() {
                    let shown = arrow::util::display::array_value_to_string(batch.column(0), row)?;
                    verified.problem(format!("conversations of {shown} count other records than flows has"));
                }
            }
        }
        Ok(())
    }

    /// Reads the objects of `listing` that the lake has once more, and compares digests and counts; tells which are new to
    /// the lake, and which it has that are no longer there.
    ///
    /// # Errors
    /// When the source can't be listed.
    pub async fn verify_source(
        &self,
        session: &Session,
        listing: &FlowTable,
        options: &IngestOptions,
        coverage: &Arc<Coverage>,
        verified: &mut Verified,
    ) -> Result<(), LakeError> {
        let known = self.registered(session).await?;
        let found = listing.objects().await?;
        let mut left = found.objects;
        left.iter_mut().for_each(|object| object.name = name_of(object));
        for (name, reason) in &found.unreadable {
            verified.problem(format!("{name}: {reason}"));
        }
        // What can't be listed may be there.
        if found.unreadable.is_empty() {
            let listed: HashSet<&str> = left.iter().map(|object| object.name.as_str()).collect();
            let missing: Vec<String> = known.keys().filter(|name| !listed.contains(name.as_str())).cloned().collect();
            let mut is_of_it = listing.would_list(&missing)?.into_iter();
            verified.gone = Found::of(missing.into_iter().filter(|_| is_of_it.next() == Some(true)).collect());
        }
        let (had, new): (Vec<_>, Vec<_>) = left.into_iter().partition(|object| known.contains_key(&object.name));
        // What is of days that were dropped stays out.
        let expired = self.flows.expired();
        let comes = |object: &FlowObject| object.key.date.is_none() || object.key.date >= expired;
        verified.new = Found::of(new.into_iter().filter(comes).map(|object| object.name).collect());
        left = had;
        coverage.expect(left.len() as u64, all_bytes(left.iter()));
        while !left.is_empty() {
            let batch: Vec<_> = left.drain(..batch_len(&left, options.commit_bytes)).collect();
            let runtime = session.context().runtime_env();
            let table =
                FlowTable::of_objects(batch.clone(), options.read.clone(), Arc::clone(coverage), &runtime).await?;
            session.context().read_table(Arc::new(table))?.count().await?;
            let accounts = coverage.take_objects();
            for object in batch {
                let (Some(known), Some(account)) = (known.get(&object.name), accounts.get(&object.name)) else {
                    continue;
                };
                verified.read += 1;
                let digest = account.sha256.map(|digest| super::objects::hex(&digest));
                let is_same = digest.is_some() && digest == known.sha256;
                if let Fate::Unread(reason) = &account.fate {
                    verified.problem(format!("{}: {reason}", object.name));
                } else if known.version != version_of(&object.meta) && !is_same {
                    verified.replaced += 1;
                    let remedy = "the next ingest takes what is there now, if it can be read";
                    verified.problem(format!("{}: was replaced since it came in; {remedy}", object.name));
                } else if digest.is_some() && known.sha256.is_some() && digest != known.sha256 {
                    verified.problem(format!("{}: has other content than when it came in", object.name));
                } else if account.records != known.records && !known.is_copy {
                    verified.problem(format!(
                        "{}: has {} records, and had {} when it came in",
                        object.name, account.records, known.records
                    ));
                }
            }
        }
        Ok(())
    }

    async fn registered(&self, session: &Session) -> Result<HashMap<String, Registered>, LakeError> {
        const SQL: &str = "SELECT object, version, sha256, records, status FROM objects";
        let mut registered = HashMap::new();
        if self.objects.files().is_empty() {
            return Ok(registered);
        }
        for batch in asked(session, &self.objects, SQL).await? {
            let text = |at: usize, row: usize| {
                let column = batch.column(at).as_string_view();
                column.is_valid(row).then(|| column.value(row).to_owned())
            };
            let records = batch.column(3).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let of_row = Registered {
                    version: text(1, row).unwrap_or_default(),
                    sha256: text(2, row),
                    records: records.value(row) as u64,
                    is_copy: text(4, row).as_deref() == Some("copy"),
                };
                registered.insert(text(0, row).unwrap_or_default(), of_row);
            }
        }
        Ok(registered)
    }
}

/// What is on record of an object.
struct Registered {
    version: String,
    sha256: Option<String>,
    records: u64,
    /// Whether they are there under another name.
    is_copy: bool,
}
