//! The parameters of a statement: what the engine takes them for, and what of the client's values that makes.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit, SchemaRef};
use arrow_pg::datatypes::df::deserialize_parameters;
use arrow_pg::datatypes::into_pg_type;
use bytes::{Buf, Bytes};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{ParamValues, Result as EngineResult, ScalarValue, plan_err};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Expr, LogicalPlan};
use pgwire::api::Type;
use pgwire::api::portal::Portal;
use pgwire::api::stmt::StoredStatement;
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::extendedquery::Bind;

use super::trouble::{error, hinted};
use super::wire::value;

/// What is said to who compares seconds with a time.
const SECONDS: &str = "start and end are seconds since 1970; start_time and end_time are the times";

/// What is known of a statement before it runs.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Columns of its rows.
    pub schema: SchemaRef,
    /// What the engine takes each parameter for, and what the client sends.
    pub parameters: Vec<(Option<DataType>, Type)>,
}

impl Planned {
    /// The values that a client sent.
    ///
    /// # Errors
    /// When one is none of its type, or none that the parameter can have.
    pub fn values(&self, bind: &Bind) -> PgWireResult<ParamValues> {
        let formats = &bind.parameter_format_codes;
        let mut values = Vec::with_capacity(self.parameters.len());
        for (place, (kind, wire)) in self.parameters.iter().enumerate() {
            let sent = Sent {
                wire: wire.clone(),
                format: formats.get(place).or(formats.first().filter(|_| formats.len() == 1)).copied().unwrap_or(0),
                bytes: bind.parameters.get(place).cloned().flatten(),
            };
            let value = sent.into_text().value(kind.as_ref());
            values.push(value.map_err(|problem| unfit(place, kind.as_ref(), wire, problem))?.into());
        }
        Ok(ParamValues::List(values))
    }
}

fn unfit(place: usize, kind: Option<&DataType>, wire: &Type, problem: PgWireError) -> PgWireError {
    // What is no value of its type at all is told with its own code.
    let PgWireError::UserError(problem) = problem else { return problem };
    let place = place + 1;
    match kind {
        Some(kind) if is_text(kind) => {
            error("42804", &format!("parameter ${place} is compared with text, and {wire} came; send it as text"))
        }
        Some(kind) => {
            let meant = into_pg_type(kind);
            if meant.as_ref().is_ok_and(|meant| meant == wire) {
                return error(&problem.code, &format!("parameter ${place} is no {wire}: {}", problem.message));
            }
            let meant = meant.map_or_else(|_| kind.to_string(), |kind| kind.to_string());
            let said = format!("parameter ${place} can't be {wire}, where {meant} is meant");
            hinted("22023", &said, kind.is_integer().then_some(SECONDS).filter(|_| is_time(wire)))
        }
        None => error("22023", &format!("parameter ${place} can't be {wire}: {}", problem.message)),
    }
}

/// A value as it came.
struct Sent {
    wire: Type,
    format: i16,
    bytes: Option<Bytes>,
}

impl Sent {
    /// Values of types that are text to us, as text.
    fn into_text(self) -> Self {
        let is_binary = self.format == 1;
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let told = |bytes: &Bytes| match &self.wire {
            &Type::JSONB if is_binary => Some(text(&bytes.slice(1.min(bytes.len())..))),
            &Type::UUID if is_binary => uuid(bytes),
            &Type::INET | &Type::CIDR if is_binary => address(bytes),
            &Type::MACADDR if is_binary => {
                Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"))
            }
            &Type::JSON | &Type::JSONB | &Type::UUID | &Type::INET | &Type::CIDR | &Type::MACADDR => Some(text(bytes)),
            _ => None,
        };
        let is_ours = [Type::JSON, Type::JSONB, Type::UUID, Type::INET, Type::CIDR, Type::MACADDR].contains(&self.wire);
        match self.bytes.as_ref().map(told) {
            Some(None) => self,
            None if !is_ours => self,
            told => Sent { wire: Type::TEXT, format: 0, bytes: told.flatten().map(Bytes::from) },
        }
    }

