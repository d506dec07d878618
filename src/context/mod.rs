//! What flows alone don't say: which networks are ours, which rules a security group has and which interface has
//! which group. Each is optional, each a file as the AWS CLI prints it.
//!
//! Invariant: the tables `security_group_rules`, `interfaces` and `world_open_ports` exist in every run; an input that
//! was not given leaves them empty, and [`Context::has`] tells the difference.

mod document;
mod interfaces;
mod networks;
mod security_groups;
mod tables;

use std::path::PathBuf;

use datafusion::common::Result as EngineResult;
use ipnet::IpNet;
use thiserror::Error;

use crate::session::Session;

pub use interfaces::Interface;
pub use networks::DEFAULT_OWN_NETWORKS;
pub use security_groups::{Colour, Peer, Rule};

/// The files and networks of the command line.
#[derive(Debug, Clone, Default)]
pub struct ContextOptions {
    /// Output of `aws ec2 describe-security-groups`.
    pub security_groups: Vec<PathBuf>,
    /// Output of `aws ec2 describe-network-interfaces`.
    pub interfaces: Vec<PathBuf>,
    /// Our networks; none stands for [`DEFAULT_OWN_NETWORKS`].
    pub own_networks: Vec<IpNet>,
}

/// An input that a detection may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// `--security-groups`.
    SecurityGroups,
    /// `--interfaces`.
    Interfaces,
}

impl Input {
    /// The input of this name in a front matter.
    pub fn named(name: &str) -> Option<Self> {
        [Input::SecurityGroups, Input::Interfaces].into_iter().find(|input| input.option() == format!("--{name}"))
    }

    /// The option that gives it.
    pub fn option(self) -> &'static str {
        match self {
            Input::SecurityGroups => "--security-groups",
            Input::Interfaces => "--interfaces",
        }
    }
}

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
    /// Not JSON.
    #[error("{file}: not JSON: {error}; give the output of {command} --output json")]
    Json {
        /// The file.
        file: String,
        /// Where and why.
        error: serde_json::Error,
        /// What prints such a file.
        command: &'static str,
    },
    /// JSON of another shape.
    #[error("{file}: at {path}: expected {expected}; give the output of {command} --output json")]
    Shape {
        /// The file.
        file: String,
        /// Where in the document, for example `$.SecurityGroups[3].GroupId`.
        path: String,
        /// What should be there.
        expected: &'static str,
        /// What prints such a file.
        command: &'static str,
    },
}

/// All that was given.
#[derive(Debug, Clone, Default)]
pub struct Context {
    rules: Option<Vec<Rule>>,
    interfaces: Option<Vec<Interface>>,
    own_networks: Vec<IpNet>,
}

impl Context {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file can't be read, or is something else than the AWS CLI prints.
    pub fn load(options: &ContextOptions) -> Result<Self, ContextError> {
        let rules = all(&options.security_groups, security_groups::read)?;
        let interfaces = all(&options.interfaces, interfaces::read)?;
        let own_networks = networks::own(&options.own_networks, interfaces.as_deref().unwrap_or_default());
        Ok(Context { rules, interfaces, own_networks })
    }

    /// Whether an input was given.
    pub fn has(&self, input: Input) -> bool {
        match input {
            Input::SecurityGroups => self.rules.is_some(),
            Input::Interfaces => self.interfaces.is_some(),
        }
    }

    /// Our networks as CIDRs: those given or the default, and the interfaces' own addresses.
    pub fn own_networks(&self) -> Vec<String> {
        self.own_networks.iter().map(IpNet::to_string).collect()
    }

    /// Registers the tables.
    ///
    /// # Errors
    /// When a table of such a name exists.
    pub fn register(&self, session: &Session) -> EngineResult<()> {
        tables::register(
            session,
            self.rules.as_deref().unwrap_or_default(),
            self.interfaces.as_deref().unwrap_or_default(),
        )
    }
}

/// What all files hold; `None` when there is no file.
fn all<T>(
    files: &[PathBuf],
    read: impl Fn(&std::path::Path) -> Result<Vec<T>, ContextError>,
) -> Result<Option<Vec<T>>, ContextError> {
    if files.is_empty() {
        return Ok(None);
    }
    let lists = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(lists.into_iter().flatten().collect()))
}
