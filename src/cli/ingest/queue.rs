//! An ingest that is told of new objects by a queue, and need not list its SOURCE again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Error, Result};
use chrono::{DateTime, Utc};
use tokio::time::Instant;
use vpcflow::lake::{self, Lake, Place};
use vpcflow::limits::{QUEUE_LAST_WAIT, QUEUE_LISTING_PERIOD, QUEUE_TOLD, QUEUE_WAIT};
use vpcflow::opened::OpenError;
use vpcflow::report::printable;
use vpcflow::scan::{Coverage, Selection, TableError};
use vpcflow::store::queue::{Batch, Message, Named, Notice, Queue};
use vpcflow::store::{Belonging, ObjectKey, SourceError, Sources};

use super::{IngestArgs, tell_copies, told};
use crate::cli::{Outcome, coverage, message, print, progress, tell};

/// An ingest with its queue.
pub(super) struct Notified<'a> {
    args: &'a IngestArgs,
    queue: Queue,
    sources: Sources,
    selection: Selection,
    place: Place,
    begun: DateTime<Utc>,
    /// Messages that stay in the queue, and objects that are not to be had, of which a word was said.
    told: HashSet<String>,
    /// What came of all batches.
    outcome: Outcome,
    is_news: bool,
}

impl<'a> Notified<'a> {
    /// Looks at the arguments; nothing is received yet.
    ///
    /// # Errors
    /// When the URL, a SOURCE or the lake is wrong.
    pub(super) async fn open(args: &'a IngestArgs, url: &str) -> Result<Self> {
        let aws = args.source.aws.options()?;
        let queue = Queue::open(url, &aws).await.context("--queue")?;
        let begun = Utc::now();
        let selection = args.source.selection(begun)?;
        // What is wrong with a file of context is told before anything is received.
        args.wanted().await?;
        let place = Place::find(&args.lake, &aws).await?;
        let sources = args.source.buckets().await?;
        args.check_place(&place, &sources)?;
        let (told, outcome) = (HashSet::new(), Outcome::Done);
        Ok(Notified { args, queue, sources, selection, place, begun, told, outcome, is_news: false })
    }

    /// Brings what the queue names: until it has no more, or with `--watch` without end.
    ///
    /// # Errors
    /// When the queue can't be read or the lake not be written to; while watching, at the beginning only.
    pub(super) async fn run(mut self) -> Result<Outcome> {
        let mut batch = Batch::of(&self.queue);
        // That a queue may not be read shows before a bucket is listed, which can take long.
        let received = self.queue.receive(Duration::ZERO).await?;
        self.take(&mut batch, received);
        if self.args.watch || !self.place.has_lake().await? {
            // What S3 told while nobody listened may be gone from the queue.
            self.list().await?;
        }
        let mut next_listing = Instant::now() + QUEUE_LISTING_PERIOD;
        loop {
            match self.go_on(batch).await {
                Ok(true) if !self.args.watch => return self.end(),
                Ok(_) => {}
                Err(error) if !self.args.watch => return Err(error),
                Err(error) => self.wait_after(&error).await,
            }
            batch = Batch::of(&self.queue);
            if self.args.watch && Instant::now() >= next_listing {
                // S3 tells of every object, in all likelihood; a queue keeps a message for some days only, and one that was
                // received too often goes elsewhere.
                next_listing = Instant::now() + QUEUE_LISTING_PERIOD;
                if let Err(error) = self.list().await {
                    self.wait_after(&error).await;
                    next_listing = Instant::now();
                }
            }
        }
    }

    fn end(&self) -> Result<Outcome> {
        if !self.is_news {
            print("nothing new: the queue names no object that the lake lacks\n")?;
        }
        Ok(self.outcome)
    }

    async fn wait_after(&self, error: &Error) {
        tell(format_args!("warning: {}; another try in {}", message(error), self.args.every));
        tokio::time::sleep(*self.args.every).await;
    }

