//! Why a file of context can't be used: each error names the file, the place in it where there is one, and the remedy.

use std::net::IpAddr;

use bytesize::ByteSize;
use thiserror::Error;

use crate::limits::CONTEXT_FILE_BYTES;
use crate::store::{S3AddressError, S3Failure};

/// Why a file of context can't be used.
#[derive(Debug, Error)]
pub enum ContextError {
    /// The system refused.
    #[error("{file}: {error}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// No address in S3.
    #[error(transparent)]
    Address(#[from] S3AddressError),
    /// A bucket without a key.
    #[error("{file}: names no object; write s3://bucket/key, with the key of one file")]
    NoKey {
        /// The address.
        file: String,
    },
    /// S3 refused, or can't be reached.
    #[error(transparent)]
    S3(#[from] S3Failure),
    /// More than is read of such a file.
    #[error("{file}: larger than {}, the most that a file of context may have (inflated)", ByteSize::b(CONTEXT_FILE_BYTES as u64))]
    TooLarge {
        /// The file.
        file: String,
    },
    /// A gzip file that does not inflate.
    #[error("{file}: damaged or truncated gzip data; get a new copy of the file")]
    Damaged {
        /// The file.
        file: String,
    },
    /// Not JSON.
    #[error("{file}: {}: {error}; give {remedy}", if .error.is_data() { "JSON of something else" } else { "not JSON" })]
    Json {
        /// The file.
        file: String,
        /// Where and why.
        error: serde_json::Error,
        /// What to give instead.
        remedy: &'static str,
    },
    /// A line of a list without an address.
    #[error("{file}, line {line}: no address and no network; write one a line, or CSV with a field of them")]
    NoAddress {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A line of a list that holds every address.
    #[error("{file}, line {line}: a network of length 0 holds every address; write the networks that are meant")]
    Everything {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// Two threat lists that findings could not tell apart.
    #[error("two threat lists are called {name}; give one another: --threat-list FILE,name=NAME")]
    SameName {
        /// The name.
        name: String,
    },
    /// A line of a list of names without an address or a name.
    #[error("{file}, line {line}: no address with a name; write 10.0.0.5 web-1 a line, or CSV with fields of both")]
    NoName {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// No database of MaxMind's format, or a damaged one.
    #[error(
        "{file}: no MaxMind DB file, or a damaged or truncated one ({problem}); give the .mmdb file of GeoLite2, DB-IP or \
         IPinfo, or a new copy of it"
    )]
    NoDatabase {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An archive in which such a database lies.
    #[error("{file}: a tar archive; unpack it and give the .mmdb file in it")]
    Archive {
        /// The file.
        file: String,
    },
    /// A database of something else.
    #[error("{file}: a database of {kind:?} without countries and AS numbers; give one of countries, cities or ASN")]
    NoPlaces {
        /// The file.
        file: String,
        /// What it says of itself.
        kind: String,
    },
    /// A record of such a database that can't be read.
    #[error("{file}: damaged: what it says of {address} can't be read ({problem}); get a new copy of the file")]
    DamagedRecord {
        /// The file.
        file: String,
        /// Whose record it is.
        address: IpAddr,
        /// What is wrong with it.
        problem: String,
    },
    /// JSON of another shape.
    #[error("{file}: at {path}: expected {expected}; give {remedy}")]
    Shape {
        /// The file.
        file: String,
        /// Where in the document, for example `$.SecurityGroups[3].GroupId`.
        path: String,
        /// What should be there.
        expected: &'static str,
        /// What to give instead.
        remedy: &'static str,
    },
}