    /// The value, as the engine takes it; where it is none of that type, as what it is: what is compared with it is then
    /// made the same.
    fn value(&self, kind: Option<&DataType>) -> PgWireResult<ScalarValue> {
        let as_it_is = || match self.wire {
            // As a list of whole numbers, if it is read as decimals.
            Type::NUMERIC_ARRAY => self.numbers(),
            // Empty texts, and the text NULL, are none to arrow-pg 0.16.
            Type::TEXT_ARRAY | Type::VARCHAR_ARRAY if self.format == 0 && self.bytes.is_some() => self.texts(),
            _ => self.read(None),
        };
        let Some(kind) = kind.filter(|kind| !kind.is_list() && **kind != DataType::Null) else { return as_it_is() };
        if self.bytes.is_some() && is_text(kind) && !is_text_on_the_wire(&self.wire) {
            return Err(error("42804", "it is none"));
        }
        // A fraction would be lost without a word, and so would a number that is too large.
        let is_float = [Type::NUMERIC, Type::FLOAT4, Type::FLOAT8].contains(&self.wire);
        if kind.is_integer() && is_float && self.bytes.is_some() {
            let float = self.read(Some(&DataType::Float64))?;
            if let ScalarValue::Float64(Some(number)) = float
                && number.fract() != 0.0
            {
                return Ok(float);
            }
            return Ok(self.read(Some(kind)).ok().filter(|value| !value.is_null()).unwrap_or(float));
        }
        match self.read(Some(kind)) {
            Ok(value) => Ok(value),
            // `2026-03-11 14:00`, which the engine reads in SQL, too.
            Err(_) if self.format == 0 && matches!(kind, DataType::Timestamp(..)) && is_time(&self.wire) => {
                Ok(self.bytes.as_ref().map(|text| String::from_utf8_lossy(text).into_owned()).into())
            }
            Err(problem) => {
                let value = as_it_is().map_err(|_| problem)?;
                match is_like(&value.data_type(), kind) {
                    true => Ok(value),
                    false => Err(error("42804", "the types differ")),
                }
            }
        }
    }

    /// A list of texts, as text.
    fn texts(&self) -> PgWireResult<ScalarValue> {
        let text = String::from_utf8_lossy(self.bytes.as_deref().unwrap_or_default());
        let texts = texts(&text).ok_or_else(|| error("22P02", "it is no list of one dimension"))?;
        let texts: Vec<_> = texts.into_iter().map(ScalarValue::Utf8).collect();
        Ok(ScalarValue::List(ScalarValue::new_list_nullable(&texts, &DataType::Utf8)))
    }

    /// A list of decimals as one of floats.
    fn numbers(&self) -> PgWireResult<ScalarValue> {
        let numbers = match (self.format, self.bytes.clone()) {
            (1, Some(bytes)) => elements(bytes).ok_or_else(|| error("22P03", "it is no list"))?,
            _ => {
                return Sent { wire: Type::FLOAT8_ARRAY, format: self.format, bytes: self.bytes.clone() }.read(None);
            }
        };
        let number = |bytes| Sent { wire: Type::NUMERIC, format: 1, bytes }.read(Some(&DataType::Float64));
        let numbers = numbers.into_iter().map(number).collect::<PgWireResult<Vec<_>>>()?;
        Ok(ScalarValue::List(ScalarValue::new_list_nullable(&numbers, &DataType::Float64)))
    }

    fn read(&self, kind: Option<&DataType>) -> PgWireResult<ScalarValue> {
        if self.wire == Type::INTERVAL && self.format == 1 && self.bytes.as_ref().is_some_and(|bytes| bytes.len() != 16)
        {
            return Err(error("22P03", "an interval has 16 bytes"));
        }
        let bind = Bind::new(None, None, vec![self.format], vec![self.bytes.clone()], Vec::new());
        let statement = StoredStatement::new(String::new(), (), vec![Some(self.wire.clone())]);
        let portal = Portal::try_new(&bind, Arc::new(statement))?;
        // arrow-pg 0.16 panics on some values that are none, as a span of a million years.
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| deserialize_parameters(&portal, &[kind])));
        match read.map_err(|_| error("22P03", "it can't be read"))?? {
            ParamValues::List(mut values) => {
                values.pop().map(|value| value.value).ok_or_else(|| error("XX000", "no value came"))
            }
            ParamValues::Map(_) => Err(error("XX000", "no value came")),
        }
    }
}

