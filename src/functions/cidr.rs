//! Membership of an address in a network: one function under the names and argument orders people know.
//!
//! A network written into the query is parsed once, while the query is planned: a bad one fails there, before
//! any data is read, and the parsed set travels with the function. A network from a column is data: it is
//! parsed row by row, and a bad one gives NULL.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::function::{Argument, Function, Kind, any_literal, map_text, plain};
use super::ip;
use super::network::{self, Networks};

const ADDRESS: Argument = ("addr", Kind::Text, "An IPv4 or IPv6 address as text. What is no address gives NULL.");
const CIDR: Argument = (
    "cidr",
    Kind::TextOrList,
    "A network ('10.0.0.0/8', '2001:db8::/32', a bare address for one host) or a list of them. Host bits are \
     ignored. A bad literal is an error; a bad value in a column gives NULL.",
);

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "cidr_contains",
        syntax: "cidr_contains(cidr, addr)",
        arguments: &[CIDR, ADDRESS],
        returns: DataType::Boolean,
        meaning: "Whether the network, or one of a list of networks, contains the address.",
        example: "cidr_contains(['10.0.0.0/8', '2001:db8::/32'], '2001:DB8::7') -- true",
        check: any_literal,
        evaluate: |args| rows_contain(&args[0], &args[1], false),
    },
    Function {
        name: "ip_in_cidr",
        syntax: "ip_in_cidr(addr, cidr)",
        arguments: &[ADDRESS, CIDR],
        returns: DataType::Boolean,
        meaning: "`cidr_contains` with the address first.",
        example: "ip_in_cidr('10.1.2.3', '10.0.0.0/8') -- true",
        check: any_literal,
        evaluate: |args| rows_contain(&args[1], &args[0], false),
    },
    Function {
        name: "isipv4insubnet",
        syntax: "isIpv4InSubnet(addr, cidr)",
        arguments: &[ADDRESS, CIDR],
        returns: DataType::Boolean,
        meaning: "`ip_in_cidr` as CloudWatch Logs Insights names it: false for any IPv6 address.",
        example: "isIpv4InSubnet('2001:db8::1', '2001:db8::/32') -- false",
        check: any_literal,
        evaluate: |args| rows_contain(&args[1], &args[0], true),
    },
];

pub(super) fn functions() -> Vec<ScalarUDF> {
    FUNCTIONS.iter().map(|function| ScalarUDF::from(Membership::new(function))).collect()
}

#[derive(Debug, Clone)]
struct Membership {
    function: &'static Function,
    signature: Signature,
    documentation: Documentation,
    cidr_index: usize,
    ipv4_only: bool,
    /// The networks of a literal `cidr`, once the planner has seen it.
    networks: Option<Arc<Networks>>,
}

// `networks` repeats what the call's arguments say, and those are compared beside the function.
impl PartialEq for Membership {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Membership {}

impl Hash for Membership {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl Membership {
    fn new(function: &'static Function) -> Self {
        Membership {
            function,
            signature: function.signature(),
            documentation: function.documentation(),
            cidr_index: usize::from(function.arguments[0].0 != CIDR.0),
            ipv4_only: function.name == "isipv4insubnet",
            networks: None,
        }
    }

    /// The networks of a literal; `None` for NULL.
    fn literal_networks(&self, literal: &ScalarValue) -> Result<Option<Networks>> {
        let array = literal.to_array()?;
        let Some(texts) = Texts::new(&array)?.row(0) else { return Ok(None) };
        let parsed: Result<Networks, _> = map_text(&texts, |text| text.map(network::parse).transpose())
            .map(|networks: Vec<_>| networks.into_iter().filter_map(Result::transpose).collect())?;
        match parsed {
            Ok(networks) => Ok(Some(networks)),
            Err(error) => plan_err!("{}: {error}", self.function.syntax),
        }
    }

    /// A literal address that holds a '/' is a network: the arguments were swapped, and every row would be NULL.
    fn check_order(&self, literal: Option<&ScalarValue>) -> Result<()> {
        match literal.and_then(|literal| literal.try_as_str()).flatten() {
            Some(text) if text.contains('/') => {
                plan_err!("{}: {text:?} stands where the address belongs; swap the arguments", self.function.syntax)
            }
            _ => Ok(()),
        }
    }

