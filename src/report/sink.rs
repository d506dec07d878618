//! Where a result goes: standard output, or a file that appears whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::NamedTempFile;
use terminal_size::{Width, terminal_size_of};

use super::printable;
use crate::temporary::Registered;

/// The bytes of a result on their way.
#[derive(Debug)]
pub struct Sink {
    to: To,
    closed: Arc<AtomicBool>,
}

#[derive(Debug)]
enum To {
    Stdout(BufWriter<io::Stdout>),
    Terminal(Harmless<BufWriter<io::Stdout>>),
    File(BufWriter<File>),
}

/// A file that is not there yet: written under another name, put in its place by [`keep`](Self::keep).
#[derive(Debug)]
pub struct PendingFile(Option<(NamedTempFile, PathBuf, Registered)>);

/// A temporary file, removed with this.
#[derive(Debug)]
pub struct SpooledFile {
    file: NamedTempFile,
    _registered: Registered,
}

impl SpooledFile {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl Sink {
    /// Standard output. `closed` is set when its reader goes away, which is no error of ours.
    pub fn stdout(closed: Arc<AtomicBool>) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let stdout = BufWriter::new(io::stdout());
        let to = if is_terminal { To::Terminal(Harmless::new(stdout)) } else { To::Stdout(stdout) };
        Sink { to, closed }
    }

    /// A file at `path`, which must be kept at the end or nothing of it remains. A link is followed; a device or pipe is
    /// written to as it is.
    ///
    /// # Errors
    /// When no file can be made in its folder.
    pub fn file(path: &Path) -> io::Result<(Self, PendingFile)> {
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(path)?;
            return Ok((Sink { to: To::File(BufWriter::new(file)), closed: Arc::default() }, PendingFile(None)));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let message = format!("the folder {} does not exist", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        let mut builder = tempfile::Builder::new();
        // A result is an ordinary file: who may read it is the umask's to say.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.prefix(".vpcflow-").tempfile_in(folder)?;
        let sink = Sink { to: To::File(BufWriter::new(file.reopen()?)), closed: Arc::default() };
        let registered = Registered::new(file.path());
        Ok((sink, PendingFile(Some((file, path.to_owned(), registered)))))
    }

    /// A temporary file, for a result that goes elsewhere when it is complete.
    ///
    /// # Errors
    /// When none can be made.
    pub fn spooled() -> io::Result<(Self, SpooledFile)> {
        let file = NamedTempFile::with_prefix("vpcflow-output-")?;
        let registered = Registered::new(file.path());
        let sink = Sink { to: To::File(BufWriter::new(file.reopen()?)), closed: Arc::default() };
        Ok((sink, SpooledFile { file, _registered: registered }))
    }

    /// Whether standard output is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.to, To::Terminal(_))
    }

    /// The columns of the terminal that this is, if it is one.
    pub fn terminal_width(&self) -> Option<usize> {
        let (Width(columns), _) = self.is_terminal().then(|| terminal_size_of(io::stdout())).flatten()?;
        Some(usize::from(columns))
    }
}

impl PendingFile {
    /// Puts the complete file in its place.
    ///
    /// # Errors
    /// When it can't be synced or renamed.
    pub fn keep(self) -> io::Result<()> {
        if let Some((file, path, _registered)) = self.0 {
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
        }
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.to {
            To::Stdout(stdout) => stdout.write(bytes),
            To::Terminal(terminal) => terminal.write(bytes),
            To::File(file) => file.write(bytes),
        };
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.to {
            To::Stdout(stdout) => stdout.flush(),
            To::Terminal(terminal) => terminal.flush(),
            To::File(file) => file.flush(),
        };
        self.note(flushed)
    }
}

impl Sink {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.closed.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// Text on its way to a terminal, without what steers one: names of files may have anything but a slash.
#[derive(Debug)]
struct Harmless<W> {
    to: W,
    /// The bytes of a character that is not complete.
    begun: Vec<u8>,
}

impl<W: Write> Harmless<W> {
    fn new(to: W) -> Self {
        Harmless { to, begun: Vec::new() }
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let (text, rest) = match str::from_utf8(&self.begun) {
            Ok(text) => (text.to_owned(), Vec::new()),
            // What is not complete comes with the next bytes.
            Err(error) if error.error_len().is_none() => {
                let (whole, rest) = self.begun.split_at(error.valid_up_to());
                (String::from_utf8_lossy(whole).into_owned(), rest.to_vec())
            }
            Err(_) => (String::from_utf8_lossy(&self.begun).into_owned(), Vec::new()),
        };
        self.begun = rest;
        for piece in text.split_inclusive(['\n', '\r', '\t']) {
            let end = piece.trim_end_matches(['\n', '\r', '\t']).len();
            self.to.write_all(printable(&piece[..end]).as_bytes())?;
            self.to.write_all(&piece.as_bytes()[end..])?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_that_steers_it() {
        let text = "_object,n\n\u{9b}2J\u{202e}é\tx\r\n\u{1b}[31m€\n".as_bytes();
        for piece in 1..8 {
            let mut shown = Harmless::new(Vec::new());
            text.chunks(piece).for_each(|piece| shown.write_all(piece).expect("memory"));
            let shown = String::from_utf8(shown.to).expect("text");
            assert_eq!(shown, "_object,n\n\u{fffd}2J\u{fffd}é\tx\r\n\u{fffd}[31m€\n", "{piece}");
        }
    }
}
