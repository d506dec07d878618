//! Reading objects as the table `flows`: every form of input, what is pruned, what is pushed down, and the account
//! of what was read.

mod forms;
mod plans;
mod pruning;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use vpcflow::report::{RowFormat, Sink, row_writer};
use vpcflow::scan::{CoverageReport, FlowTable, ReadOptions, Selection, TableError};
use vpcflow::session::{Session, SessionOptions};
use vpcflow::store::{AwsOptions, Sources};

/// The header of the default format.
pub const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// Two records of it, from AWS' documentation: an accepted SSH connection and a rejected RDP one.
pub const RECORDS: &str = "\
2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK
";

/// A folder of objects.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes an object, with the folders of its name.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }
}

pub fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_ref()).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

/// A session over sources, and what it has read.
pub struct Logs {
    pub session: Session,
    pub table: Arc<FlowTable>,
}

impl Logs {
    pub async fn open(source: &Path) -> Self {
        Logs::open_with(source, ReadOptions::default(), Selection::default()).await.expect("flow logs")
    }

    pub async fn open_with(source: &Path, read: ReadOptions, selection: Selection) -> Result<Self, TableError> {
        let options = SessionOptions { threads: 2, ..SessionOptions::default() };
        let runtime = options.runtime()?;
        let objects =
            Sources::open(&[source.display().to_string()], None, &AwsOptions::default()).await.expect("a folder");
        let table = Arc::new(FlowTable::open(objects, read, selection, &runtime).await?);
        let session = Session::new(&options, runtime)?;
        session.register_flows(Arc::clone(&table))?;
        Ok(Logs { session, table })
    }

    /// The answer as CSV.
    pub async fn query(&self, sql: &str) -> String {
        self.try_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn try_query(&self, sql: &str) -> datafusion::common::Result<String> {
        let frame = self.session.sql(sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let file = tempfile::NamedTempFile::new().expect("a file");
        let (sink, pending) = Sink::file(file.path()).expect("a file");
        let mut writer = row_writer(RowFormat::Csv, sink, schema).expect("CSV");
        for batch in frame.collect().await? {
            writer.write(&batch).expect("CSV");
        }
        writer.finish().expect("CSV");
        pending.keep().expect("a file");
        Ok(std::fs::read_to_string(file.path()).expect("what was written"))
    }

    pub fn coverage(&self) -> CoverageReport {
        self.table.coverage().take()
    }
}
