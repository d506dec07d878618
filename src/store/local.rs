//! Local files as a store: read where the caller stands, and on the disk when they are written.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

use crate::limits::REMAINS_AGE;
use crate::temporary::Registered;

/// `object_store`'s local files, but for two things.
///
/// It hands each read to another thread and back, which for objects of some hundred kilobytes takes as long as reading
/// them: here the thread that decodes an object reads it, too.
///
/// It does not wait for the disk: here a file and the name that its folder has for it are on the disk before a write
/// returns, so that a file that names others, as the log of a table does, never survives a power cut that they did not.
#[derive(Debug, Default)]
pub(crate) struct LocalFiles(LocalFileSystem);

impl LocalFiles {
    /// The object, or a range of it; `None` when this is no plain read or fails, for the store to do or to explain.
    fn read(&self, location: &Path, options: &GetOptions) -> Option<GetResult> {
        let GetOptions { if_match, if_none_match, if_modified_since, if_unmodified_since, version, head, .. } = options;
        let is_conditional = if_match.is_some()
            || if_none_match.is_some()
            || if_modified_since.is_some()
            || if_unmodified_since.is_some();
        if is_conditional || version.is_some() || *head {
            return None;
        }
        let mut file = File::open(self.0.path_to_filesystem(location).ok()?).ok()?;
        let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
        let size = metadata.len();
        let range = match &options.range {
            None => 0..size,
            Some(GetRange::Bounded(range)) if range.start < range.end && range.end <= size => range.clone(),
            Some(_) => return None,
        };
        let mut content = Vec::with_capacity(usize::try_from(range.end - range.start).ok()?);
        if range.start > 0 {
            file.seek(SeekFrom::Start(range.start)).ok()?;
        }
        file.take(range.end - range.start).read_to_end(&mut content).ok()?;
        if content.len() as u64 != range.end - range.start {
            return None;
        }
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: metadata.modified().ok()?.into(),
            size,
            e_tag: None,
            version: None,
        };
        let payload = GetResultPayload::Stream(stream::iter([Ok(Bytes::from(content))]).boxed());
        Some(GetResult { payload, meta, range, attributes: Default::default() })
    }
}

/// Behind the name of a file that is not complete.
const INCOMPLETE: &str = ".incomplete-";

/// Writes a file whole, under another name first, and waits for the disk.
fn write_durably(path: &FilePath, payload: PutPayload, may_replace: bool) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::other("names no file"));
    };
    make_folder_durably(folder)?;
    let mut builder = tempfile::Builder::new();
    // Who may read it is the umask's to say.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let prefix = format!("{}{INCOMPLETE}", name.to_string_lossy());
    let mut file = builder.prefix(&prefix).tempfile_in(folder)?;
    let _registered = Registered::new(file.path());
    payload.iter().try_for_each(|bytes| file.write_all(bytes))?;
    file.as_file().sync_all()?;
    let persisted = if may_replace { file.persist(path) } else { file.persist_noclobber(path) };
    persisted.map_err(|error| error.error)?;
    if may_replace {
        remove_remains(folder, &prefix);
    }
    sync_folder(folder)
}

/// Removes what processes that were killed had written of a file. Nobody writes as long as that.
fn remove_remains(folder: &FilePath, prefix: &str) {
    let is_old = |entry: &fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > REMAINS_AGE))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)).filter(is_old) {
        // What can't be removed now is removed the next time.
        let _ = fs::remove_file(entry.path());
    }
}

/// Makes a folder and those above it that are missing.
fn make_folder_durably(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(above) = folder.parent() else { return Ok(()) };
    make_folder_durably(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(above),
    }
}

