//! What is typed while a statement runs.
//!
//! A terminal makes a line feed of Enter, unless a program takes keys as they are, as the editor does while it reads. A line
//! feed is Ctrl-J to reedline 0.52, and behind that it drops whatever it has read: of three statements that are typed while
//! one runs it would take the first. So Enter stays what it is for as long as the shell has the terminal.

use std::io::stdin;
use std::sync::{Mutex, PoisonError};

use rustix::termios::{InputModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// How the terminal was before.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// A terminal that keeps what is typed ahead, until this is dropped.
pub struct Kept;

/// The terminal as it was before the shell, for another program, until this is dropped.
pub struct Lent;

impl Kept {
    /// Begins with it; what can't be set stays as it was.
    pub fn begin() -> Self {
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(stdin()).ok();
        set(true);
        Kept
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        set(false);
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Lent {
    /// Lends it.
    pub fn begin() -> Self {
        set(false);
        Lent
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        set(true);
    }
}

/// Gives the terminal back as it was, from wherever the process ends: the editor may have it.
pub fn give_back() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(before) = before
        && tcsetattr(stdin(), OptionalActions::Now, &before).is_ok()
    {
        // What is pasted is told by the editor's wish.
        crate::cli::tell(format_args!("\x1b[?2004l"));
    }
}

/// Nothing, where the shell does not have the terminal.
fn set(is_kept: bool) {
    if let Some(mut modes) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).clone() {
        if is_kept {
            modes.input_modes.remove(InputModes::ICRNL);
        }
        let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
    }
}
