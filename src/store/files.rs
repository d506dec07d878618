//! Local sources: a file, a folder, a glob or standard input to the list of its objects.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectMeta;
use object_store::path::Path as ObjectPath;

use super::key::ObjectKey;
use super::source::{FlowObject, SourceError};
use crate::format::{Form, HEAD_BYTES, Layout, is_gzip, recognise};
use crate::limits::SPOOLED_BYTES;
use crate::temporary::Registered;

/// Objects on this machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    /// What is to be read.
    pub(super) objects: Vec<FlowObject>,
    /// What lies among it and can't be: names with the reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// The folders that were read, by their true paths.
    folders: Vec<PathBuf>,
    /// The number of the SOURCE that is being added.
    source: usize,
    /// Keeps what was read from standard input or a pipe on disk for as long as the objects are used.
    spooled: Vec<Arc<(tempfile::TempPath, Registered)>>,
}

impl Files {
    /// Nothing but these objects.
    pub(super) fn of_objects(objects: Vec<FlowObject>) -> Self {
        Files { objects, ..Files::default() }
    }

    /// Whether some of them can't be read where they came from any more.
    pub(super) fn is_spooled(&self) -> bool {
        !self.spooled.is_empty()
    }

    /// Whether the file at `path` is one of them.
    pub(super) fn contains_file(&self, path: &Path) -> bool {
        let local = ObjectStoreUrl::local_filesystem();
        let location = path.canonicalize().ok().and_then(|path| ObjectPath::from_absolute_path(path).ok());
        location.is_some_and(|location| {
            self.objects.iter().any(|object| object.store == local && object.meta.location == location)
        })
    }

    /// Whether a file at `path` lies in a folder that was read, so that it is read when the same is asked again.
    pub(super) fn surrounds(&self, path: &Path) -> bool {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize();
        folder.is_ok_and(|folder| self.folders.iter().any(|read| folder.starts_with(read)))
    }

    /// Whether a folder lies in one that was read.
    pub(super) fn surrounds_folder(&self, folder: &Path) -> bool {
        self.folders.iter().any(|read| folder.starts_with(read))
    }

    /// Whether a folder that was read would have had a file, whose name is its true path as stores write it.
    pub(super) fn would_list(&self, name: &str) -> bool {
        let below = |folder: &ObjectPath| name.strip_prefix('/')?.strip_prefix(folder.as_ref())?.strip_prefix('/');
        let folders = self.folders.iter().filter_map(|folder| ObjectPath::from_absolute_path(folder).ok());
        folders.into_iter().any(|folder| below(&folder).is_some())
    }

    /// Adds the objects of a source. `log_format` tells standard input that is no flow log from such as has no header.
    pub(super) fn add(&mut self, source: &str, number: usize, log_format: Option<&Layout>) -> Result<(), SourceError> {
        self.source = number;
        if source == "-" {
            return self.add_spooled("-", io::stdin().lock(), log_format);
        }
        let path = Path::new(source);
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                self.add_folder(path);
                Ok(())
            }
            Ok(metadata) if metadata.is_file() => self.add_file(path),
            // A pipe, such as the shell's <(command), can be read only once and from its beginning.
            Ok(_) => {
                let pipe = std::fs::File::open(path).map_err(|error| io_error(source, error))?;
                self.add_spooled(source, pipe, log_format)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && source.contains(['*', '?', '[']) => {
                self.add_glob(source)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(SourceError::Missing { name: source.to_owned() })
            }
            Err(error) => Err(io_error(source, error)),
        }
    }

    fn add_glob(&mut self, pattern: &str) -> Result<(), SourceError> {
        let paths = glob::glob(pattern)
            .map_err(|error| SourceError::BadGlob { name: pattern.to_owned(), message: error.to_string() })?;
        let mut any = false;
        for path in paths {
            any = true;
            match path {
                Ok(path) if path.is_dir() => self.add_folder(&path),
                Ok(path) => self.add_among_others(&path),
                Err(error) => self.unreadable.push((error.path().display().to_string(), error.error().to_string())),
            }
        }
        if any { Ok(()) } else { Err(SourceError::NoMatch { name: pattern.to_owned() }) }
    }

    fn add_folder(&mut self, folder: &Path) {
        self.folders.extend(folder.canonicalize());
        for entry in walkdir::WalkDir::new(folder).follow_links(true) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.add_among_others(entry.path()),
                Err(error) => {
                    let name = error.path().unwrap_or(folder).display().to_string();
                    self.unreadable.push((name, error.to_string()));
                }
            }
        }
    }

    /// Adds a file that was not named itself: if it can't be read, the others still can.
    fn add_among_others(&mut self, path: &Path) {
        let name = path.display().to_string();
        match local_object(path, name.clone(), self.source) {
            Ok(object) => self.objects.push(object),
            Err(error) => self.unreadable.push((name, error.to_string())),
        }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), SourceError> {
        let name = path.display().to_string();
        let object = local_object(path, name.clone(), self.source).map_err(|error| io_error(&name, error))?;
        self.objects.push(object);
        Ok(())
    }

    /// Keeps what can be read only once in a file; of what is no flow log, only the beginning.
    fn add_spooled(
        &mut self,
        name: &str,
        mut input: impl Read,
        log_format: Option<&Layout>,
    ) -> Result<(), SourceError> {
        let error = |error| io_error(name, error);
        let mut file = tempfile::NamedTempFile::with_prefix("vpcflow-input-").map_err(error)?;
        let registered = Registered::new(file.path());
        let mut head = Vec::new();
        input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(error)?;
        file.write_all(&head).map_err(error)?;
        if is_gzip(&head) || !matches!(recognise(&head, log_format), Form::Foreign(_)) {
            let most = SPOOLED_BYTES - head.len() as u64;
            if io::copy(&mut input.by_ref().take(most), &mut file).map_err(error)? == most {
                return Err(SourceError::Endless { name: name.to_owned() });
            }
        }
        let path = file.into_temp_path();
        let object = local_object(&path, name.to_owned(), self.source).map_err(error)?;
        self.spooled.push(Arc::new((path, registered)));
        self.objects.push(FlowObject { key: ObjectKey::default(), ..object });
        Ok(())
    }
}

/// The object of a file. Its location is the file's one true path, whatever way was taken to it.
fn local_object(path: &Path, name: String, source: usize) -> io::Result<FlowObject> {
    let path = path.canonicalize()?;
    let metadata = std::fs::metadata(&path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("no file but a pipe, a socket or a device; name it as a SOURCE to read it"));
    }
    let location = ObjectPath::from_absolute_path(&path).map_err(io::Error::other)?;
    let meta = ObjectMeta {
        location,
        last_modified: metadata.modified()?.into(),
        size: metadata.len(),
        e_tag: None,
        version: Some(version(&metadata)),
    };
    let key = ObjectKey::parse(&path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"));
    Ok(FlowObject { source, store: ObjectStoreUrl::local_filesystem(), meta, name, key })
}

/// What tells a file from one that was written in its place, with as many bytes and the time of the old one.
fn version(metadata: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{}-{}-{}.{:09}", metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

fn io_error(name: &str, error: io::Error) -> SourceError {
    SourceError::Io { name: name.to_owned(), error }
}
