//! Where objects live, and what their keys say.

mod files;
mod folders;
mod key;
mod local;
mod prefix;
pub mod queue;
mod s3;
mod source;
mod written;

pub use folders::Choose;
pub use key::{KeyRange, ObjectKey};
pub(crate) use local::LocalFiles;
pub(crate) use prefix::folder_and_key;
pub use prefix::{Prefix, PrefixError, Version};
pub use s3::{
    Aws, AwsOptions, Encryption, Retries, S3Address, S3AddressError, S3Failure, S3Store, abort_uploads, path_of_key,
    told,
};
pub(crate) use s3::{ListedSize, told_of_sdk};
pub use source::{Belonging, FlowObject, Objects, SourceError, Sources};
pub use written::{check_endpoint, parse_account, parse_region, parse_role};