    fn contain(&self, networks: &Networks, addresses: &ArrayRef) -> Result<BooleanArray> {
        let ipv4_only = self.ipv4_only;
        map_text(addresses, |text| {
            let address = text.and_then(ip::parse_host)?;
            Some((address.is_ipv4() || !ipv4_only) && networks.contains(address))
        })
    }
}

impl ScalarUDFImpl for Membership {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("{} answers return_field_from_args", self.function.name)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let returns = self.function.return_type(args.arg_fields)?;
        self.check_order(args.scalar_arguments[1 - self.cidr_index])?;
        if let (Some(literal), None) = (args.scalar_arguments[self.cidr_index], &self.networks) {
            self.literal_networks(literal)?;
        }
        Ok(Field::new(self.function.name, returns, true).into())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let Some(Expr::Literal(literal, _)) = args.get(self.cidr_index) else {
            return Ok(ExprSimplifyResult::Original(args));
        };
        if self.networks.is_some() {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let Some(networks) = self.literal_networks(literal)? else {
            return Ok(ExprSimplifyResult::Original(args));
        };
        let function = Membership { networks: Some(Arc::new(networks)), ..self.clone() };
        let call = ScalarFunction::new_udf(Arc::new(ScalarUDF::from(function)), args);
        Ok(ExprSimplifyResult::Simplified(Expr::ScalarFunction(call)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows_of_batch = args.number_rows;
        let args = plain(&args.args)?;
        let (cidr, address) = (&args[self.cidr_index], &args[1 - self.cidr_index]);
        let rows = if matches!(address, ColumnarValue::Scalar(_)) { 1 } else { rows_of_batch };
        let answers = match (&self.networks, cidr) {
            (Some(networks), _) => self.contain(networks, &address.to_array(rows)?)?,
            (None, ColumnarValue::Scalar(literal)) => match self.literal_networks(literal)? {
                Some(networks) => self.contain(&networks, &address.to_array(rows)?)?,
                None => BooleanArray::new_null(rows),
            },
            (None, ColumnarValue::Array(_)) => {
                let arrays = ColumnarValue::values_to_arrays(&args)?;
                return (self.function.evaluate)(&arrays).map(ColumnarValue::Array);
            }
        };
        let scalar = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        Ok(if scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&answers, 0)?)
        } else {
            ColumnarValue::Array(Arc::new(answers))
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The `cidr` argument as a column: a text, or a list of texts, a row.
enum Texts {
    One(ArrayRef),
    Many(ArrayRef),
}

impl Texts {
    fn new(array: &ArrayRef) -> Result<Self> {
        let list = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8View, true)));
        match array.data_type() {
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => {
                Ok(Texts::Many(cast(array, &list)?))
            }
            _ => Ok(Texts::One(cast(array, &DataType::Utf8View)?)),
        }
    }

    /// The texts of one row; `None` where the row is NULL.
    fn row(&self, row: usize) -> Option<ArrayRef> {
        match self {
            Texts::One(texts) => texts.is_valid(row).then(|| texts.slice(row, 1)),
            Texts::Many(lists) => lists.is_valid(row).then(|| lists.as_list::<i32>().value(row)),
        }
    }
}

/// The row-by-row form, for networks that come from a column.
fn rows_contain(cidrs: &ArrayRef, addresses: &ArrayRef, ipv4_only: bool) -> Result<ArrayRef> {
    let texts = Texts::new(cidrs)?;
    let mut row = 0..;
    let answers: BooleanArray = map_text(addresses, |text| {
        let row = row.next()?;
        let address = text.and_then(ip::parse_host)?;
        match &texts {
            Texts::One(texts) if texts.is_null(row) => None,
            Texts::One(texts) => contains_any([Some(texts.as_string_view().value(row))], address, ipv4_only),
            Texts::Many(_) => contains_any(texts.row(row)?.as_string_view(), address, ipv4_only),
        }
    })?;
    Ok(Arc::new(answers))
}

/// Whether one of the networks contains the address; NULL if one of them is none. NULLs among them are passed over.
fn contains_any<'a>(
    networks: impl IntoIterator<Item = Option<&'a str>>,
    address: IpAddr,
    ipv4_only: bool,
) -> Option<bool> {
    let mut found = false;
    for text in networks.into_iter().flatten() {
        found |= network::parse(text).ok()?.contains(&address);
    }
    Some(found && (address.is_ipv4() || !ipv4_only))
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::*;
    use crate::session::{Session, SessionOptions};

    fn session() -> SessionContext {
        let options = SessionOptions::default();
        let runtime = options.runtime().expect("a runtime");
        Session::new(&options, runtime).expect("a session").context().clone()
    }

    #[tokio::test]
    async fn a_bad_literal_fails_before_any_row_is_read() {
        let ctx = session();
        ctx.sql("CREATE TABLE flow (addr TEXT)").await.expect("a table");
        for cidr in ["'10.0.0.0/33'", "['10.0.0.0/8', '10.0.0.0/33']"] {
            for call in [format!("cidr_contains({cidr}, addr)"), format!("ip_in_cidr(addr, {cidr})")] {
                let planned = match ctx.sql(&format!("SELECT * FROM flow WHERE {call}")).await {
                    Ok(frame) => frame.create_physical_plan().await.map(|_| ()),
                    Err(error) => Err(error),
                };
                let error = planned.expect_err(&call).strip_backtrace();
                assert!(error.contains("\"10.0.0.0/33\" is no network: the prefix length is"), "{error}");
            }
        }
    }

    #[tokio::test]
    async fn a_literal_is_parsed_once_and_travels_with_the_function() {
        let ctx = session();
        ctx.sql("CREATE TABLE flow (addr TEXT)").await.expect("a table");
        let frame = ctx.sql("SELECT cidr_contains(['10.0.0.0/8', '11.0.0.0/8'], addr) AS own FROM flow").await;
        let plan = frame.and_then(|frame| frame.into_optimized_plan()).expect("a plan");
        let expressions = plan.expressions();
        let Expr::Alias(alias) = &expressions[0] else { panic!("{:?}", expressions[0]) };
        let Expr::ScalarFunction(call) = alias.expr.as_ref() else { panic!("{:?}", alias.expr) };
        assert!(format!("{:?}", call.func).contains("networks: Some("), "{:?}", call.func);
    }
}
