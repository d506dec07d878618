//! The line editor: reedline, which has multi-line editing, menus, hints and history of its own and is kept by those who
//! write a shell with it; rustyline, the other one that is well kept, edits one line.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::{Context as _, Result};
use reedline::{
    Color, ColumnarMenu, DefaultHinter, EditCommand, Emacs, FileBackedHistory, Highlighter, Hinter, History, KeyCode,
    KeyModifiers, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, Reedline,
    ReedlineEvent, ReedlineMenu, Signal, StyledText, ValidationResult, Validator, default_emacs_keybindings,
};

use super::complete::{Completion, Known, Shared, is_keyword};
use super::lex::{self, Kind};
use super::typed_ahead;
use crate::cli::tell;
use vpcflow::limits::{SHELL_COMPLETIONS_SHOWN, SHELL_HISTORY};
use vpcflow::report::printable;

const MENU: &str = "completions";

/// The editor, and what it reads from.
pub struct Editor {
    reedline: Reedline,
    open: Open,
    _typed_ahead: typed_ahead::Kept,
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// Something complete.
    Text(String),
    /// Ctrl-C: the line is dropped.
    Nothing,
    /// Ctrl-D.
    Leave,
}

impl Editor {
    /// An editor of the terminal, which completes what is known.
    pub fn new(known: &Arc<Shared>) -> Self {
        let mut keys = default_emacs_keybindings();
        let complete = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
        keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
        keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
        let menu = ColumnarMenu::default().with_name(MENU).with_marker("> ").with_columns(SHELL_COMPLETIONS_SHOWN);
        let (has_colours, open) = (has_colours(), Open::default());
        let mut reedline = Reedline::create()
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_completer(Box::new(Completion::new(known)))
            .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
            .with_quick_completions(true)
            .with_partial_completions(true)
            .with_validator(Box::new(Ends(open.clone())))
            .with_highlighter(Box::new(Colours(Arc::clone(known))))
            .with_hinter(Box::new(Hints(DefaultHinter::default())))
            .with_ansi_colors(has_colours)
            .with_history_exclusion_prefix(Some(" ".to_owned()))
            .use_bracketed_paste(std::env::var_os("TERM").is_none_or(|term| term != "dumb"));
        match history() {
            Ok(Some(history)) => reedline = reedline.with_history(Box::new(history)),
            Ok(None) => {}
            Err(error) => tell(format_args!("warning: the history is not kept: {error:#}")),
        }
        Editor { reedline, open, _typed_ahead: typed_ahead::Kept::begin() }
    }

    /// Puts a text at the next prompt, as if it had been typed.
    pub fn begin_with(&mut self, text: &str) {
        self.reedline.run_edit_commands(&[EditCommand::InsertString(format!("{}\n", text.trim_end()))]);
    }

    /// What is typed next.
    ///
    /// # Errors
    /// When the terminal can't be read.
    pub fn read(&mut self, prompt: &str) -> Result<Typed> {
        self.open.set(None);
        let signal = self.reedline.read_line(&Words(prompt, self.open.clone())).context("the terminal")?;
        // So that a shell that is killed has kept what was typed; what can't be written is no reason to stop.
        let _ = self.reedline.sync_history();
        Ok(match signal {
            Signal::Success(text) => Typed::Text(text),
            Signal::CtrlD => Typed::Leave,
            _ => Typed::Nothing,
        })
    }
}

/// Whether colours are wanted: https://no-color.org.
pub fn has_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// What was typed in earlier sessions; nobody else may read it, for it names hosts and customers.
fn history() -> Result<Option<FileBackedHistory>> {
    let Some(path) = history_path() else { return Ok(None) };
    let in_path = || path.display().to_string();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(in_path)?;
    }
    private_file(&path).with_context(in_path)?;
    Ok(Some(FileBackedHistory::with_file(SHELL_HISTORY, path.clone()).with_context(in_path)?))
}

/// Makes a file that its owner alone may read, or makes an old one so.
fn private_file(path: &Path) -> std::io::Result<()> {
    // Opening a pipe waits for who reads it.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _file: File = options.open(path)?;
    #[cfg(unix)]
    _file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// Where the history is kept: in the folder that XDG has for it, where that is used, else in the home folder.
fn history_path() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let of_home = home.as_ref().map(|home| home.join(".local/state")).filter(|state| state.is_dir());
    match absolute("XDG_STATE_HOME").or(of_home) {
        Some(state) => Some(state.join("vpcflow").join("history")),
        None => Some(home?.join(".vpcflow_history")),
    }
}