/// The texts of a list as PostgreSQL writes it: `{a,"b, \"c\"",NULL}`.
fn texts(list: &str) -> Option<Vec<Option<String>>> {
    let mut left = list.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut texts = Vec::new();
    while !left.is_empty() {
        let mut text = String::new();
        if let Some(quoted) = left.strip_prefix('"') {
            let mut characters = quoted.char_indices();
            let end = loop {
                match characters.next()? {
                    (at, '"') => break at + 1,
                    (_, '\\') => text.push(characters.next()?.1),
                    (_, c) => text.push(c),
                }
            };
            texts.push(Some(text));
            left = quoted[end..].trim_start();
        } else {
            let end = left.find(',').unwrap_or(left.len());
            let plain = left[..end].trim();
            if plain.is_empty() || plain.contains(['{', '}', '"']) {
                return None;
            }
            texts.push((!plain.eq_ignore_ascii_case("null")).then(|| plain.to_owned()));
            left = &left[end..];
        }
        left = match left.strip_prefix(',') {
            Some(more) if more.trim().is_empty() => return None,
            Some(more) => more.trim_start(),
            None if left.is_empty() => left,
            None => return None,
        };
    }
    Some(texts)
}

/// The elements of a list of one dimension, in binary: dimensions, whether there are NULLs, their type, how many there are,
/// the first one's number, and of each its length, and its bytes.
fn elements(mut bytes: Bytes) -> Option<Vec<Option<Bytes>>> {
    let dimensions = bytes.try_get_i32().ok()?;
    bytes.try_get_i64().ok()?;
    if dimensions == 0 {
        return Some(Vec::new());
    }
    let length = bytes.try_get_i32().ok().filter(|_| dimensions == 1)?;
    bytes.try_get_i32().ok()?;
    // One by one: the length is what somebody says.
    (0..length).map(|_| value(&mut bytes)).collect()
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_time(wire: &Type) -> bool {
    [Type::TIMESTAMP, Type::TIMESTAMPTZ, Type::DATE].contains(wire)
}

fn is_text_on_the_wire(wire: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN, Type::CHAR].contains(wire)
}

/// Whether values of the types can be compared or added.
fn is_like(one: &DataType, other: &DataType) -> bool {
    let is_interval = matches!(one, DataType::Interval(_) | DataType::Duration(_));
    (one.is_numeric() && other.is_numeric()) || (one.is_temporal() && other.is_temporal()) || is_interval
}

