//! What texts of the file may mean: spans, sizes, files and places.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;

use super::problem::{Place, Placed};
use super::table::Table;
use crate::store::S3Address;

/// A text that means itself.
pub(super) fn as_is(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// A name that stands in names of files, metrics and messages.
pub(super) fn name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = text.len() <= 64 && text.bytes().all(is_plain);
    is_name.then(|| text.to_owned()).ok_or_else(|| "a name has up to 64 of the letters a-z, digits and -".to_owned())
}

/// A span of whole seconds within bounds.
pub(super) fn span(text: &str, least: Duration, most: Duration) -> Result<Duration, String> {
    let span =
        humantime::parse_duration(text).ok().filter(|span| span.subsec_nanos() == 0 && (least..=most).contains(span));
    let told = humantime::format_duration;
    span.ok_or_else(|| format!("write a time span from {} to {}, as in 90m or 2h", told(least), told(most)))
}

/// A size within bounds.
pub(super) fn size(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let size = text.parse::<ByteSize>().ok().map(|size| size.as_u64()).filter(|size| (least..=most).contains(size));
    size.ok_or_else(|| {
        let least = ByteSize::b(least).display().si();
        match most {
            u64::MAX => format!("write a size of {least} or more, as in 4GB"),
            most => format!("write a size from {least} to {}, as in 512MB", ByteSize::b(most).display().iec()),
        }
    })
}

impl Table<'_> {
    /// A place in S3 as it is written, or a file or folder from the folder of the configuration on.
    pub fn location(&self, text: &str) -> Result<String, String> {
        if S3Address::is_meant(text) {
            return S3Address::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string());
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(format!(
                "{scheme}:// is neither read nor written; name a file or folder, or s3://bucket/prefix"
            ));
        }
        if text == "-" {
            return Err("a service has no standard input; name a file or folder, or s3://bucket/prefix".to_owned());
        }
        let folder =
            self.notes.folder.to_str().ok_or("the name of this file's folder is not UTF-8; write an absolute path")?;
        // The folder's name is no pattern, if what is looked for in it is one.
        let is_pattern = text.contains(['*', '?', '[']);
        let folder = if is_pattern { glob::Pattern::escape(folder) } else { folder.to_owned() };
        let path = Path::new(&folder).join(text);
        Ok(path.to_str().unwrap_or(text).to_owned())
    }

    /// The path of a file; a local one must be there.
    fn file(&self, text: &str, place: Place) -> PathBuf {
        if S3Address::is_meant(text) {
            return PathBuf::from(text);
        }
        let path = self.notes.folder.join(text);
        self.notes.files.borrow_mut().push(Placed { value: path.clone(), place });
        path
    }

    /// One or several files that must be there.
    pub fn files(&self, name: &'static str, meaning: &'static str) -> Vec<PathBuf> {
        let texts = self.texts(name, meaning, |text| self.location(text).map(|_| text.to_owned()));
        texts.into_iter().map(|text| self.file(&text.value, text.place)).collect()
    }

    /// A file or folder that must be there.
    pub fn one_file(&self, name: &'static str, meaning: &'static str) -> Option<PathBuf> {
        let text = self.text(name, meaning, |text| self.location(text).map(|_| text.to_owned()))?;
        Some(self.file(&text.value, text.place))
    }

    /// A file that is part of something larger.
    pub fn file_of(&self, file: &Path, place: Place) -> PathBuf {
        file.to_str().map_or_else(|| file.to_owned(), |text| self.file(text, place))
    }
}
