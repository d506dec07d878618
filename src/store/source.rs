//! The SOURCEs of the command line: files, folders, globs and standard input, which are listed at once, and prefixes
//! of buckets, of which no more is listed than a query may need.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use futures::StreamExt;
use object_store::{ObjectMeta, ObjectStore};
use thiserror::Error;

use super::files::Files;
use super::folders::{Bucket, Choose, Extent};
use super::key::ObjectKey;
use super::queue::Named;
use super::s3::{Aws, AwsOptions, S3Address, S3AddressError, S3Failure};
use crate::format::Layout;
use crate::limits::{NAMED_AT_ONCE, SPOOLED_BYTES};

/// One object to read.
#[derive(Debug, Clone)]
pub struct FlowObject {
    /// Which of the SOURCEs it is of, by number.
    pub source: usize,
    /// The store it is in.
    pub store: ObjectStoreUrl,
    /// Where in the store, how large, and since when.
    pub meta: ObjectMeta,
    /// Its name for people and for the `_object` column: the path or URL as the user would write it.
    pub name: String,
    /// What its key says of its records.
    pub key: ObjectKey,
}

/// Objects that were found, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// What is to be read.
    pub objects: Vec<FlowObject>,
    /// What lies among it and can't be: names with the reason.
    pub unreadable: Vec<(String, String)>,
    /// What is to be known of the choice.
    pub notes: Vec<String>,
}

/// What an object that somebody names is to the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// It is one of theirs.
    Within,
    /// It lies under one, and a listing would pass over it: another service's log, a console's empty folder.
    PassedOver,
    /// It lies under none.
    Outside,
}

/// All sources of a run.
#[derive(Debug, Default)]
pub struct Sources {
    names: Vec<String>,
    files: Files,
    buckets: Vec<S3Source>,
}

/// A prefix in S3.
#[derive(Debug)]
struct S3Source {
    /// Its number among all SOURCEs.
    number: usize,
    address: S3Address,
    url: ObjectStoreUrl,
    store: Arc<dyn ObjectStore>,
    bucket: Bucket,
}

/// Why a source can't be listed.
#[derive(Debug, Error)]
pub enum SourceError {
    /// Nothing there.
    #[error("{name}: no such file or folder")]
    Missing {
        /// The source as given.
        name: String,
    },
    /// A glob without a match.
    #[error("{name}: the pattern matches no file")]
    NoMatch {
        /// The source as given.
        name: String,
    },
    /// A glob that is none.
    #[error("{name}: not a valid pattern: {message}")]
    BadGlob {
        /// The source as given.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// A prefix that no key begins with.
    #[error("{name}: no object in the bucket begins with this prefix{}", remedy(.name))]
    NoObject {
        /// The source as given.
        name: String,
    },
    /// A prefix with nothing but other services' logs.
    #[error("{name}: holds no flow logs: what lies there is in the folders of other services' logs")]
    OtherLogs {
        /// The source as given.
        name: String,
    },
    /// A scheme that is not read.
    #[error(
        "{name}: can't be read; a SOURCE is a file, a folder, a quoted glob, s3://bucket/prefix or - (standard input)"
    )]
    Scheme {
        /// The source as given.
        name: String,
    },
    /// No address in S3.
    #[error(transparent)]
    Address(#[from] S3AddressError),
    /// S3 refused, or can't be reached.
    #[error(transparent)]
    S3(#[from] S3Failure),
    /// Standard input or a pipe that does not end.
    #[error("{name}: larger than {SPOOLED_BYTES} bytes; write it to files and name their folder")]
    Endless {
        /// The source as given.
        name: String,
    },
    /// The system refused.
    #[error("{name}: {error}")]
    Io {
        /// The path in question.
        name: String,
        /// What the system said.
        #[source]
        error: io::Error,
    },
}

/// A pattern is a mistake only where nothing is found: keys may have any character.
fn remedy(name: &str) -> &'static str {
    if name.contains(['*', '?', '[']) { "; S3 knows no patterns: give what the keys begin with" } else { "" }
}