/// The sign that a line left open: a quote, or a comment.
#[derive(Clone, Default)]
struct Open(Arc<AtomicU8>);

impl Open {
    fn set(&self, sign: Option<u8>) {
        self.0.store(sign.unwrap_or_default(), Ordering::Relaxed);
    }

    /// The sign, or the dash of a statement that goes on.
    fn sign(&self) -> char {
        match self.0.load(Ordering::Relaxed) {
            0 => '-',
            sign => char::from(sign),
        }
    }
}

/// The prompt.
struct Words<'a>(&'a str, Open);

impl Prompt for Words<'_> {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        let sign = self.1.sign();
        Cow::Owned(format!("{:>width$}", format!("{sign}> "), width = self.0.chars().count() + 2))
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failed = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing has ",
        };
        Cow::Owned(format!(" (history: {failed}{}) ", search.term))
    }

    fn get_prompt_color(&self) -> Color {
        Color::Cyan
    }
}

/// A statement ends with a semicolon, a command with its line.
struct Ends(Open);

impl Validator for Ends {
    fn validate(&self, line: &str) -> ValidationResult {
        self.0.set(lex::open(line));
        if lex::is_complete(line) { ValidationResult::Complete } else { ValidationResult::Incomplete }
    }
}

/// Colours of SQL as it is typed.
struct Colours(Arc<Shared>);

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        let plain = Color::Default.normal();
        if line.trim_start().starts_with('\\') {
            let end = line.find(|c: char| c.is_whitespace()).unwrap_or(line.len()).max(line.len().min(1));
            styled.push((Color::Yellow.bold(), shown(&line[..end])));
            styled.push((plain, shown(&line[end..])));
            return styled;
        }
        let known = self.0.lock();
        let tokens = lex::tokens(line);
        for (index, token) in tokens.iter().enumerate() {
            let text = token.of(line);
            let is_called = || tokens.get(index + 1).is_some_and(|next| next.of(line) == "(");
            let style = match token.kind {
                Kind::Word if is_function(&known, text) && is_called() => Color::Cyan.normal(),
                Kind::Word if is_keyword(text) => Color::Blue.bold(),
                Kind::Text => Color::Green.normal(),
                Kind::Number => Color::Magenta.normal(),
                Kind::Comment => Color::DarkGray.normal(),
                _ => plain,
            };
            styled.push((style, shown(text)));
        }
        styled
    }
}

/// What was typed before, as it may be shown.
struct Hints(DefaultHinter);

impl Hinter for Hints {
    fn handle(&mut self, line: &str, at: usize, history: &dyn History, has_colours: bool, folder: &str) -> String {
        let hint = shown(&self.0.handle(line, at, history, false, folder));
        if has_colours && !hint.is_empty() { Color::DarkGray.normal().paint(hint).to_string() } else { hint }
    }

    fn complete_hint(&self) -> String {
        self.0.complete_hint()
    }

    fn next_hint_token(&self) -> String {
        self.0.next_hint_token()
    }
}

/// A text as it may be shown: what is pasted, or was typed before, may have characters that steer a terminal. Each has one
/// of as many bytes in its place, by which the editor counts.
fn shown(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => c,
        c if printable(c.encode_utf8(&mut [0; 4])).starts_with(c) => c,
        c => match c.len_utf8() {
            1 => '?',
            2 => '\u{bf}',
            _ => char::REPLACEMENT_CHARACTER,
        },
    };
    text.chars().map(harmless).collect()
}

fn is_function(known: &Known, word: &str) -> bool {
    known.functions.contains_key(&word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_not_shown_and_takes_as_many_bytes() {
        for (text, harmless) in [
            ("SELECT 'a\u{1b}]0;title\u{7}'", "SELECT 'a?]0;title?'"),
            ("a\u{9b}2Jb\u{202e}c", "a\u{bf}2Jb\u{fffd}c"),
            ("two\n\tlines é", "two\n\tlines é"),
        ] {
            assert_eq!(shown(text), harmless);
            assert_eq!(shown(text).len(), text.len());
        }
    }
}
