//! The SQL functions that ask the files of context about an address. Of what was not given they know nothing: NULL, or
//! false.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{Volatility, create_udf};

use super::geo::{Geo, Place};
use super::lists::{AddressList, Lists, holds};
use super::names::{Names, Seen};
use crate::functions::ip;
use crate::session::Session;

/// Whether one of these functions has that name.
pub(crate) fn is_of_addresses(name: &str) -> bool {
    ["threat_list", "is_tor", "is_trusted", "aws_service", "country", "asn", "as_name", "host_name"].contains(&name)
}

/// Registers `threat_list`, `is_tor`, `is_trusted`, `aws_service`, `country`, `asn`, `as_name` and `host_name`.
pub(super) fn register(session: &Session, lists: &Arc<Lists>, geo: &Arc<Geo>, names: &Arc<Names>) {
    let list_names = |name: &str, of: fn(&Lists, IpAddr) -> Option<&str>| {
        let lists = Arc::clone(lists);
        register_one(session, name, DataType::Utf8View, move |addresses| {
            let names: StringViewArray = parsed(addresses).map(|address| of(&lists, address?)).collect();
            Ok(Arc::new(names))
        });
    };
    list_names("threat_list", |lists, address| lists.threat(address));
    list_names("aws_service", |lists, address| lists.aws.service(address));
    let answers = |name: &str, of: fn(&Lists) -> &[AddressList]| {
        let lists = Arc::clone(lists);
        register_one(session, name, DataType::Boolean, move |addresses| {
            let answers: BooleanArray = parsed(addresses).map(|address| Some(holds(of(&lists), address?))).collect();
            Ok(Arc::new(answers))
        });
    };
    answers("is_tor", |lists| &lists.tor);
    answers("is_trusted", |lists| &lists.trusted);
    let places = |name: &str, of: for<'a> fn(&Place<'a>) -> Option<&'a str>| {
        let geo = Arc::clone(geo);
        register_one(session, name, DataType::Utf8View, move |addresses| {
            let texts: Result<StringViewArray> =
                parsed(addresses).map(|address| Ok(of(&place(&geo, address)?))).collect();
            Ok(Arc::new(texts?))
        });
    };
    places("country", |place| place.country);
    places("as_name", |place| place.as_name);
    let geo = Arc::clone(geo);
    register_one(session, "asn", DataType::Int64, move |addresses| {
        let numbers: Result<Int64Array> =
            parsed(addresses).map(|address| Ok(place(&geo, address)?.asn.map(i64::from))).collect();
        Ok(Arc::new(numbers?))
    });
    let names = Arc::clone(names);
    register_one(session, "host_name", DataType::Utf8View, move |addresses| {
        let texts: StringViewArray = parsed(addresses).map(|address| names.name(address?, &Seen::default())).collect();
        Ok(Arc::new(texts))
    });
}

fn parsed(addresses: &StringViewArray) -> impl Iterator<Item = Option<IpAddr>> {
    addresses.iter().map(|text| text.and_then(ip::parse_host))
}

fn place(geo: &Geo, address: Option<IpAddr>) -> Result<Place<'_>> {
    match address {
        Some(address) => geo.place(address).map_err(|error| DataFusionError::External(Box::new(error))),
        None => Ok(Place::default()),
    }
}

fn register_one(
    session: &Session,
    name: &str,
    returns: DataType,
    evaluate: impl Fn(&StringViewArray) -> Result<ArrayRef> + Send + Sync + 'static,
) {
    let evaluate = move |arguments: &[ArrayRef]| evaluate(arguments[0].as_string_view());
    let function = create_udf(
        name,
        vec![DataType::Utf8View],
        returns,
        // The same for as long as the session lives.
        Volatility::Immutable,
        Arc::new(make_scalar_function(evaluate, vec![])),
    );
    session.context().register_udf(function);
}
