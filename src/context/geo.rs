//! Countries and autonomous systems of addresses, from databases in MaxMind's format (.mmdb): its own, DB-IP's, IPinfo's and
//! others that name things as one of them does.
//!
//! An answer is borrowed from the database, so that a row of a query allocates nothing.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;

use bytes::Bytes;
use maxminddb::Reader;
use memchr::memmem;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::file::ContextFile;
use super::{ContextError, ContextFiles, ContextOptions};

/// What is known of the place of an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// ISO 3166-1's two letters.
    pub(super) country: Option<&'a str>,
    pub(super) asn: Option<u32>,
    pub(super) as_name: Option<&'a str>,
}

/// All databases of a run, in the order of the command line.
#[derive(Debug, Default)]
pub(super) struct Geo(Vec<Database>);

#[derive(Debug)]
struct Database {
    file: String,
    reader: Reader<Bytes>,
}

/// The names under which databases keep countries and numbers of systems, as they stand in a file: behind their lengths.
const NAMES: [&[u8]; 4] = [b"\x47country", b"\x4ccountry_code", b"\x58autonomous_system_number", b"\x43asn"];

/// What lies between the tree of a database and its data.
const SEPARATOR: [u8; 16] = [0; 16];

/// Where an archive of tar says that it is one.
const TAR: (usize, &[u8]) = (257, b"ustar");

impl Geo {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the databases.
    ///
    /// # Errors
    /// When a file can't be read, or is no such database.
    pub(super) fn load(options: &ContextOptions, files: &ContextFiles) -> Result<Self, ContextError> {
        options.geo.iter().map(|file| Database::open(files.read_bytes(file)?)).collect::<Result<_, _>>().map(Geo)
    }

    /// The databases that files are.
    #[cfg(test)]
    pub(super) fn of(files: Vec<ContextFile>) -> Result<Self, ContextError> {
        files.into_iter().map(Database::open).collect::<Result<_, _>>().map(Geo)
    }

    /// What is known of an address: of each thing, what the first database says that knows it.
    ///
    /// # Errors
    /// When a record is damaged.
    pub(super) fn place(&self, address: IpAddr) -> Result<Place<'_>, ContextError> {
        let mut place = Place::default();
        for database in &self.0 {
            let found = database.place(address)?;
            place.country = place.country.or(found.country);
            // A name belongs to the number beside it.
            if place.asn.is_none() {
                (place.asn, place.as_name) = (found.asn, found.as_name);
            }
        }
        Ok(place)
    }
}

impl Database {
    fn open(file: ContextFile) -> Result<Self, ContextError> {
        let (file, content) = (file.name, Bytes::from(file.content));
        if content.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1)) {
            return Err(ContextError::Archive { file });
        }
        let reader = match Reader::from_source(content.clone()) {
            Ok(reader) => reader,
            Err(error) => return Err(ContextError::NoDatabase { file, problem: error.to_string() }),
        };
        let metadata = reader.metadata();
        let tree = metadata.node_count as usize * usize::from(metadata.record_size) / 4;
        // A tree that ends elsewhere than it says has lost or gained bytes, or has others before it.
        if !content.get(tree..).is_some_and(|rest| rest.starts_with(&SEPARATOR)) {
            let problem = "its search tree does not end where it should".to_owned();
            return Err(ContextError::NoDatabase { file, problem });
        }
        if !NAMES.iter().any(|name| memmem::find(&content, name).is_some()) {
            return Err(ContextError::NoPlaces { file, kind: metadata.database_type.clone() });
        }
        Ok(Database { file, reader })
    }

    fn place(&self, address: IpAddr) -> Result<Place<'_>, ContextError> {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Ok(Place::default());
        }
        match self.reader.lookup(address).and_then(|found| found.decode::<Record<'_>>()) {
            Ok(record) => Ok(record.unwrap_or_default().place()),
            Err(error) => {
                let problem = error.to_string();
                Err(ContextError::DamagedRecord { file: self.file.clone(), address, problem })
            }
        }
    }
}

/// What is read of a record, whoever made it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    /// MaxMind's and DB-IP's: an object; IPinfo's: the code, or beside `country_code` the name.
    #[serde(borrow)]
    country: Value<'a>,
    #[serde(borrow)]
    country_code: Value<'a>,
    #[serde(borrow)]
    autonomous_system_number: Value<'a>,
    #[serde(borrow)]
    autonomous_system_organization: Value<'a>,
    /// IPinfo's, as `AS15169`; IPLocate's, as a number.
    #[serde(borrow)]
    asn: Value<'a>,
    #[serde(borrow)]
    as_name: Value<'a>,
    #[serde(borrow)]
    name: Value<'a>,
    /// Where databases of all things keep the system.
    #[serde(borrow)]
    traits: Value<'a>,
}

impl<'a> Record<'a> {
    fn place(self) -> Place<'a> {
        let is_code = |text: &&str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let Record { country, country_code, traits, .. } = &self;
        let country = [country_code.text, country.iso_code, country.text].into_iter().flatten().find(is_code);
        let numbers = [&self.autonomous_system_number, &self.asn].map(Value::system);
        let asn = numbers.into_iter().flatten().next().or(traits.inner_asn);
        let names = [self.autonomous_system_organization.text, self.as_name.text, traits.inner_name, self.name.text];
        let as_name = names.into_iter().flatten().find(|name| !name.is_empty());
        Place { country, asn, as_name: as_name.filter(|_| asn.is_some()) }
    }
}

/// A value of any type, and of an object what is looked for in it.
#[derive(Default)]
struct Value<'a> {
    text: Option<&'a str>,
    number: Option<u64>,
    iso_code: Option<&'a str>,
    inner_asn: Option<u32>,
    inner_name: Option<&'a str>,
}

impl Value<'_> {
    /// The number of an autonomous system: 15169 or `AS15169`. None has the number 0.
    fn system(&self) -> Option<u32> {
        let number = match (self.number, self.text) {
            (Some(number), _) => u32::try_from(number).ok(),
            (None, Some(text)) => text.strip_prefix("AS").unwrap_or(text).parse().ok(),
            (None, None) => None,
        };
        number.filter(|number| *number != 0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value { text: Some(text), ..Value::default() })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value { number: Some(number), ..Value::default() })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value { number: u64::try_from(number).ok(), ..Value::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value<'de>, A::Error> {
        let mut value = Value::default();
        while let Some(key) = members.next_key::<&str>()? {
            match key {
                "iso_code" => value.iso_code = members.next_value::<Value<'_>>()?.text,
                "autonomous_system_number" => value.inner_asn = members.next_value::<Value<'_>>()?.system(),
                "autonomous_system_organization" => value.inner_name = members.next_value::<Value<'_>>()?.text,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::default())
    }

    fn visit_borrowed_bytes<E>(self, _: &'de [u8]) -> Result<Value<'de>, E> {
        Ok(Value::default())
    }

    fn visit_u128<E>(self, _: u128) -> Result<Value<'de>, E> {
        Ok(Value::default())
    }
}
