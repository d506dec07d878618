//! Databases of countries and autonomous systems: what SQL sees of them, and what damage does.

use std::path::{Path, PathBuf};

use super::{Geo, Place};
use crate::context::file::ContextFile;
use crate::context::tests::{answer, file};
use crate::context::{Context, ContextError, ContextFiles, ContextOptions};
use crate::session::{Session, SessionOptions};

fn database(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/geo").join(format!("{name}.mmdb"))
}

fn geo(names: &[&str]) -> Result<Context, ContextError> {
    let geo = names.iter().map(|name| database(name)).collect();
    Context::load(&ContextOptions { geo, ..ContextOptions::default() }, &ContextFiles::default())
}

#[tokio::test]
async fn countries_and_systems_are_asked_in_sql() {
    let asked = |names: &'static [&'static str]| async move {
        let context = geo(names).expect("databases");
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        context.register(&session).expect("a new session");
        let mut answers = Vec::new();
        for address in
            ["203.0.113.7", "198.51.100.1", "198.51.100.200", "2001:db8::1", "::ffff:203.0.113.7", "10.0.0.1", "x"]
        {
            let sql = format!("concat_ws(' ', country('{address}'), asn('{address}'), as_name('{address}'))");
            answers.push(answer(&session, &sql).await);
        }
        answers
    };
    let (stranger, server) = ("NL 64496 Example Hosting B.V.", "4200000000 Large Numbers Ltd");
    assert_eq!(asked(&["country", "asn"]).await, [stranger, server, "", "FR", stranger, "", ""]);
    assert_eq!(asked(&["country"]).await, ["NL", "", "", "FR", "NL", "", ""]);
    let (stranger, server) = ("DE 64500 Example Carrier", "JP 64501 Example Cloud");
    assert_eq!(asked(&["ipinfo"]).await, [stranger, server, "", "", stranger, "", ""]);
    // The first that knows something says it.
    let mixed = "DE 64496 Example Hosting B.V.";
    assert_eq!(
        asked(&["asn", "ipinfo", "country"]).await,
        [mixed, "JP 4200000000 Large Numbers Ltd", "", "FR", mixed, "", ""]
    );
    assert_eq!(asked(&[]).await, [""; 7]);
}

#[test]
fn vendors_name_the_same_things_differently() {
    let context = geo(&["others"]).expect("a database");
    let place = |address: &str| {
        let place = context.geo.place(address.parse().expect("an address")).expect("a record");
        (place.country.unwrap_or("-"), place.asn.unwrap_or(0), place.as_name.unwrap_or("-"))
    };
    assert_eq!(place("203.0.113.1"), ("NL", 64_496, "Example Hosting B.V."));
    assert_eq!(place("198.51.100.1"), ("JP", 64_501, "Example Cloud"));
    assert_eq!(place("192.0.2.1"), ("BR", 64_502, "EXAMPLE"));
    // What is no code of a country and no number of a system is not taken for one.
    assert_eq!(place("192.0.2.200"), ("-", 0, "-"));
}

#[tokio::test]
async fn the_types_are_those_of_the_flows() {
    let context = geo(&["country", "asn"]).expect("databases");
    let options = SessionOptions::default();
    let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
    context.register(&session).expect("a new session");
    assert_eq!(answer(&session, "asn('203.0.113.7') + 1").await, "64497");
    let none = "country(NULL) IS NULL AND asn('10.0.0.1') IS NULL AND as_name('no address') IS NULL";
    assert_eq!(answer(&session, none).await, "true");
}

#[test]
fn another_file_is_named_with_the_remedy() {
    let problem = |content: &[u8]| {
        let content = content.to_vec();
        let geo = Geo::of(vec![ContextFile { name: "FILE".to_owned(), content }]);
        geo.expect_err("another file").to_string()
    };
    assert_eq!(
        problem(b"203.0.113.9\n"),
        "FILE: no MaxMind DB file, or a damaged or truncated one (invalid database: could not find MaxMind DB metadata in \
         file); give the .mmdb file of GeoLite2, DB-IP or IPinfo, or a new copy of it"
    );
    let whole = std::fs::read(database("country")).expect("a database");
    let shifted = [b"more", whole.as_slice()].concat();
    assert!(
        problem(&shifted).contains("(its search tree does not end where it should); give"),
        "{}",
        problem(&shifted)
    );
    let mut archive = vec![0; 512];
    archive[257..262].copy_from_slice(b"ustar");
    assert_eq!(problem(&[archive, whole].concat()), "FILE: a tar archive; unpack it and give the .mmdb file in it");
    let other = std::fs::read(database("anonymous")).expect("a database");
    assert_eq!(
        problem(&other),
        "FILE: a database of \"GeoIP2-Anonymous-IP\" without countries and AS numbers; give one of countries, cities or ASN"
    );
    let list = file("203.0.113.9\n");
    let options = ContextOptions { geo: vec![list.path().to_owned()], ..ContextOptions::default() };
    let error = Context::load(&options, &ContextFiles::default()).expect_err("no database").to_string();
    assert!(error.starts_with(&format!("{}: no MaxMind DB file", list.path().display())), "{error}");
}

/// Asks a damaged database; an answer or an error will do.
fn ask(content: Vec<u8>) -> usize {
    let Ok(geo) = Geo::of(vec![ContextFile { name: "FILE".to_owned(), content }]) else { return 0 };
    let addresses = ["203.0.113.7", "198.51.100.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "ffff::"];
    let answers =
        addresses.map(|address| geo.place(address.parse().expect("an address")).map(|place| place != Place::default()));
    let errors = answers.into_iter().filter_map(Result::err).inspect(|error| {
        let error = error.to_string();
        assert!(
            error.starts_with("FILE: damaged: what it says of ") && error.ends_with("; get a new copy of the file")
        );
    });
    errors.count()
}

#[test]
fn no_damage_is_a_panic_or_a_loop() {
    let mut damaged_records = 0;
    for name in ["country", "asn", "ipinfo", "others", "anonymous"] {
        let whole = std::fs::read(database(name)).expect("a database");
        for length in 0..whole.len() {
            assert_eq!(ask(whole[..length].to_vec()), 0, "{name}, {length} bytes: refused at once, or whole enough");
        }
        for at in 0..whole.len() {
            for flip in [0x01, 0x80, 0xff, 0x20] {
                let mut content = whole.clone();
                content[at] ^= flip;
                damaged_records += ask(content);
            }
        }
        let mut dice = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let mut content = whole.clone();
            for _ in 0..dice.usize(2..40) {
                let at = dice.usize(..content.len());
                content[at] = dice.u8(..);
            }
            damaged_records += ask(content);
        }
    }
    assert!(damaged_records > 100, "{damaged_records} damaged records were met");
}
