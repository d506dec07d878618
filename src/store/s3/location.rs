//! Keys as paths of the engine. A key is any text, a path is tidy: no empty part (`logs//AWSLogs/...`, which a flow log
//! writes whose prefix ends with a slash), no `.` or `..`, no control character. What is untidy goes in code, so that
//! every key has one path of its own and comes back as it was.

use std::borrow::Cow;

use object_store::path::Path;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a path begins with that holds a key in code.
const CODED: &str = "s3-key:";

/// What stays as it is in code: the ending of a name is looked at.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The path of a key.
pub fn path_of_key(key: &str) -> Path {
    match Path::parse(key) {
        Ok(path) if path.as_ref() == key && !key.starts_with(CODED) => path,
        _ => Path::parse(format!("{CODED}{}", utf8_percent_encode(key, PLAIN))).expect("one part of plain characters"),
    }
}

/// The key of a path.
pub(super) fn key_of(location: &Path) -> Cow<'_, str> {
    match location.as_ref().strip_prefix(CODED) {
        Some(coded) => percent_decode_str(coded).decode_utf8_lossy(),
        None => location.as_ref().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_comes_back() {
        assert_eq!(path_of_key("AWSLogs/1/a b+c%2F.log.gz").as_ref(), "AWSLogs/1/a b+c%2F.log.gz");
        assert_eq!(path_of_key("/x//y.parquet").extension(), Some("parquet"));
        for key in ["a", "/a", "a/", "//", "a//b.gz", "./a", "a/../b", "a\nb", "s3-key:a", "s3-key:%2F", "ä/√//%"] {
            assert_eq!(key_of(&path_of_key(key)), key);
        }
        let mut paths: Vec<Path> = ["a", "/a", "a/", "//a", "s3-key:a", "s3-key:%2Fa"].map(path_of_key).into();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), 6);
    }
}
