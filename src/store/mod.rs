//! Where objects live, and what their keys say.

mod key;
mod source;

pub use key::ObjectKey;
pub use source::{FlowObject, Objects, SourceError};