impl Sources {
    /// Lists what is local and finds the buckets. `log_format` tells standard input that is no flow log from such as
    /// has no header.
    ///
    /// # Errors
    /// When a source does not exist, matches nothing, can't be listed, or its bucket can't be reached.
    pub async fn open(sources: &[String], log_format: Option<&Layout>, aws: &AwsOptions) -> Result<Self, SourceError> {
        let mut opened = Sources::default();
        let mut connected = None;
        for (number, source) in sources.iter().enumerate() {
            opened.names.push(source.clone());
            if S3Address::is_meant(source) {
                let address = S3Address::parse(source)?;
                let aws = match &mut connected {
                    Some(aws) => aws,
                    none => none.insert(Aws::new(aws.clone()).await),
                };
                opened.buckets.push(S3Source::open(aws, address, number).await?);
            } else if source.contains("://") {
                return Err(SourceError::Scheme { name: source.to_owned() });
            } else {
                opened.files.add(source, number, log_format)?;
            }
        }
        Ok(opened)
    }

    /// Whether the files are others than those that were listed; what came through a pipe is what it was.
    ///
    /// # Errors
    /// When a source is not there any more.
    pub(crate) fn have_changed(&self, log_format: Option<&Layout>) -> Result<bool, SourceError> {
        if self.files.is_spooled() {
            return Ok(false);
        }
        let mut now = Files::default();
        for (number, source) in self.names.iter().enumerate().filter(|(_, name)| !S3Address::is_meant(name)) {
            now.add(source, number, log_format)?;
        }
        let metas = |files: &Files| files.objects.iter().map(|object| object.meta.clone()).collect::<Vec<_>>();
        Ok(metas(&now) != metas(&self.files))
    }

    /// Nothing but these objects, wherever they are.
    pub(crate) fn of_objects(objects: Vec<FlowObject>) -> Self {
        Sources { files: Files::of_objects(objects), ..Sources::default() }
    }

    /// The SOURCEs as they were given.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether the file at `path` is one of the objects.
    pub fn contains_file(&self, path: &Path) -> bool {
        self.files.contains_file(path)
    }

    /// Whether a file at `path` would be read the next time.
    pub fn surrounds_file(&self, path: &Path) -> bool {
        self.files.surrounds(path)
    }

    /// Whether what comes into a folder would be read the next time; its path is the true one.
    pub fn surrounds_folder(&self, folder: &Path) -> bool {
        self.files.surrounds_folder(folder)
    }

    /// Whether an object at `address` would be read the next time.
    pub fn surrounds_object(&self, address: &S3Address) -> bool {
        let is_in = |source: &S3Source| {
            source.address.bucket == address.bucket && address.prefix.starts_with(&source.address.prefix)
        };
        self.buckets.iter().any(is_in)
    }

