//! Temporary files that do not outlive the process, however it ends: a signal runs no destructors, so whoever takes
//! the signal calls [`remove_all`].

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use datafusion::execution::disk_manager::DiskManager;

#[derive(Default)]
struct Registry {
    /// Whether [`remove_all`] has been called: what is registered after it goes at once.
    is_ending: bool,
    files: BTreeSet<PathBuf>,
    /// They make their folders when an operator spills.
    spills: Vec<Weak<DiskManager>>,
}

static REGISTRY: Mutex<Registry> =
    Mutex::new(Registry { is_ending: false, files: BTreeSet::new(), spills: Vec::new() });

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file is removed by [`remove_all`] as long as this lives; who owns the file removes it otherwise.
#[derive(Debug)]
pub struct Registered(PathBuf);

impl Registered {
    /// Registers the file at `path`.
    pub fn new(path: &Path) -> Self {
        let mut registry = registry();
        registry.files.insert(path.to_owned());
        if registry.is_ending {
            let _ = fs::remove_file(path);
        }
        Registered(path.to_owned())
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        registry().files.remove(&self.0);
    }
}

/// Whether the process is about to end: what fails from now on fails because of it.
pub fn is_ending() -> bool {
    registry().is_ending
}

/// Registers the folders that `disk` makes for spilled data.
pub fn register_spills(disk: &Arc<DiskManager>) {
    registry().spills.push(Arc::downgrade(disk));
}

/// What to do about an error that says that a disk is full and not which one, as the engine's do when it spills.
pub fn remedy(error: &str) -> Option<String> {
    let is_ours =
        error.contains("No space left on device") && !error.contains('/') && !error.contains("standard output");
    is_ours.then(|| format!("the temporary folder {} is full; name another in TMPDIR", std::env::temp_dir().display()))
}

/// Removes every registered file and folder. What can't be removed stays: the process is about to end.
pub fn remove_all() {
    let mut registry = registry();
    registry.is_ending = true;
    for file in &registry.files {
        let _ = fs::remove_file(file);
    }
    for disk in registry.spills.iter().filter_map(Weak::upgrade) {
        for folder in disk.temp_dir_paths() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_temporary_folder_is_named_where_the_error_does_not() {
        let remedy_of_engine = remedy("IO error: No space left on device (os error 28)").expect("a remedy");
        assert!(remedy_of_engine.contains(&std::env::temp_dir().display().to_string()), "{remedy_of_engine}");
        assert_eq!(remedy("/data/x.csv: the result can't be written: No space left on device (os error 28)"), None);
        assert_eq!(remedy("IO error: Permission denied (os error 13)"), None);
    }
}
