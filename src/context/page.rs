//! A JSON object as it is read: of AWS Config's lists, which hold everything that an account has, no more is kept than
//! is looked at, so that a snapshot of a large account takes the memory of its groups and interfaces.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The list of AWS Config.
pub(super) const ITEMS: &str = "configurationItems";

/// The type of a security group.
pub(super) const GROUP: &str = "AWS::EC2::SecurityGroup";

/// The type of a network interface.
pub(super) const INTERFACE: &str = "AWS::EC2::NetworkInterface";

/// An object.
pub(super) struct Page(pub(super) Value);

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Page, A::Error> {
        let mut page = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = if key == ITEMS { members.next_value::<Items>()?.0 } else { members.next_value()? };
            page.insert(key, value);
        }
        Ok(Page(Value::Object(page)))
    }
}

/// Items with those of other types left empty: each keeps its place.
struct Items(Value);

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Entries).map(Items)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of configuration items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = entries.next_element::<Value>()? {
            let kind = item.get("resourceType").and_then(Value::as_str);
            items.push(if matches!(kind, Some(GROUP | INTERFACE)) { unpacked(item) } else { Value::Null });
        }
        Ok(Value::Array(items))
    }
}

/// An item whose configuration is an object, although some tools leave it the text that AWS' API gives.
fn unpacked(mut item: Value) -> Value {
    if let Some(configuration) = item.get_mut("configuration")
        && let Some(object) = configuration.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *configuration = object;
    }
    item
}