    /// Looks at the whole SOURCE, as without a queue.
    async fn list(&mut self) -> Result<()> {
        match self.args.look().await {
            Ok((ingested, report)) => {
                coverage::warn(&report, std::iter::empty());
                self.note(ingested.objects > 0, report.is_partial());
                tell_copies(&ingested);
                print(&told(&ingested))?;
                Ok(())
            }
            // A lake that has been filled before waits for what is still to come.
            Err(error) if is_of_nothing(&error) && self.place.has_lake().await? => {
                tell(format_args!("note: {}", message(&error)));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn note(&mut self, is_news: bool, is_partial: bool) {
        self.is_news |= is_news;
        if is_partial {
            self.outcome = Outcome::Partial;
        }
    }

    /// Gathers messages and brings their objects; says whether these were the queue's last.
    async fn go_on(&mut self, mut batch: Batch) -> Result<bool> {
        let is_last = self.gather(&mut batch).await?;
        if !batch.is_empty() {
            self.bring(&batch).await?;
        }
        Ok(is_last)
    }

    /// Receives messages until there are no more, or enough for a commit; says whether these were the last.
    async fn gather(&mut self, batch: &mut Batch) -> Result<bool> {
        let until = Instant::now() + *self.args.every;
        while !batch.is_full(self.args.commit_size.as_u64()) {
            let left = until.saturating_duration_since(Instant::now());
            let wait = match self.args.watch {
                true if batch.is_empty() => QUEUE_WAIT,
                true if left.is_zero() => return Ok(false),
                true => QUEUE_WAIT.min(left.max(Duration::from_secs(1))),
                false => QUEUE_LAST_WAIT,
            };
            let received = match self.queue.receive(wait).await {
                Ok(received) => received,
                Err(failure) if batch.is_empty() => return Err(failure.into()),
                // What is here already comes in; the next time tells whether that was all that is wrong.
                Err(_) => return Ok(false),
            };
            if received.is_empty() {
                return Ok(true);
            }
            // A queue into which others write without a pause never is empty: it is enough to have what it had.
            let is_later = |message: &Message| message.sent.is_some_and(|sent| sent > self.begun);
            let is_last = received.iter().all(|message| is_later(message) || batch.has(&message.id));
            self.take(batch, received);
            if is_last && !self.args.watch {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes the messages that are ours into the batch, and tells of the others.
    fn take(&mut self, batch: &mut Batch, received: Vec<Message>) {
        for Message { id, receipt, body, .. } in received {
            let named = match Notice::read(&body) {
                Ok(Notice::Created(named)) => named,
                // Nothing is to be done for it but to delete it.
                Ok(Notice::Test) => Vec::new(),
                Err(stranger) => {
                    self.leave(&id, &stranger.to_string());
                    continue;
                }
            };
            let (outside, under): (Vec<Named>, Vec<Named>) =
                named.into_iter().partition(|named| self.belonging(named) == Belonging::Outside);
            match outside.first() {
                Some(first) if under.is_empty() => {
                    self.leave(&id, &format!("it names {}, which is not of what is asked for", first.name()));
                    continue;
                }
                _ => outside.iter().for_each(|named| {
                    self.tell_once(
                        "note",
                        &named.name(),
                        "a message names it beside others; it is not of what is asked for",
                    );
                }),
            }
            let is_within = |named: &Named| self.belonging(named) == Belonging::Within;
            batch.add(id, receipt, under.into_iter().filter(is_within).collect());
        }
    }

    /// What an object is to the SOURCEs, and to the options that choose among their objects. A period is none of them: it
    /// says how far back a listing goes, and who is told of an object need not look for it.
    fn belonging(&self, named: &Named) -> Belonging {
        match self.sources.belonging(named) {
            Belonging::Within if !self.selection.has(&ObjectKey::parse(&named.key)) => Belonging::Outside,
            belonging => belonging,
        }
    }

    fn leave(&mut self, id: &str, reason: &str) {
        self.tell_once("note", &format!("message {id}"), &format!("it stays in the queue: {reason}"));
    }

    fn tell_once(&mut self, kind: &str, what: &str, words: &str) {
        if self.told.len() >= QUEUE_TOLD {
            self.told.clear();
        }
        if self.told.insert(what.to_owned()) {
            tell(format_args!("{kind}: {}: {}", printable(what), printable(words)));
        }
    }

    /// Brings the objects of a batch, and then deletes its messages.
    async fn bring(&mut self, batch: &Batch) -> Result<()> {
        let named = batch.objects();
        let mut left = HashSet::new();
        let (ingested, lost) = if named.is_empty() { Default::default() } else { self.bring_named(named).await? };
        left.extend(ingested.unread.iter().map(String::as_str));
        left.extend(lost.iter().map(|(name, _)| name.as_str()));
        for (name, reason) in &lost {
            self.tell_once("warning", name, &format!("{reason}; what names it stays in the queue"));
        }
        self.note(ingested.objects > 0 || ingested.copies > 0, !lost.is_empty());
        tell_copies(&ingested);
        if ingested.objects > 0 || ingested.copies > 0 {
            print(&told(&ingested))?;
        }
        // Only now: who is killed before finds them again, and that the lake has their objects.
        Ok(self.queue.delete(&batch.done(&left)).await?)
    }

    async fn bring_named(&mut self, named: Vec<Named>) -> Result<(lake::Ingested, Vec<(String, String)>)> {
        let (session, wanted) = (self.args.source.limits.session()?, self.args.wanted().await?);
        let mut lake = Lake::open(self.place.clone()).await?;
        let (options, account) = (self.args.options()?, Arc::new(Coverage::of_each_object()));
        let ingesting = lake::ingest_named(&mut lake, &session, &self.sources, named, &options, &account);
        let brought = progress::shown(&account, ingesting).await?;
        lake.refresh(&session, &wanted).await?;
        let report = account.report();
        coverage::warn(&report, std::iter::empty());
        self.note(false, report.is_partial());
        Ok(brought)
    }
}

/// Whether there is nothing in the SOURCE, or nothing of the time that is asked for.
fn is_of_nothing(error: &Error) -> bool {
    use SourceError::NoObject;
    use TableError::{NothingSelected, Source};
    matches!(
        error.downcast_ref(),
        Some(OpenError::Table(NothingSelected(..) | Source(NoObject { .. })) | OpenError::Source(NoObject { .. }))
    )
}