fn uuid(bytes: &Bytes) -> Option<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes.len() == 16).then(|| [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

/// An address or network: family, bits, whether it is a network, length, and its bytes.
fn address(bytes: &Bytes) -> Option<String> {
    let (head, address) = bytes.split_at_checked(4)?;
    let (text, most) = match address.len() {
        4 => (Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).to_string(), 32),
        16 => (Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(), 128),
        _ => return None,
    };
    Some(if head[1] == most && head[2] == 0 { text } else { format!("{text}/{}", head[1]) })
}

/// What the parameters of a plan are, in their order.
pub fn parameters(plan: &LogicalPlan) -> EngineResult<Vec<Option<DataType>>> {
    let mut known = plan.get_parameter_types()?;
    // Of a parameter that is cast, is a list, or says how many rows there may be, the engine says nothing.
    plan.apply(|node| {
        if let LogicalPlan::Limit(limit) = node {
            for expression in [&limit.skip, &limit.fetch].into_iter().flatten() {
                if let Expr::Placeholder(placeholder) = expression.as_ref() {
                    known.entry(placeholder.id.clone()).or_default().get_or_insert(DataType::Int64);
                }
            }
        }
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::Cast(cast) = expression
                    && let Expr::Placeholder(placeholder) = cast.expr.as_ref()
                {
                    let kind = known.entry(placeholder.id.clone()).or_default();
                    // What the engine takes a list for is text.
                    if kind.is_none() || cast.field.data_type().is_list() {
                        *kind = Some(cast.field.data_type().clone());
                    }
                }
                if let Expr::ScalarFunction(call) = expression
                    && call.func.name() == "date_bin"
                    && let Some(Expr::Placeholder(placeholder)) = call.args.first()
                {
                    let span = DataType::Interval(IntervalUnit::MonthDayNano);
                    known.entry(placeholder.id.clone()).or_default().get_or_insert(span);
                }
                if let Expr::Case(case) = expression
                    && case.expr.is_none()
                {
                    for (when, _) in &case.when_then_expr {
                        if let Expr::Placeholder(placeholder) = when.as_ref() {
                            known.entry(placeholder.id.clone()).or_default().get_or_insert(DataType::Boolean);
                        }
                    }
                }
                // x = ANY($1)
                if let Expr::ScalarFunction(call) = expression
                    && call.func.name() == "array_has"
                    && let Some(Expr::Placeholder(placeholder)) = call.args.first()
                {
                    let text = Arc::new(Field::new_list_field(DataType::Utf8, true));
                    known.entry(placeholder.id.clone()).or_default().get_or_insert(DataType::List(text));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    let mut parameters = Vec::new();
    for (name, kind) in known {
        let number = name.strip_prefix('$').and_then(|number| number.parse::<u16>().ok()).map(usize::from);
        let Some(place) = number.and_then(|number| number.checked_sub(1)) else {
            return plan_err!("{name}: parameters are $1, $2 and so on");
        };
        parameters.resize(parameters.len().max(place + 1), None);
        parameters[place] = kind;
    }
    Ok(parameters)
}

/// A plan in which `x = ANY(list)` is `x IN (...)`: DataFusion 55.2 finds text in no list that a client sent, since there are
/// several types of text, and reads no fewer objects for it.
///
/// # Errors
/// The engine's.
pub fn listed(plan: LogicalPlan) -> EngineResult<LogicalPlan> {
    let list_of = |expression: &Expr| match expression {
        Expr::Literal(ScalarValue::List(list), _) => {
            let rows = ScalarValue::convert_array_to_scalar_vec(list.as_ref()).ok()?;
            rows.into_iter().next().flatten()
        }
        _ => None,
    };
    plan.transform_up_with_subqueries(|node| {
        node.map_expressions(|expression| {
            expression.transform_up(|expression| {
                if let Expr::ScalarFunction(call) = &expression
                    && call.func.name() == "array_has"
                    && let [list, needle] = call.args.as_slice()
                    && let Some(values) = list_of(list)
                {
                    let list = values.into_iter().map(|value| Expr::Literal(value, None)).collect();
                    return Ok(Transformed::yes(Expr::InList(InList::new(Box::new(needle.clone()), list, false))));
                }
                Ok(Transformed::no(expression))
            })
        })
    })
    .data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_texts_has_all_of_them() {
        let some = |text: &str| Some(text.to_owned());
        for (list, wanted) in [
            ("{}", Some(vec![])),
            (r#"{"","NULL",x,NULL}"#, Some(vec![some(""), some("NULL"), some("x"), None])),
            (r#"{ a , "b, \"c\\" }"#, Some(vec![some("a"), some(r#"b, "c\"#)])),
            (r#"{"unterminated}"#, None),
            ("{1,,2}", None),
            ("{1,}", None),
            ("", None),
            ("{{a},{b}}", None),
        ] {
            assert_eq!(texts(list), wanted, "{list}");
        }
    }

    #[test]
    fn addresses_and_ids_are_text() {
        let bytes = |bytes: &[u8]| Bytes::copy_from_slice(bytes);
        assert_eq!(address(&bytes(b"\x02\x20\0\x04\xcb\0\x71\x13")).as_deref(), Some("203.0.113.19"));
        assert_eq!(address(&bytes(b"\x02\x18\x01\x04\xcb\0\x71\0")).as_deref(), Some("203.0.113.0/24"));
        assert_eq!(address(&bytes(b"\x02")), None);
        assert_eq!(uuid(&bytes(&[0x11; 16])).as_deref(), Some("11111111-1111-1111-1111-111111111111"));
        assert_eq!(uuid(&bytes(b"1")), None);
    }
}
