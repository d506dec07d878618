//! The repository itself: tables in the README are those the program has, and nothing lies about that shouldn't.
//!
//! `UPDATE_README=1 cargo test tidy` writes the tables into the README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use vpcflow::format::field;
use vpcflow::queries::DETECTIONS;
use vpcflow::sql_file::SqlFile;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Compares, or under UPDATE_README replaces, what stands between a section's marks.
fn assert_section(name: &str, expected: &str) {
    let path = repository().join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
    let from = readme.find(&begin).expect("the section's mark") + begin.len();
    let to = readme.find(&end).expect("the section's end mark");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{}{expected}{}", &readme[..from], &readme[to..])).expect("the README");
    } else {
        assert_eq!(&readme[from..to], expected, "UPDATE_README=1 cargo test tidy brings the README up to date");
    }
}

/// The tables of the README, in one test because each may write the file.
#[test]
fn the_readme_lists_what_there_is() {
    assert_section("fields", &field::readme_table());
    assert_section("functions", &vpcflow::functions::readme_table());
    let mut detections = String::from("| detection | finds | needs | ATT&CK |\n|---|---|---|---|\n");
    for (file, text) in DETECTIONS {
        let detection = SqlFile::parse(file, text).expect("a shipped detection");
        let key = |name: &str| detection.keys.get(name).cloned().unwrap_or_default();
        let needs = detection.needs.iter().chain(detection.keys.get("inputs")).cloned().collect::<Vec<_>>().join(", ");
        detections += &format!("| `{}` | {} | {needs} | {} |\n", detection.id, detection.title, key("attack"));
    }
    assert_section("detections", &detections);
    let help = Command::new(env!("CARGO_BIN_EXE_vpcflow")).args(["shell", "--no-rc", "-c", "\\?"]).output();
    let help = String::from_utf8(help.expect("the binary runs").stdout).expect("UTF-8");
    assert_section("commands", &format!("```text\n{help}```\n"));
}

/// Every file of ours that git would take, by its path.
fn sources(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !matches!(name, "target" | ".git" | ".venv" | "snapshots") {
                sources(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

#[test]
fn source_files_stay_readable() {
    let mut files = Vec::new();
    sources(&repository().join("src"), &[".rs"], &mut files);
    assert!(files.len() > 30);
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        assert!(text.lines().count() <= 500, "{} is longer than 500 lines", file.display());
        assert!(text.starts_with("//!"), "{} doesn't say what it is", file.display());
    }
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut files = Vec::new();
    sources(&repository(), &[".rs", ".md", ".sql", ".toml", ".py", ".slt", ".json", "run"], &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_default();
        for trace in [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")] {
            assert!(!text.contains(trace), "{} holds a path of a machine: {trace}", file.display());
        }
    }
}
