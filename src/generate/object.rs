//! Delivered objects: AWS' key layout, gzip, and files that appear under their name only when complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use flate2::{Compression, GzBuilder};

use super::dice::{Dice, Topic};
use super::estate::Site;
use super::parquet;
use super::row::Row;
use super::text::LineWriter;

/// Rows of one object at most; a busier slot is delivered as several. About 60 MB of text in v5: AWS
/// closes an object at 75 MB.
const OBJECT_MAX_ROWS: usize = 250_000;

/// AWS' objects are of about this density; a fixed level keeps the bytes the same.
const GZIP_LEVEL: Compression = Compression::new(6);

/// How many bytes of text are handed to the compressor at a time.
const BLOCK_BYTES: usize = 256 << 10;

/// What has been written so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    pub(super) objects: u64,
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl Written {
    pub(super) fn add(&mut self, other: Written) {
        self.objects += other.objects;
        self.records += other.records;
        self.bytes += other.bytes;
    }
}

/// Writes the objects of a site.
#[derive(Debug)]
pub(super) struct ObjectWriter<'a> {
    pub(super) root: &'a Path,
    pub(super) seed: u64,
    pub(super) as_parquet: bool,
    pub(super) lines: &'a LineWriter<'a>,
}

impl ObjectWriter<'_> {
    /// Writes the rows that ended in the slot beginning at `start`, as one object or several.
    pub(super) fn write_slot(&self, site: &Site, start: i64, rows: &[Row]) -> Result<Written, super::Error> {
        let mut written = Written::default();
        for (part, rows) in rows.chunks(OBJECT_MAX_ROWS).enumerate() {
            let path = self.root.join(self.key(site, start, part));
            written.objects += 1;
            written.records += rows.len() as u64;
            written.bytes += write_whole(&path, |file| match self.as_parquet {
                true => parquet::write(self.lines, rows, file),
                false => self.write_text(rows, file),
            })?;
        }
        Ok(written)
    }

    fn write_text(&self, rows: &[Row], file: &mut dyn Write) -> io::Result<()> {
        // No time and no name in the gzip header: the bytes depend on the rows alone.
        let mut gzip = GzBuilder::new().mtime(0).write(file, GZIP_LEVEL);
        let mut block = Vec::with_capacity(BLOCK_BYTES + 4096);
        block.extend_from_slice(self.lines.header().as_bytes());
        for row in rows {
            self.lines.write(row, &mut block);
            if block.len() >= BLOCK_BYTES {
                gzip.write_all(&block)?;
                block.clear();
            }
        }
        gzip.write_all(&block)?;
        gzip.finish()?;
        Ok(())
    }

    /// The object's key below the bucket's prefix.
    fn key(&self, site: &Site, start: i64, part: usize) -> String {
        let Site { account, region, flow_log, .. } = site;
        let time = DateTime::from_timestamp(start, 0).unwrap_or_default();
        let (folder, stamp) = (time.format("%Y/%m/%d"), time.format("%Y%m%dT%H%MZ"));
        // The account tells two sites of one region apart, the part two objects of one slot.
        let place = (start as u64) ^ (u64::from(site.octet) << 48) ^ ((part as u64) << 56);
        let hash = Dice::new(self.seed, Topic::ObjectName, place).number() as u32;
        let kind = if self.as_parquet { "parquet" } else { "gz" };
        format!(
            "AWSLogs/{account}/vpcflowlogs/{region}/{folder}/{account}_vpcflowlogs_{region}_{flow_log}_{stamp}_{hash:08x}.log.{kind}"
        )
    }
}

/// Writes a file under a temporary name and renames it when it is complete; returns its size in bytes.
///
/// A full disk or a killed run leaves no half-written file under the final name.
pub(super) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<u64, super::Error> {
    let fail = |source| super::Error::Io { path: path.to_path_buf(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let write = || -> io::Result<u64> {
        let mut file = BufWriter::with_capacity(1 << 17, File::create(&partial)?);
        fill(&mut file)?;
        let size = file.into_inner().map_err(io::IntoInnerError::into_error)?.metadata()?.len();
        fs::rename(&partial, path)?;
        Ok(size)
    };
    write().map_err(|source| {
        // The first error is the one to tell; what is left of the file is of no use to anyone.
        let _ = fs::remove_file(&partial);
        fail(source)
    })
}
