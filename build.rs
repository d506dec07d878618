//! Lists the SQL files of `queries/` for `src/queries.rs`, which carries them in the binary.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let mut list = String::new();
    for (name, folder) in [("INVESTIGATE", "investigate"), ("DETECTIONS", "detections"), ("PANELS", "panels")] {
        let folder = Path::new(&root).join("queries").join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        let files = entries(&folder);
        write_list(
            &mut list,
            name,
            "Shipped",
            "str",
            files.iter().filter(|path| is_sql(path)).map(|path| (file_name(path), path)),
        );
        let cases = files.iter().filter(|path| path.is_dir());
        let cases: Vec<_> =
            cases.flat_map(|folder| entries(folder).into_iter().map(move |path| (folder, path))).collect();
        if !cases.is_empty() {
            let named = cases.iter().map(|(folder, path)| (format!("{}/{}", file_name(folder), file_name(path)), path));
            write_list(&mut list, "CASES", "ShippedFile", "bytes", named);
        }
    }
    let out = env::var("OUT_DIR").expect("cargo names a folder for what is made");
    fs::write(Path::new(&out).join("queries.rs"), list).expect("a file in cargo's folder");
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "sql")
}

/// Writes a list of files of type `of`, included as `how`: texts, or bytes of any kind.
fn write_list<'a>(
    list: &mut String,
    name: &str,
    of: &str,
    how: &str,
    files: impl Iterator<Item = (String, &'a std::path::PathBuf)>,
) {
    writeln!(list, "#[allow(missing_docs)]\npub const {name}: &[{of}] = &[").expect("a string takes all");
    for (name, path) in files {
        writeln!(list, "    ({name:?}, include_{how}!({path:?})),").expect("a string takes all");
    }
    writeln!(list, "];").expect("a string takes all");
}
