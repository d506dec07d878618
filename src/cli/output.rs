//! `-o`: where a result goes. It appears when it is complete, or not at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path as Key;
use tokio::io::AsyncWriteExt;
use vpcflow::opened::Opened;
use vpcflow::report::{PendingFile, Sink, SpooledFile};
use vpcflow::store::{Aws, AwsOptions, Encryption, S3Address, path_of_key, told};

use super::tell;

/// Where a result goes.
#[derive(Debug, Default, Args)]
pub struct OutputArgs {
    /// Write to this file, or s3://bucket/key, instead of standard output (-); it appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Encrypt the object in S3 with this method, instead of as its bucket is set
    #[arg(long, value_name = "METHOD", value_parser = ["AES256", "aws:kms"], requires = "output", help_heading = "AWS")]
    sse: Option<String>,

    /// The key of KMS, for --sse aws:kms; without it the account's own for S3
    #[arg(long, value_name = "KEY", requires = "sse", help_heading = "AWS")]
    kms_key_id: Option<String>,
}

/// A result that is not in its place yet.
pub enum Pending {
    /// Standard output has it already.
    Stdout,
    /// A file under another name.
    File(PendingFile),
    /// An object that is still a file here.
    Object(SpooledFile, Arc<dyn ObjectStore>, Key),
}

impl OutputArgs {
    /// A result in this file, or at this address.
    pub fn to(path: PathBuf) -> Self {
        OutputArgs { output: Some(path), ..OutputArgs::default() }
    }

    /// The path or address that was given; `-` stands for standard output.
    pub fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != "-")
    }

    /// Checks that a result does not replace a file that the command reads.
    ///
    /// # Errors
    /// When it would.
    pub fn check_spares<'a>(&self, read: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
        let Some(path) = self.path() else { return Ok(()) };
        let real = path.canonicalize().ok();
        let is_same = |file: &&PathBuf| *file == path || (real.is_some() && file.canonicalize().ok() == real);
        match read.into_iter().find(is_same) {
            Some(file) => bail!("{}: is one of the files that are read; write the result elsewhere", file.display()),
            None => Ok(()),
        }
    }

    /// The address, when it is one in S3.
    ///
    /// # Errors
    /// When it names no object.
    pub fn address(&self) -> Result<Option<S3Address>> {
        let Some(text) = self.path().and_then(Path::to_str).filter(|path| S3Address::is_meant(path)) else {
            return Ok(None);
        };
        let address = S3Address::parse(text)?;
        if address.prefix.is_empty() || address.prefix.ends_with('/') {
            bail!("{text}: names no object; write s3://bucket/key");
        }
        Ok(Some(address))
    }

    /// Its name in errors.
    pub fn place(&self) -> String {
        self.path().map_or("standard output".to_owned(), |path| path.display().to_string())
    }

    /// Makes ready to write, before anything is read: a place that can't be written to is better known early.
    ///
    /// # Errors
    /// When it is one of the objects that are read, its folder does not exist, or its bucket can't be reached.
    pub async fn open(&self, opened: &Opened, aws: AwsOptions, closed: Arc<AtomicBool>) -> Result<(Sink, Pending)> {
        let encryption = self.encryption()?;
        let Some(path) = self.path() else {
            return Ok((Sink::stdout(closed), Pending::Stdout));
        };
        let sources = opened.flows.as_ref().and_then(|flows| flows.sources());
        let is_read = || anyhow!("{}: is one of the objects that are read; write the result elsewhere", path.display());
        let Some(address) = self.address()? else {
            if sources.is_some_and(|sources| sources.contains_file(path)) {
                return Err(is_read());
            }
            if encryption.is_some() {
                bail!("--sse is for results in S3");
            }
            if sources.is_some_and(|sources| sources.surrounds_file(path)) {
                self.warn_of_reading();
            }
            let (sink, pending) = Sink::file(path).with_context(|| self.place())?;
            return Ok((sink, Pending::File(pending)));
        };
        if let Some(sources) = sources
            && sources.contains_object(&address).await?
        {
            return Err(is_read());
        }
        if sources.is_some_and(|sources| sources.surrounds_object(&address)) {
            self.warn_of_reading();
        }
        let key = path_of_key(&address.prefix);
        let store = Aws::new(AwsOptions { encryption, ..aws }).await.store(&address).await?;
        store.check_bucket().await?;
        let (sink, spooled) = Sink::spooled().context("the temporary folder")?;
        Ok((sink, Pending::Object(spooled, store, key)))
    }

    /// A result can look like logs, and then the same question counts its records twice the next time.
    fn warn_of_reading(&self) {
        tell(format_args!(
            "warning: {} lies under a SOURCE, and may be read as logs the next time; write results elsewhere",
            self.place()
        ));
    }

    fn encryption(&self) -> Result<Option<Encryption>> {
        match (self.sse.as_deref(), &self.kms_key_id) {
            (None, _) => Ok(None),
            (Some("aws:kms"), key) => Ok(Some(Encryption::Kms(key.clone()))),
            (Some(_), None) => Ok(Some(Encryption::S3)),
            (Some(_), Some(_)) => bail!("--kms-key-id is for --sse aws:kms"),
        }
    }
}

impl Pending {
    /// Puts the complete result in its place.
    ///
    /// # Errors
    /// When it can't be synced, renamed or sent.
    pub async fn keep(self) -> Result<()> {
        match self {
            Pending::Stdout => Ok(()),
            Pending::File(file) => Ok(file.keep()?),
            Pending::Object(file, store, key) => {
                let mut from = tokio::fs::File::open(file.path()).await?;
                let mut to = BufWriter::new(store, key);
                if let Err(error) = tokio::io::copy(&mut from, &mut to).await {
                    // The first error is the one to tell.
                    let _ = to.abort().await;
                    return Err(sent(error));
                }
                // An upload that can't be completed aborts itself.
                to.shutdown().await.map_err(sent)
            }
        }
    }
}

/// What a store said, which an error of writing carries.
fn sent(error: std::io::Error) -> anyhow::Error {
    match error.get_ref().and_then(|error| error.downcast_ref::<object_store::Error>()) {
        Some(error) => anyhow!(told(error)),
        None => error.into(),
    }
}