    /// Whether the object at `address` is one of those that may be read.
    ///
    /// # Errors
    /// When its bucket can't be listed.
    pub async fn contains_object(&self, address: &S3Address) -> Result<bool, SourceError> {
        for source in self.buckets.iter().filter(|source| source.address.bucket == address.bucket) {
            if source.bucket.holds(&address.prefix).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The prefix that is the only SOURCE, with its bucket's store.
    pub fn only_bucket(&self) -> Option<(&S3Address, Arc<dyn ObjectStore>)> {
        match self.buckets.as_slice() {
            [only] if self.names.len() == 1 => Some((&only.address, Arc::clone(&only.store))),
            _ => None,
        }
    }

    /// The prefixes in S3.
    pub fn buckets(&self) -> impl Iterator<Item = &S3Address> {
        self.buckets.iter().map(|source| &source.address)
    }

    /// What an object that a notification names is to them.
    pub fn belonging(&self, named: &Named) -> Belonging {
        let mut around = self.buckets.iter().filter(|source| source.has(named)).peekable();
        let is_folder = named.key.ends_with('/') && named.bytes == 0;
        match around.peek().is_some() {
            false => Belonging::Outside,
            true if !is_folder && around.any(|source| source.bucket.takes(&named.key)) => Belonging::Within,
            true => Belonging::PassedOver,
        }
    }

    /// Whether a listing would have an object, if it is there: by its address, or a file's true path.
    pub(crate) fn would_list(&self, name: &str) -> bool {
        match S3Address::parse(name).ok().filter(|_| S3Address::is_meant(name)) {
            None => self.files.would_list(name),
            Some(S3Address { bucket, prefix: key }) => {
                self.belonging(&Named { bucket, key, bytes: 1, e_tag: None }) == Belonging::Within
            }
        }
    }

    /// Objects that notifications name, as a listing would find them now; each lies under a source.
    ///
    /// # Errors
    /// When S3 does not answer. What is gone, or may not be read, is among the unreadable.
    pub(crate) async fn look_up(&self, named: Vec<Named>) -> Result<Objects, SourceError> {
        let ask = |named: Named| async move {
            let source = self.buckets.iter().find(|source| source.has(&named))?;
            Some((source, source.bucket.head(&named.key).await, named))
        };
        let mut asked = futures::stream::iter(named).map(ask).buffer_unordered(NAMED_AT_ONCE);
        let mut found = Objects::default();
        while let Some(answer) = asked.next().await {
            let Some((source, answer, named)) = answer else { continue };
            match answer {
                Ok(meta) => found.objects.push(source.object(&named.key, meta)),
                Err(failure) if failure.is_missing() => found.unreadable.push((named.name(), "is gone".to_owned())),
                Err(failure) if failure.is_of_object() => found.unreadable.push((named.name(), failure.answer())),
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(found)
    }

    /// The stores of the buckets, for the engine.
    pub fn stores(&self) -> impl Iterator<Item = (&ObjectStoreUrl, Arc<dyn ObjectStore>)> {
        self.buckets.iter().map(|source| (&source.url, Arc::clone(&source.store)))
    }

    /// The objects that may hold something `choose` wants; an object that two sources name is read once.
    ///
    /// # Errors
    /// When a bucket can't be listed, or a prefix holds nothing at all.
    pub async fn find(&self, choose: &dyn Choose) -> Result<Objects, SourceError> {
        self.find_of(choose, Extent::All).await
    }

    /// Objects that show the formats of all that `find` would find: the same of a short time, and of a long one those
    /// of its first and last day.
    ///
    /// # Errors
    /// As `find`.
    pub async fn sample(&self, choose: &dyn Choose) -> Result<Objects, SourceError> {
        self.find_of(choose, Extent::Ends).await
    }

    async fn find_of(&self, choose: &dyn Choose, extent: Extent) -> Result<Objects, SourceError> {
        let (objects, unreadable) = (self.files.objects.clone(), self.files.unreadable.clone());
        let mut found = Objects { objects, unreadable, notes: Vec::new() };
        for source in &self.buckets {
            source.find(choose, extent, &mut found).await?;
        }
        found.objects.sort_by(|a, b| a.name.cmp(&b.name));
        let mut seen = HashSet::new();
        found.objects.retain(|object| seen.insert((object.store.to_string(), object.meta.location.clone())));
        Ok(found)
    }
}

impl S3Source {
    async fn open(aws: &Aws, address: S3Address, number: usize) -> Result<Self, SourceError> {
        let store = aws.store(&address).await?;
        let url = ObjectStoreUrl::parse(address.store_url()).expect("an address makes a URL");
        let bucket = Bucket::new(Arc::clone(&store), address.prefix.clone());
        Ok(S3Source { number, address, url, store, bucket })
    }

    async fn find(&self, choose: &dyn Choose, extent: Extent, found: &mut Objects) -> Result<(), SourceError> {
        let pages = self.bucket.find(choose, extent).await?;
        if pages.iter().all(|page| page.objects.is_empty()) && choose.is_all() {
            let name = self.address.of_key(&self.address.prefix);
            return Err(match self.bucket.is_empty().await? {
                true => SourceError::NoObject { name },
                false => SourceError::OtherLogs { name },
            });
        } else if pages.iter().all(|page| page.is_empty()) && self.bucket.is_empty().await? {
            return Err(SourceError::NoObject { name: self.address.of_key(&self.address.prefix) });
        }
        let prefix = &self.address.prefix;
        // A prefix is no folder, and `logs` takes `logs-of-others/` with it.
        let folder = format!("{prefix}/");
        let keys = || pages.iter().flat_map(|page| &page.objects).map(|(key, _)| key);
        if !prefix.is_empty()
            && !prefix.ends_with('/')
            && let Some(other) = keys().find(|key| *key != prefix && !key.starts_with(&folder))
            && keys().any(|key| key.starts_with(&folder))
        {
            let (name, other) = (self.address.of_key(prefix), self.address.of_key(other));
            found
                .notes
                .push(format!("{name} is also what {other} begins with; write {name}/ to read that folder alone"));
        }
        for page in &pages {
            found.objects.extend(page.objects.iter().map(|(key, meta)| self.object(key, meta.clone())));
        }
        Ok(())
    }

    /// Whether the object lies under it.
    fn has(&self, named: &Named) -> bool {
        self.address.bucket == named.bucket && named.key.starts_with(&self.address.prefix)
    }

    fn object(&self, key: &str, meta: ObjectMeta) -> FlowObject {
        let (source, store) = (self.number, self.url.clone());
        FlowObject { source, store, meta, name: self.address.of_key(key), key: ObjectKey::parse(key) }
    }
}
