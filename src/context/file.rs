//! Files of context, wherever they lie: local or in S3, plain or gzip. What is in S3 is fetched at once, before anything
//! is understood; local files are read when their turn comes.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::future::try_join_all;

use super::ContextError;
use crate::format::{Gunzip, GzipError, is_gzip};
use crate::limits::CONTEXT_FILE_BYTES;
use crate::store::{Aws, AwsOptions, S3Address};

/// What was fetched of files that a run names; without it, local files can be read.
#[derive(Debug, Clone, Default)]
pub struct ContextFiles {
    fetched: HashMap<PathBuf, Bytes>,
}

/// A file's name for people, and its content, inflated.
pub(crate) struct ContextFile {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

impl ContextFiles {
    /// Fetches those of the files that lie in S3; asks nobody when there is none.
    ///
    /// # Errors
    /// When an address is none, or an object can't be read.
    pub async fn fetch<'a>(
        files: impl IntoIterator<Item = &'a PathBuf>,
        aws: &AwsOptions,
    ) -> Result<Self, ContextError> {
        let remote: Vec<&PathBuf> = files.into_iter().filter(|file| in_s3(file).is_some()).collect();
        if remote.is_empty() {
            return Ok(ContextFiles::default());
        }
        let aws = Aws::new(aws.clone()).await;
        let fetched = remote.into_iter().map(|file| fetch(&aws, file));
        Ok(ContextFiles { fetched: try_join_all(fetched).await?.into_iter().collect() })
    }

    /// The text of a file, as UTF-8: what says that it is UTF-16, as PowerShell's `>` writes it, is turned into that.
    ///
    /// # Errors
    /// When it can't be read, is no whole gzip file, or is too large.
    pub(crate) fn read(&self, file: &Path) -> Result<ContextFile, ContextError> {
        let ContextFile { name, content } = self.read_bytes(file)?;
        Ok(ContextFile { name, content: as_utf8(content) })
    }

    /// The content of a file.
    ///
    /// # Errors
    /// When it can't be read, is no whole gzip file, or is too large.
    pub(crate) fn read_bytes(&self, file: &Path) -> Result<ContextFile, ContextError> {
        let name = file.display().to_string();
        let content = match self.fetched.get(file) {
            Some(content) => content.to_vec(),
            None => local(file).map_err(|error| ContextError::Io { file: name.clone(), error })?,
        };
        if content.len() > CONTEXT_FILE_BYTES {
            return Err(ContextError::TooLarge { file: name });
        }
        if !is_gzip(&content) {
            return Ok(ContextFile { name, content });
        }
        let mut inflated = Vec::new();
        match Gunzip::new(CONTEXT_FILE_BYTES).inflate(&content, &mut inflated) {
            Ok(()) => Ok(ContextFile { name, content: inflated }),
            Err(GzipError::TooLarge { .. }) => Err(ContextError::TooLarge { file: name }),
            Err(GzipError::Damaged { .. }) => Err(ContextError::Damaged { file: name }),
        }
    }
}

/// A text without its byte order mark. What is damaged stays so, and is told by whoever reads it.
fn as_utf8(content: Vec<u8>) -> Vec<u8> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units = content[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
            .into_bytes()
    };
    match content.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => content,
    }
}

/// The address that a file's name is, if it is one.
fn in_s3(file: &Path) -> Option<&str> {
    file.to_str().filter(|name| S3Address::is_meant(name))
}

async fn fetch(aws: &Aws, file: &Path) -> Result<(PathBuf, Bytes), ContextError> {
    let name = in_s3(file).unwrap_or_default();
    let address = S3Address::parse(name)?;
    if address.prefix.is_empty() || address.prefix.ends_with('/') {
        return Err(ContextError::NoKey { file: name.to_owned() });
    }
    let content = aws.store(&address).await?.read_whole(&address.prefix, CONTEXT_FILE_BYTES as u64).await?;
    Ok((file.to_owned(), content))
}

/// A local file, or what a pipe gives, up to a byte more than is taken.
fn local(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(file)?.take(CONTEXT_FILE_BYTES as u64 + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_no_part_of_a_text() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let little: Vec<u8> = units("\u{feff}10.0.0.1 né").into_iter().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units("\u{feff}10.0.0.1 né").into_iter().flat_map(u16::to_be_bytes).collect();
        for content in [little, big, "\u{feff}10.0.0.1 né".into(), "10.0.0.1 né".into()] {
            let folder = tempfile::TempDir::new().expect("a folder");
            let file = folder.path().join("names.txt");
            std::fs::write(&file, content).expect("a file");
            let read = ContextFiles::default().read(&file).expect("a text");
            assert_eq!(String::from_utf8(read.content).as_deref(), Ok("10.0.0.1 né"));
        }
        assert_eq!(as_utf8(vec![0xff, 0xfe, 0x31]), b"");
    }
}
