//! The README's investigation, typed as it is printed there.

use super::terminal::Terminal;
use crate::scan::Folder;

const PROMPT: &str = "vpcflow> ";
const CONTINUED: &str = "      -> ";

/// What is typed, line by line, and what is printed below it.
#[derive(Default)]
struct Step<'a> {
    typed: Vec<&'a str>,
    shown: Vec<&'a str>,
}

/// The steps between two headings of the README, and the command that they are typed into.
fn story(readme: &str) -> (&str, Vec<Step<'_>>) {
    let (_, story) = readme.split_once("#### An investigation in ten minutes\n").expect("the story");
    let (story, _) = story.split_once("\n### ").expect("what comes after it");
    let mut steps: Vec<Step> = Vec::new();
    let mut command = None;
    for block in story.split("```text\n").skip(1) {
        let (block, _) = block.split_once("```").expect("an end");
        for line in block.lines() {
            if let Some(line) = line.strip_prefix("$ vpcflow shell ") {
                command = Some(line);
            } else if let Some(typed) = line.strip_prefix(PROMPT) {
                steps.push(Step { typed: vec![typed], shown: Vec::new() });
            } else if let Some(typed) = line.strip_prefix(CONTINUED) {
                steps.last_mut().expect("a step").typed.push(typed);
            } else if line != "..." {
                steps.last_mut().expect("a step").shown.push(line);
            }
        }
    }
    (command.expect("a command"), steps)
}

#[test]
fn the_readme_tells_what_one_sees() {
    let readme = include_str!("../../README.md");
    let (command, steps) = story(readme);
    let (home, work) = (Folder::new(), Folder::new());
    // What is written on the way lies beside the logs.
    std::os::unix::fs::symlink(super::sample(), work.path().join("sample-logs")).expect("a link");
    let args: Vec<&str> = command.split(' ').collect();
    let terminal = Terminal::open_in(work.path(), home.path(), 124, 300, &args);
    terminal.wait_for_prompt("\\? for help");
    terminal.enter("\\pager off");
    terminal.wait_for_prompt("pager: off");
    for (number, Step { typed, shown }) in steps.iter().enumerate() {
        for line in typed {
            terminal.enter(line);
        }
        // What says that the step is over, however long it took, and is no statement.
        let rows = 100 + number;
        terminal.enter(&format!("\\rows {rows}"));
        let screen = terminal.wait_for_prompt(&format!("up to {rows} rows"));
        assert!(!screen.contains("error"), "{screen}");
        for line in shown {
            // What is typed ahead may be echoed before it.
            let is_shown = screen.lines().any(|on_screen| on_screen.rsplit("^M").next() == Some(line));
            assert!(is_shown, "{}\nis not followed by\n{line}\nbut by\n{screen}", typed.join("\n"));
        }
    }
    assert_eq!(terminal.leave(), 0);
    let read = |name: &str| std::fs::read_to_string(work.path().join(name)).expect(name);
    assert!(read("session.svg").starts_with("<svg"));
    assert!(read("open-ssh.md").contains("| group_name |"), "{}", read("open-ssh.md"));
}