/// Waits until the disk has the names in a folder.
fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A file that comes in parts, on the disk when it is complete.
#[derive(Debug)]
struct DurableUpload {
    upload: Box<dyn MultipartUpload>,
    path: PathBuf,
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.upload.complete().await?;
        let synced = File::open(&self.path).and_then(|file| file.sync_all());
        synced
            .and_then(|()| self.path.parent().map_or(Ok(()), sync_folder))
            .map_err(|error| failed(&self.path, error))?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

/// The system's refusal of a file.
fn failed(path: &FilePath, error: io::Error) -> Error {
    Error::Generic { store: "LocalFileSystem", source: format!("{}: {error}", path.display()).into() }
}

impl fmt::Display for LocalFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for LocalFiles {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        match self.read(location, &options) {
            Some(result) => Ok(result),
            None => self.0.get_opts(location, options).await,
        }
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.0.get_ranges(location, ranges).await
    }

    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let may_replace = match options.mode {
            PutMode::Overwrite => true,
            PutMode::Create => false,
            PutMode::Update(_) => return self.0.put_opts(location, payload, options).await,
        };
        let path = self.0.path_to_filesystem(location)?;
        let write = {
            let path = path.clone();
            move || write_durably(&path, payload, may_replace)
        };
        match tokio::task::spawn_blocking(write).await? {
            Ok(()) => Ok(PutResult { e_tag: None, version: None }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !may_replace => {
                Err(Error::AlreadyExists { path: path.display().to_string(), source: error.into() })
            }
            Err(error) => Err(failed(&path, error)),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let path = self.0.path_to_filesystem(location)?;
        let upload = self.0.put_multipart_opts(location, options).await?;
        Ok(Box::new(DurableUpload { upload, path }))
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;

    use super::*;

    #[tokio::test]
    async fn reads_what_the_store_it_stands_for_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("flows.log");
        std::fs::write(&file, "0123456789").expect("a file");
        let at = Path::from_absolute_path(&file).expect("a path");
        let (ours, theirs) = (LocalFiles::default(), LocalFileSystem::new());
        for range in [0..10, 0..4, 3..10, 9..10] {
            let read = ours.get_range(&at, range.clone()).await.expect("a range");
            assert_eq!(read, theirs.get_range(&at, range).await.expect("a range"));
        }
        let whole = ours.get(&at).await.expect("a file");
        let expected = theirs.get(&at).await.expect("a file");
        assert_eq!(
            (whole.meta.size, whole.meta.last_modified, whole.range.clone()),
            (expected.meta.size, expected.meta.last_modified, expected.range.clone())
        );
        assert_eq!(whole.bytes().await.expect("content"), expected.bytes().await.expect("content"));
        // What goes wrong, or is no plain read, is said as the store says it.
        let missing = Path::from_absolute_path(folder.path().join("missing")).expect("a path");
        for (at, range) in [(&missing, None), (&at, Some(GetRange::Bounded(20..30))), (&at, Some(GetRange::Suffix(3)))]
        {
            let options = || GetOptions { range: range.clone(), ..GetOptions::default() };
            let told = |result: Result<GetResult>| result.map(|result| result.range).map_err(|error| error.to_string());
            assert_eq!(told(ours.get_opts(at, options()).await), told(theirs.get_opts(at, options()).await));
        }
    }

    #[tokio::test]
    async fn what_a_killed_process_left_of_a_file_goes_with_the_next_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let begin = |name: &str, age: std::time::Duration| {
            let file = File::create(folder.path().join(name)).expect("a file");
            file.set_modified(std::time::SystemTime::now() - age).expect("a file of ours");
        };
        begin("index.html.incomplete-old", REMAINS_AGE * 2);
        begin("index.html.incomplete-new", REMAINS_AGE / 2);
        begin("other.html.incomplete-old", REMAINS_AGE * 2);
        let at = Path::from_absolute_path(folder.path().join("index.html")).expect("a path");
        LocalFiles::default().put(&at, "whole".into()).await.expect("a place to write");
        let entries = fs::read_dir(folder.path()).expect("a folder").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        assert_eq!(names, ["index.html", "index.html.incomplete-new", "other.html.incomplete-old"]);
    }
}
