//! A SOURCE of the command line to the list of its objects: a file, a folder, a glob or standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectMeta;
use thiserror::Error;

use super::key::ObjectKey;

/// One object to read.
#[derive(Debug, Clone)]
pub struct FlowObject {
    /// The store it is in.
    pub store: ObjectStoreUrl,
    /// Where in the store, how large, and since when.
    pub meta: ObjectMeta,
    /// Its name for people and for the `_object` column: the path or URL as the user would write it.
    pub name: String,
    /// What its key says of its records.
    pub key: ObjectKey,
}

/// The objects of all sources, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// What is to be read.
    pub objects: Vec<FlowObject>,
    /// What lies among it and can't be: names with the reason.
    pub unreadable: Vec<(String, String)>,
    /// Keeps what was read from standard input or a pipe on disk for as long as the objects are used.
    spooled: Vec<Arc<tempfile::TempPath>>,
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
    /// A scheme that is not read.
    #[error("{name}: only local files, folders, globs and - (standard input) can be read so far")]
    Scheme {
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

impl Objects {
    /// Lists all `sources`; an object that two of them name is read once.
    ///
    /// # Errors
    /// When a source does not exist, matches nothing, or can't be listed.
    pub fn list(sources: &[String]) -> Result<Self, SourceError> {
        let mut listed = Objects::default();
        for source in sources {
            listed.add(source)?;
        }
        listed.objects.sort_by(|a, b| a.name.cmp(&b.name));
        listed.objects.dedup_by(|a, b| a.meta.location == b.meta.location && a.store == b.store);
        Ok(listed)
    }

    fn add(&mut self, source: &str) -> Result<(), SourceError> {
        if source == "-" {
            return self.add_spooled("-", io::stdin().lock());
        }
        if source.contains("://") {
            return Err(SourceError::Scheme { name: source.to_owned() });
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
                self.add_spooled(source, pipe)
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
        for entry in walkdir::WalkDir::new(folder).follow_links(true) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => self.add_among_others(entry.path()),
                Ok(_) => {}
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
        match local_object(path, name.clone()) {
            Ok(object) => self.objects.push(object),
            Err(error) => self.unreadable.push((name, error.to_string())),
        }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), SourceError> {
        let name = path.display().to_string();
        let object = local_object(path, name.clone()).map_err(|error| io_error(&name, error))?;
        self.objects.push(object);
        Ok(())
    }

    fn add_spooled(&mut self, name: &str, mut input: impl Read) -> Result<(), SourceError> {
        let spool = || -> io::Result<(tempfile::TempPath, FlowObject)> {
            let mut file = tempfile::NamedTempFile::with_prefix("vpcflow-input-")?;
            io::copy(&mut input, &mut file)?;
            let path = file.into_temp_path();
            let object = local_object(&path, name.to_owned())?;
            Ok((path, object))
        };
        let (path, object) = { spool }().map_err(|error| io_error(name, error))?;
        self.spooled.push(Arc::new(path));
        self.objects.push(object);
        Ok(())
    }
}

fn local_object(path: &Path, name: String) -> io::Result<FlowObject> {
    let absolute: PathBuf = std::path::absolute(path)?;
    let metadata = std::fs::metadata(path)?;
    let location = object_store::path::Path::from_absolute_path(&absolute).map_err(io::Error::other)?;
    let meta = ObjectMeta {
        location,
        last_modified: metadata.modified()?.into(),
        size: metadata.len(),
        e_tag: None,
        version: None,
    };
    let key = ObjectKey::parse(&name.replace(std::path::MAIN_SEPARATOR, "/"));
    Ok(FlowObject { store: ObjectStoreUrl::local_filesystem(), meta, name, key })
}

fn io_error(name: &str, error: io::Error) -> SourceError {
    SourceError::Io { name: name.to_owned(), error }
}
