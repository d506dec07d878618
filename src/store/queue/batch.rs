//! Messages that are taken together, and kept from others while their objects are brought.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use super::{Named, Queue};
use crate::limits::{INGEST_OBJECTS, QUEUE_HOLD_PERIOD, QUEUE_MESSAGES};

/// Messages whose objects come into a lake together. For as long as this is there they are kept from others.
#[derive(Debug, Default)]
pub struct Batch {
    held: Option<Held>,
    /// By their ids: one that comes a second time has a new receipt.
    messages: BTreeMap<String, Taken>,
    objects: BTreeMap<String, Named>,
    bytes: u64,
}

/// A message without its text.
#[derive(Debug)]
struct Taken {
    receipt: String,
    /// The names of its objects that are to be brought.
    objects: Vec<String>,
}

impl Batch {
    /// An empty one, for messages of `queue`; needs a runtime.
    pub fn of(queue: &Queue) -> Self {
        Batch { held: Some(Held::new(queue)), ..Batch::default() }
    }

    /// Adds a message, with those of its objects that are to be brought; of one without any nothing is left to do.
    pub fn add(&mut self, id: String, receipt: String, objects: Vec<Named>) {
        self.held.iter().for_each(|held| held.add(&id, &receipt));
        let names = objects.iter().map(Named::name).collect();
        if self.messages.insert(id, Taken { receipt, objects: names }).is_some() {
            return;
        }
        for object in objects {
            // What a message says can be anything.
            self.bytes = self.bytes.saturating_add(object.bytes);
            match self.objects.entry(object.name()) {
                Entry::Vacant(entry) => drop(entry.insert(object)),
                // Of two versions the last to come need not be the newest. That the lake has one of them says nothing then:
                // S3 tells which is there.
                Entry::Occupied(mut entry) if entry.get().e_tag != object.e_tag => entry.get_mut().e_tag = None,
                Entry::Occupied(_) => {}
            }
        }
    }

    /// Whether it has this message.
    pub fn has(&self, id: &str) -> bool {
        self.messages.contains_key(id)
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Whether it has as much as comes in with one commit.
    pub fn is_full(&self, commit_bytes: u64) -> bool {
        self.bytes >= commit_bytes || self.messages.len() >= QUEUE_MESSAGES || self.objects.len() >= INGEST_OBJECTS
    }

    /// The objects, each once.
    pub fn objects(&self) -> Vec<Named> {
        self.objects.values().cloned().collect()
    }

    /// The receipts of the messages of which every object is where it belongs; `left` are the names of those that are not.
    pub fn done(&self, left: &HashSet<&str>) -> Vec<String> {
        let is_done = |taken: &&Taken| !taken.objects.iter().any(|name| left.contains(name.as_str()));
        self.messages.values().filter(is_done).map(|taken| taken.receipt.clone()).collect()
    }
}

/// Keeps messages from others.
#[derive(Debug)]
struct Held {
    receipts: Arc<Mutex<HashMap<String, String>>>,
    keeper: JoinHandle<()>,
}

impl Held {
    fn new(queue: &Queue) -> Self {
        let receipts = Arc::<Mutex<HashMap<String, String>>>::default();
        let (queue, kept) = (queue.clone(), Arc::clone(&receipts));
        // On a task of its own: whoever reads objects is busy.
        let keeper = tokio::spawn(async move {
            let mut is_told = false;
            loop {
                tokio::time::sleep(QUEUE_HOLD_PERIOD).await;
                let receipts: Vec<String> =
                    kept.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
                // Who receives one meanwhile finds that the lake has its object: no more than work done twice.
                if let Err(failure) = queue.keep(&receipts).await
                    && !std::mem::replace(&mut is_told, true)
                {
                    queue.patience.tell(&failure.to_string());
                }
            }
        });
        Held { receipts, keeper }
    }

    /// Keeps one more.
    fn add(&self, id: &str, receipt: &str) {
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        receipts.insert(id.to_owned(), receipt.to_owned());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(key: &str, bytes: u64) -> Named {
        Named { bucket: "logs".into(), key: key.into(), bytes, e_tag: None }
    }

    #[test]
    fn a_message_is_done_when_all_of_its_objects_are() {
        let mut batch = Batch::default();
        batch.add("1".into(), "receipt 1".into(), vec![named("a", 1), named("b", 2)]);
        batch.add("2".into(), "receipt 2".into(), vec![named("b", 2)]);
        batch.add("3".into(), "receipt 3".into(), vec![]);
        batch.add("4".into(), "receipt 4".into(), vec![named("c", 1)]);
        let names: Vec<String> = batch.objects().iter().map(Named::name).collect();
        assert_eq!(names, ["s3://logs/a", "s3://logs/b", "s3://logs/c"]);
        assert_eq!(batch.done(&HashSet::new()), ["receipt 1", "receipt 2", "receipt 3", "receipt 4"]);
        assert_eq!(batch.done(&HashSet::from(["s3://logs/b"])), ["receipt 3", "receipt 4"]);
        assert_eq!(batch.done(&HashSet::from(["s3://logs/a"])), ["receipt 2", "receipt 3", "receipt 4"]);
    }

    #[test]
    fn a_batch_is_full_by_what_its_messages_say() {
        let mut batch = Batch::default();
        assert!(batch.is_empty() && !batch.is_full(10));
        batch.add("1".into(), "receipt 1".into(), vec![named("a", 9)]);
        assert!(!batch.is_empty() && !batch.is_full(10));
        batch.add("2".into(), "receipt 2".into(), vec![named("b", u64::MAX)]);
        assert!(batch.is_full(10) && batch.is_full(u64::MAX));
    }

    #[test]
    fn of_two_versions_none_is_taken_for_the_one_that_is_there() {
        let version = |e_tag: &str| vec![Named { e_tag: Some(e_tag.into()), ..named("a", 1) }];
        let e_tags = |of: &[&str]| {
            let mut batch = Batch::default();
            for (number, e_tag) in of.iter().enumerate() {
                batch.add(number.to_string(), String::new(), version(e_tag));
            }
            batch.objects().into_iter().map(|object| object.e_tag).collect::<Vec<_>>()
        };
        assert_eq!(e_tags(&["old", "old"]), [Some("old".to_owned())]);
        assert_eq!(e_tags(&["new", "old"]), [None]);
        assert_eq!(e_tags(&["old", "new", "old"]), [None]);
    }

    #[test]
    fn a_message_that_comes_again_has_its_last_receipt() {
        let mut batch = Batch::default();
        batch.add("1".into(), "first".into(), vec![named("a", 6)]);
        batch.add("1".into(), "second".into(), vec![named("a", 6)]);
        assert!(batch.has("1") && !batch.has("2") && !batch.is_full(10));
        assert_eq!((batch.done(&HashSet::new()), batch.objects().len()), (vec!["second".to_owned()], 1));
    }
}
