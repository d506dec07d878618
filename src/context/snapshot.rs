//! Snapshots of AWS Config: the security groups and network interfaces of an account and region in one file, as its
//! delivery channel writes them to S3 and `aws configservice` gives them.
//!
//! Invariant: of a resource that is there several times, in one file or in several, the latest state counts; one that
//! is deleted is not there.

use std::collections::BTreeMap;

use super::document::{Document, Node};
use super::file::ContextFile;
use super::interfaces::{self, Interface};
use super::page::{GROUP, INTERFACE, ITEMS};
use super::security_groups::{self, Rule};
use super::{ContextError, ContextFiles, ContextOptions};

const REMEDY: &str = "a snapshot of AWS Config (AWSLogs/ACCOUNT/Config/REGION/.../ConfigSnapshot/*.json.gz)";

/// What to do with a snapshot that is given as something else.
pub(super) const INSTEAD: &str = "this snapshot of AWS Config with --config-snapshot";

/// What all snapshots of a run hold; `None` of a kind that AWS Config did not record.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    pub(super) rules: Option<Vec<Rule>>,
    pub(super) interfaces: Option<Vec<Interface>>,
}

/// One state of a resource; `None` when it is deleted.
struct State {
    captured: String,
    content: Option<Content>,
}

enum Content {
    Group(Vec<Rule>),
    Interface(Box<Interface>),
}

/// The latest state of each resource, by its type and id.
type States = BTreeMap<(String, String), State>;

impl Snapshots {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file can't be read, or is no snapshot with groups or interfaces.
    pub(super) fn load(options: &ContextOptions, files: &ContextFiles) -> Result<Self, ContextError> {
        let mut states = States::new();
        for file in &options.config_snapshots {
            add(files.read(file)?, &mut states)?;
        }
        let recorded = |kind: &str| states.keys().any(|(of, _)| of == kind);
        let mut snapshots =
            Snapshots { rules: recorded(GROUP).then(Vec::new), interfaces: recorded(INTERFACE).then(Vec::new) };
        for content in states.into_values().filter_map(|state| state.content) {
            match content {
                Content::Group(rules) => snapshots.rules.get_or_insert_default().extend(rules),
                Content::Interface(interface) => snapshots.interfaces.get_or_insert_default().push(*interface),
            }
        }
        Ok(snapshots)
    }
}

fn add(file: ContextFile, states: &mut States) -> Result<(), ContextError> {
    let document = Document::read(file, REMEDY)?;
    let mut found = false;
    for item in document.entries(ITEMS)?.iter().filter(|item| !item.is_null()) {
        found = true;
        let id = (item.text("resourceType")?, item.text("resourceId")?);
        let state = State {
            captured: item.optional_text("configurationItemCaptureTime")?.unwrap_or_default(),
            content: content(item)?,
        };
        if states.get(&id).is_none_or(|other| other.captured <= state.captured) {
            states.insert(id, state);
        }
    }
    if found {
        return Ok(());
    }
    Err(document.meant_for(
        "a security group or a network interface among the configurationItems",
        "a snapshot of an AWS Config that records AWS::EC2::SecurityGroup and AWS::EC2::NetworkInterface",
    ))
}

fn content(item: &Node<'_>) -> Result<Option<Content>, ContextError> {
    let status = item.optional_text("configurationItemStatus")?.unwrap_or_default();
    let Some(configuration) = item.object("configuration")? else { return Ok(None) };
    if status.starts_with("ResourceDeleted") {
        return Ok(None);
    }
    if item.text("resourceType")? == GROUP {
        return Ok(Some(Content::Group(security_groups::group(&configuration)?)));
    }
    let mut interface = interfaces::interface(&configuration)?;
    if let Some(name) = item.object("tags")?.map(|tags| tags.tag("Name")).transpose()?.flatten() {
        interface.name = Some(name);
    }
    Ok(Some(Content::Interface(Box::new(interface))))
}
