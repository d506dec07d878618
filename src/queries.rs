//! The SQL files of `queries/`, carried in the binary: their texts are data that an analyst reads and edits there.
//!
//! `INVESTIGATE` are AWS' named queries (`vpcflow query --named`), `DETECTIONS` the detections, `CASES` what tries them out,
//! named `ID.cases/NAME`, and `PANELS` what scheduled reports tell of the period: each in the order of its names, as
//! `build.rs` finds them.

/// A shipped file: its name and its text.
pub type Shipped = (&'static str, &'static str);

/// A shipped file that need be no text: its name and its content.
pub type ShippedFile = (&'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/queries.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql_file::SqlFile;

    #[test]
    fn every_file_can_be_read_and_is_called_what_it_says() {
        assert!(INVESTIGATE.len() >= 16 && DETECTIONS.len() >= 7);
        for (name, text) in INVESTIGATE.iter().chain(DETECTIONS) {
            let file = SqlFile::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(*name, format!("{}.sql", file.id));
        }
    }
}
