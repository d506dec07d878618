//! Secrets: a file of configuration says where one is, never what it is. It is read when it is needed, so that one that was
//! renewed is taken, and no message, log or panic shows it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use thiserror::Error;

use crate::limits::SECRET_BYTES;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file.
    File(PathBuf),
}

/// A secret. What prints it prints that it is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A secret that can't be had.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub struct SecretError {
    place: String,
    problem: String,
}

impl Secret {
    /// The secret itself, for whom it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(...)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(a secret)")
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Env(name) => write!(f, "the environment's {name}"),
            SecretSource::File(file) => write!(f, "{}", file.display()),
        }
    }
}

impl SecretSource {
    /// A variable of the environment, by its name.
    ///
    /// # Errors
    /// When the text is no name. It may be the secret, and is not in the error.
    pub fn env(name: &str) -> Result<Self, String> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_begun = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
        (is_begun && name.bytes().all(is_name)).then(|| SecretSource::Env(name.to_owned())).ok_or_else(|| {
            "no variable of the environment has such a name; write the name of the one that holds the secret, as in SLACK_URL"
                .to_owned()
        })
    }

    /// Reads the secret, without the line feed at its end.
    ///
    /// # Errors
    /// When there is none, or it is no text.
    pub fn read(&self) -> Result<Secret, SecretError> {
        let text = match self {
            SecretSource::Env(name) => std::env::var_os(name)
                .ok_or_else(|| self.error("is not set; set it where vpcflow is started"))?
                .into_string()
                .map_err(|_| self.error("holds a text that is not UTF-8"))?,
            SecretSource::File(file) => {
                let mut bytes = Vec::new();
                // Of a pipe nobody knows when it ends.
                if std::fs::metadata(file).is_ok_and(|of| !of.is_file() && !of.is_dir()) {
                    return Err(self.error("is no regular file"));
                }
                let opened = File::open(file).and_then(|file| file.take(SECRET_BYTES + 1).read_to_end(&mut bytes));
                opened.map_err(|error| self.error(&error.to_string()))?;
                if bytes.len() as u64 > SECRET_BYTES {
                    return Err(self.error(&format!("larger than {SECRET_BYTES} bytes: no secret is")));
                }
                String::from_utf8(bytes).map_err(|_| self.error("holds a text that is not UTF-8"))?
            }
        };
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(self.error("is empty")),
            secret => Ok(Secret(secret.to_owned())),
        }
    }

    /// A word of warning, where others than the owner and his group may read it.
    pub fn warning(&self) -> Option<String> {
        use std::os::unix::fs::PermissionsExt;
        let SecretSource::File(file) = self else { return None };
        let mode = std::fs::metadata(file).ok()?.permissions().mode();
        (mode & 0o004 != 0)
            .then(|| format!("{self}: everybody on this machine may read it; chmod o= leaves it to owner and group"))
    }

    fn error(&self, problem: &str) -> SecretError {
        SecretError { place: self.to_string(), problem: problem.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_never_shows() {
        let secret = Secret("hunter2".to_owned());
        assert_eq!(
            format!("{secret:?} {secret} {:#?}", Some(&secret)),
            "Secret(...) (a secret) Some(\n    Secret(...),\n)"
        );
        assert_eq!(secret.reveal(), "hunter2");
        // Somebody writes the secret where its name belongs.
        let error = SecretSource::env("https://hooks.example/T0/B0/hunter2").expect_err("no name");
        assert!(!error.contains("hunter2") && error.contains("SLACK_URL"), "{error}");
        assert!(SecretSource::env("").is_err() && SecretSource::env("1A").is_err());
    }

    #[test]
    fn what_is_read_is_without_the_line_feed_at_its_end() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let source = SecretSource::File(folder.path().join("slack"));
        let SecretSource::File(file) = &source else { unreachable!() };
        let read = |content: &[u8]| {
            write(file, content).expect("a file");
            source.read().map(|secret| secret.reveal().to_owned()).map_err(|error| error.problem)
        };
        assert_eq!(read(b"hunter2\n"), Ok("hunter2".to_owned()));
        assert_eq!(read(b" hunter 2 \r\n\n"), Ok(" hunter 2 ".to_owned()));
        assert_eq!(read(b"\n"), Err("is empty".to_owned()));
        assert_eq!(read(b"hunter\xff"), Err("holds a text that is not UTF-8".to_owned()));
        let most = vec![b'x'; SECRET_BYTES as usize];
        assert_eq!(read(&most).map(|text| text.len()), Ok(most.len()));
        assert_eq!(read(&[most, vec![b'x']].concat()), Err("larger than 65536 bytes: no secret is".to_owned()));
        std::fs::remove_file(file).expect("removed");
        assert!(source.read().expect_err("gone").to_string().contains("slack: No such file"));
        assert_eq!(source.warning(), None);
    }

    #[test]
    fn a_file_that_everybody_may_read_is_told() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let file = folder.path().join("slack");
        write(&file, "hunter2").expect("a file");
        let source = SecretSource::File(file.clone());
        let warning = |mode| {
            set_permissions(&file, Permissions::from_mode(mode)).expect("permissions");
            source.warning()
        };
        assert_eq!((warning(0o600), warning(0o640)), (None, None));
        assert!(warning(0o644).is_some_and(|text| text.contains("slack: everybody") && !text.contains("hunter2")));
    }

    #[test]
    fn a_variable_of_the_environment_is_read() {
        // Cargo sets it.
        let source = SecretSource::env("CARGO_MANIFEST_DIR").expect("a name");
        assert_eq!(source.read().expect("set").reveal(), env!("CARGO_MANIFEST_DIR"));
        let error = SecretSource::env("VPCFLOW_NOT_SET").expect("a name").read().expect_err("not set");
        assert_eq!(error.to_string(), "the environment's VPCFLOW_NOT_SET: is not set; set it where vpcflow is started");
        assert_eq!(source.warning(), None);
    }
}
