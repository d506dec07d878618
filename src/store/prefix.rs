//! A folder, or a prefix of a bucket, in which objects are read and written whole: what is remembered of schedules, and
//! reports.
//!
//! An object is there complete or as it was before, and on the disk when a write returns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use thiserror::Error;

use super::{Aws, AwsOptions, LocalFiles, S3Address, path_of_key, told};

/// A folder, or a prefix of a bucket.
#[derive(Debug, Clone)]
pub struct Prefix {
    /// As it was given, without a slash at its end.
    name: String,
    store: Arc<dyn ObjectStore>,
    root: Key,
    /// The folder, where it is one of this machine.
    folder: Option<PathBuf>,
}

/// A version of an object, by which it is known whether somebody else has written it since.
#[derive(Debug, Clone)]
pub struct Version(UpdateVersion);

/// Why nothing can be read or written there.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub struct PrefixError {
    place: String,
    problem: String,
}

impl Prefix {
    /// The place that `name` says: a folder, or an address in S3. Nothing need be there.
    ///
    /// # Errors
    /// When the bucket can't be reached, or the path is that of a file.
    pub async fn find(name: &str, aws: &AwsOptions) -> Result<Self, PrefixError> {
        let error = |problem: String| PrefixError { place: name.to_owned(), problem };
        let trimmed = name.trim_end_matches('/');
        if !S3Address::is_meant(name) {
            let (folder, root) = folder_and_key(name).map_err(error)?;
            let name = if trimmed.is_empty() { name } else { trimmed }.to_owned();
            return Ok(Prefix { name, store: Arc::new(LocalFiles::default()), root, folder: Some(folder) });
        }
        let address =
            S3Address::parse(trimmed).map_err(|e| PrefixError { place: "S3".to_owned(), problem: e.to_string() })?;
        let root = path_of_key(&address.prefix);
        if root.as_ref() != address.prefix {
            return Err(error("a prefix here has plain names between single slashes".to_owned()));
        }
        let store = Aws::new(aws.clone()).await.store(&address).await;
        let store = store.map_err(|failure| error(failure.to_string()))?;
        Ok(Prefix { name: trimmed.to_owned(), store, root, folder: None })
    }

    /// What lies under a name in it.
    #[must_use]
    pub fn under(&self, name: &str) -> Self {
        Prefix {
            name: self.name_of(name),
            store: Arc::clone(&self.store),
            root: self.root.clone().join(name),
            folder: self.folder.as_ref().map(|folder| folder.join(name)),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of an object in it, as people write it.
    pub fn name_of(&self, object: &str) -> String {
        format!("{}/{object}", self.name)
    }

    /// The folder, where it is one of this machine.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Reads an object, if it is there.
    ///
    /// # Errors
    /// When it can't be read, or is larger than `most` bytes.
    pub async fn read(&self, object: &str, most: u64) -> Result<Option<(Bytes, Version)>, PrefixError> {
        let got = match self.store.get_opts(&self.key(object), GetOptions::default()).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.error(object, &error)),
        };
        if got.meta.size > most {
            let problem = format!("{} bytes, and {most} at most are read of it", got.meta.size);
            return Err(PrefixError { place: self.name_of(object), problem });
        }
        let version = Version(UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() });
        let bytes = got.bytes().await.map_err(|error| self.error(object, &error))?;
        Ok(Some((bytes, version)))
    }

    /// Writes an object, in place of what was there.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn write(&self, object: &str, bytes: Bytes) -> Result<Version, PrefixError> {
        let written = self.store.put(&self.key(object), bytes.into()).await;
        written.map(|put| Version(put.into())).map_err(|error| self.error(object, &error))
    }

    /// Writes an object in place of the one that was read, or where none was; `None` if somebody else was first. In a folder
    /// nobody else must write meanwhile.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn replace(
        &self,
        object: &str,
        bytes: Bytes,
        read: Option<&Version>,
    ) -> Result<Option<Version>, PrefixError> {
        let mode = match read {
            None => PutMode::Create,
            Some(_) if self.folder.is_some() => PutMode::Overwrite,
            Some(version) => PutMode::Update(version.0.clone()),
        };
        match self.store.put_opts(&self.key(object), bytes.into(), PutOptions::from(mode)).await {
            Ok(put) => Ok(Some(Version(put.into()))),
            Err(error) if is_changed(&error) => Ok(None),
            Err(error) => Err(self.error(object, &error)),
        }
    }

    fn key(&self, object: &str) -> Key {
        self.root.clone().join(object)
    }

    /// That the machine refuses something of an object.
    pub(crate) fn refused(&self, object: &str, error: &std::io::Error) -> PrefixError {
        PrefixError { place: self.name_of(object), problem: error.to_string() }
    }

    fn error(&self, object: &str, error: &object_store::Error) -> PrefixError {
        PrefixError { place: self.name_of(object), problem: told(error) }
    }
}

/// Whether a conditional write found another version than it was to replace.
fn is_changed(error: &object_store::Error) -> bool {
    use object_store::Error::{AlreadyExists, NotFound, Precondition};
    matches!(error, AlreadyExists { .. } | NotFound { .. } | Precondition { .. })
}

/// A folder that need not be there, and its key among this machine's files.
///
/// # Errors
/// When it can't be one.
pub(crate) fn folder_and_key(name: &str) -> Result<(PathBuf, Key), String> {
    let path = Path::new(name);
    if path.exists() && !path.is_dir() {
        return Err("is a file; name a folder".to_owned());
    }
    // Of a folder that is not there, the one above it tells the true path.
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let there = path.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let missing = path.strip_prefix(there).unwrap_or(Path::new(""));
    let path = there.canonicalize().map_err(|error| error.to_string())?.join(missing);
    let key = Key::from_absolute_path(&path).map_err(|error| error.to_string())?;
    Ok((path, key))
}
