//! Where objects live, and what their keys say.

mod key;
mod local;
mod source;

pub use key::ObjectKey;
pub(crate) use local::LocalFiles;
pub use source::{FlowObject, Objects, SourceError};
