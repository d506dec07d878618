//! A terminal with the real binary in it: keys go in, and the screen is read as a person would.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

/// How long a screen may take to come: the tests run beside one another, and unoptimised.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks the terminal where its cursor is.
const WHERE: &[u8] = b"\x1b[6n";

pub struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    parser: Arc<Mutex<vt100::Parser>>,
    reader: Option<JoinHandle<()>>,
}

impl Terminal {
    /// Runs `vpcflow shell` with these arguments; `home` has its history.
    pub fn open(home: &Path, columns: u16, rows: u16, args: &[&str]) -> Self {
        Terminal::open_with(home, columns, rows, args, &[])
    }

    pub fn open_with(home: &Path, columns: u16, rows: u16, args: &[&str], env: &[(&str, &str)]) -> Self {
        Terminal::run(Path::new("."), home, columns, rows, args, env)
    }

    /// Runs it in a folder.
    pub fn open_in(folder: &Path, home: &Path, columns: u16, rows: u16, args: &[&str]) -> Self {
        Terminal::run(folder, home, columns, rows, args, &[])
    }

    fn run(folder: &Path, home: &Path, columns: u16, rows: u16, args: &[&str], env: &[(&str, &str)]) -> Self {
        let (pty, pts) = open().expect("a terminal");
        pty.resize(Size::new(rows, columns)).expect("a size");
        let child = Command::new(env!("CARGO_BIN_EXE_vpcflow"))
            .arg("shell")
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("TERM", "xterm-256color")
            .envs(env.iter().copied())
            .spawn(pts)
            .expect("the binary runs");
        let size = |number: u16| NonZeroU16::new(number).expect("a size");
        let parser = Arc::new(Mutex::new(vt100::Parser::new(size(rows), size(columns), 1000)));
        let pty = Arc::new(pty);
        let reader = std::thread::spawn({
            let (pty, parser) = (Arc::clone(&pty), Arc::clone(&parser));
            move || watch(&pty, &parser)
        });
        Terminal { pty, child, parser, reader: Some(reader) }
    }

    /// Types keys.
    pub fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("a terminal that listens");
    }

    /// Types a line.
    pub fn enter(&self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    /// The screen, line by line, without what is blank at their ends.
    pub fn screen(&self) -> String {
        let parser = self.parser.lock().expect("a screen");
        let (_, columns) = parser.screen().size();
        let rows: Vec<String> = parser.screen().rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// The text at a place of the screen, and whether it is coloured.
    pub fn is_coloured(&self, word: &str) -> bool {
        let screen = self.screen();
        let (row, line) = screen
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(word))
            .last()
            .expect("the word is on the screen");
        let column = line.find(word).expect("the word is in the line");
        let parser = self.parser.lock().expect("a screen");
        let cell = parser.screen().cell(row as u16, column as u16).expect("a cell");
        cell.fgcolor() != vt100::Color::Default
    }

    /// Waits until the screen is so, and gives it.
    pub fn wait(&self, is_so: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < PATIENCE, "the screen stays so:\n{screen}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for a text on the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(|screen| screen.contains(text))
    }

    /// Waits for an empty prompt below this text.
    pub fn wait_for_prompt(&self, below: &str) -> String {
        self.wait(|screen| {
            let last = screen.lines().last().unwrap_or_default();
            screen.contains(below) && last.starts_with("vpcflow") && last.ends_with('>')
        })
    }

    /// Waits for a prompt at which nothing has been typed yet.
    pub fn wait_for_empty_prompt(&self) -> String {
        self.wait_for_prompt("")
    }

    /// Makes the window of another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = |number: u16| NonZeroU16::new(number).expect("a size");
        self.parser.lock().expect("a screen").screen_mut().set_size(size(rows), size(columns));
        self.pty.resize(Size::new(rows, columns)).expect("a size");
    }

    /// Ctrl-D, and the exit code.
    pub fn leave(mut self) -> i32 {
        self.press("\x04");
        self.end()
    }

    /// The exit code of a shell that ends.
    pub fn end(&mut self) -> i32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code().expect("an exit code");
            }
            assert!(begun.elapsed() < PATIENCE, "the shell does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// How the terminal takes what is typed: as lines, and with an echo.
    pub fn takes_lines(&self) -> bool {
        use rustix::termios::{InputModes, LocalModes, tcgetattr};
        let modes = tcgetattr(&*self.pty).expect("a terminal");
        modes.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
            && modes.input_modes.contains(InputModes::ICRNL)
    }

    /// The process' id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// Reads what the program writes, and answers where the cursor is.
fn watch(pty: &Pty, parser: &Mutex<vt100::Parser>) {
    let mut bytes = [0; 8192];
    // The end of a terminal whose program is gone is an error, on Linux.
    while let Ok(read @ 1..) = (&mut &*pty).read(&mut bytes) {
        let mut rest = &bytes[..read];
        while let Some(at) = rest.windows(WHERE.len()).position(|part| part == WHERE) {
            let position = {
                let mut parser = parser.lock().expect("a screen");
                parser.process(&rest[..at]);
                parser.screen().cursor_position()
            };
            let _ = write!(&mut &*pty, "\x1b[{};{}R", position.0 + 1, position.1 + 1);
            rest = &rest[at + WHERE.len()..];
        }
        parser.lock().expect("a screen").process(rest);
    }
}
