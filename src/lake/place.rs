//! Where a lake lies: a folder, or a prefix of a bucket.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use futures::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use url::Url;

use super::{LakeError, SCHEDULE, TABLES};
use crate::history;
use crate::store::{Aws, AwsOptions, LocalFiles, S3Address, Sources, folder_and_key, path_of_key};

/// Where a lake lies.
#[derive(Debug, Clone)]
pub struct Place {
    /// As the user wrote it.
    pub(super) name: String,
    /// All of the machine's files, or of the bucket's objects.
    pub(super) store: Arc<dyn ObjectStore>,
    /// The engine's name of that store.
    pub(super) store_url: ObjectStoreUrl,
    /// The lake's folder in the store.
    pub(super) root: Key,
    /// The same as a URL.
    url: Url,
}

impl Place {
    /// The place that `name` says: a path, or an address in S3. Nothing need be there.
    ///
    /// # Errors
    /// When the bucket can't be reached, or the path is that of a file.
    pub async fn find(name: &str, aws: &AwsOptions) -> Result<Self, LakeError> {
        if S3Address::is_meant(name) {
            let address = S3Address::parse(name).map_err(|error| LakeError::Place(error.to_string()))?;
            let store = Aws::new(aws.clone()).await.store(&address).await;
            return Place::in_bucket(&address, store.map_err(|error| LakeError::Place(error.to_string()))?);
        }
        if name == "-" || name.contains("://") {
            return Err(LakeError::Place(format!("{name}: a lake is a folder or s3://bucket/prefix")));
        }
        Place::in_folder(name)
    }

    /// A place in a bucket, whose store this is.
    ///
    /// # Errors
    /// When the prefix is none for a lake.
    pub fn in_bucket(address: &S3Address, store: Arc<dyn ObjectStore>) -> Result<Self, LakeError> {
        let name = address.of_key(&address.prefix);
        let error = || LakeError::Place(format!("{name}: no place for a lake"));
        let prefix = address.prefix.trim_end_matches('/');
        let root = path_of_key(prefix);
        if root.as_ref() != prefix {
            let problem = "the prefix of a lake has plain names between single slashes";
            return Err(LakeError::Place(format!("{name}: {problem}")));
        }
        let mut url = Url::parse(&address.store_url()).map_err(|_| error())?;
        url.set_path(&format!("/{root}"));
        let store_url = ObjectStoreUrl::parse(address.store_url()).map_err(|_| error())?;
        Ok(Place { name, store, store_url, root, url })
    }

    fn in_folder(name: &str) -> Result<Self, LakeError> {
        let error = |error: &str| LakeError::Place(format!("{name}: {error}"));
        let (folder, root) = folder_and_key(name).map_err(|problem| error(&problem))?;
        let url = Url::from_directory_path(&folder).map_err(|()| error("no path for a lake"))?;
        let store: Arc<dyn ObjectStore> = Arc::new(LocalFiles::default());
        Ok(Place { name: name.to_owned(), store, store_url: ObjectStoreUrl::local_filesystem(), root, url })
    }

    /// Whether a lake is there.
    ///
    /// # Errors
    /// When the store refuses to say.
    pub async fn has_lake(&self) -> Result<bool, LakeError> {
        let log = self.key(TABLES[0]).join("_delta_log");
        Ok(self.store.list(Some(&log)).try_next().await?.is_some())
    }

    /// Whether a local folder looks like a lake, without a look at what is in it.
    pub fn is_lake_folder(name: &str) -> bool {
        fs::metadata(Path::new(name).join(TABLES[0]).join("_delta_log")).is_ok_and(|folder| folder.is_dir())
    }

    /// Whether a source that is read again would read the lake's own files.
    pub fn is_under(&self, sources: &Sources) -> bool {
        match S3Address::parse(&self.name).ok().filter(|_| S3Address::is_meant(&self.name)) {
            Some(address) => {
                let prefix = format!("{}/", self.key(TABLES[0]));
                sources.surrounds_object(&S3Address { prefix, ..address })
            }
            None => sources.surrounds_folder(Path::new(&format!("/{}", self.root))),
        }
    }

    /// Whether an object is of the log of a table.
    pub fn is_of_log(name: &str) -> bool {
        name.contains("/_delta_log/")
    }

    /// What lies there that is no table of a lake.
    ///
    /// # Errors
    /// When the store refuses to say.
    pub(super) async fn stranger(&self) -> Result<Option<String>, LakeError> {
        let listed = self.store.list_with_delimiter(Some(&self.root)).await?;
        let folders = listed.common_prefixes.iter();
        let mut names = folders.chain(listed.objects.iter().map(|object| &object.location)).filter_map(Key::filename);
        // What another process is making, or one that was killed had made, is no stranger.
        let is_ours = |name: &str| TABLES.contains(&name) || history::TABLES.contains(&name) || name == SCHEDULE;
        Ok(names.find(|name| !is_ours(name)).map(str::to_owned))
    }

    /// Where a table's files lie.
    pub(super) fn key(&self, table: &str) -> Key {
        self.root.clone().join(table)
    }

    /// A table's place as a URL.
    pub(super) fn table_url(&self, table: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{table}/", self.url.path().trim_end_matches('/')));
        url
    }

    /// Makes the store known to the engine.
    pub(super) fn register(&self, runtime: &RuntimeEnv) {
        runtime.register_object_store(self.store_url.as_ref(), Arc::clone(&self.store));
    }

    /// Removes a file that nobody needs; what can't be removed stays.
    pub(super) async fn remove(&self, key: &Key) {
        let _ = self.store.delete(key).await;
    }
}
