//! How a table entry becomes a DataFusion function.
//!
//! Nearly all our functions are a name, a list of typed arguments and a piece of code from arrays to an array,
//! so they are entries of tables ([`Function`]) and share this one `ScalarUDFImpl`. The invariant: the types an
//! entry declares are the types its code is called with.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::types::{logical_date, logical_string};
use datafusion::common::{ScalarValue, exec_err, internal_err, plan_err};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    Coercion, ColumnarValue, DocSection, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, TypeSignature, TypeSignatureClass, Volatility,
};

/// What an argument may be. The code behind the function sees the type as it is: a cast to the widest one
/// would copy every batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `Utf8`, `LargeUtf8` or `Utf8View`; read it with [`map_text`].
    Text,
    /// Any signed or unsigned integer; read it with a cast to `Int64`.
    Integer,
    /// Any number; read it with a cast to `Float64`.
    Number,
    /// An integer or text, for what has both a number and a name.
    IntegerOrText,
    /// A date or a timestamp of any unit and zone.
    Moment,
    /// A date or timestamp, or text that holds one.
    MomentOrText,
    /// Text, or a list of text.
    TextOrList,
}

impl Kind {
    fn accepts(self, data_type: &DataType) -> bool {
        let data_type = plain_type(data_type);
        let text = data_type.is_string();
        let integer = data_type.is_integer();
        let moment = matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _));
        let list = match data_type {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                item.data_type().is_string() || item.data_type().is_null()
            }
            _ => false,
        };
        data_type.is_null()
            || match self {
                Kind::Text => text,
                Kind::Integer => integer,
                Kind::Number => data_type.is_numeric(),
                Kind::IntegerOrText => integer || text,
                Kind::Moment => moment,
                Kind::MomentOrText => moment || text,
                Kind::TextOrList => text || list,
            }
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::IntegerOrText => "an integer or text",
            Kind::Moment => "a date or a timestamp",
            Kind::MomentOrText => "a date, a timestamp or text",
            Kind::TextOrList => "text or a list of text",
        }
    }

    /// The types `SHOW FUNCTIONS` displays, and which DataFusion finds without asking us.
    fn classes(self) -> Vec<TypeSignatureClass> {
        let text = TypeSignatureClass::Native(logical_string());
        let date = TypeSignatureClass::Native(logical_date());
        match self {
            Kind::Text | Kind::TextOrList => vec![text],
            Kind::Integer => vec![TypeSignatureClass::Integer],
            Kind::Number => {
                vec![TypeSignatureClass::Integer, TypeSignatureClass::Float, TypeSignatureClass::Decimal]
            }
            Kind::IntegerOrText => vec![TypeSignatureClass::Integer, text],
            Kind::Moment => vec![TypeSignatureClass::Timestamp, date],
            Kind::MomentOrText => vec![TypeSignatureClass::Timestamp, date, text],
        }
    }
}

/// One argument of a [`Function`]: its name, what it may be, what it means.
pub(super) type Argument = (&'static str, Kind, &'static str);

/// The literal arguments of a call, `None` where an argument is computed.
pub(super) type Literals<'a> = [Option<&'a ScalarValue>];

/// A SQL function: all that is said about it, and the code.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// Lower case, as SQL folds unquoted names.
    pub name: &'static str,
    /// How a call is written, for people.
    pub syntax: &'static str,
    pub arguments: &'static [Argument],
    pub returns: DataType,
    /// Markdown; the first sentence alone must tell what it is for.
    pub meaning: &'static str,
    /// An expression and, after ` -- `, what it displays.
    pub example: &'static str,
    /// Finds mistakes in literal arguments while the query is planned.
    pub check: fn(&Literals<'_>) -> Result<()>,
    /// Arrays of one length in, an array of that length and of type `returns` out.
    pub evaluate: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

impl Function {
    /// The signature DataFusion matches calls against. Its last two alternatives let every wrong call through
    /// to [`Function::return_type`], whose error says what the function takes; DataFusion's own would call a
    /// user's mistake an internal error.
    pub fn signature(&self) -> Signature {
        let mut alternatives = vec![vec![]];
        for (_, kind, _) in self.arguments {
            alternatives = alternatives
                .iter()
                .flat_map(|before: &Vec<Coercion>| {
                    kind.classes()
                        .into_iter()
                        .map(|class| before.iter().cloned().chain([Coercion::new_exact(class)]).collect())
                })
                .collect();
        }
        let mut alternatives: Vec<_> = alternatives.into_iter().map(TypeSignature::Coercible).collect();
        alternatives.extend([TypeSignature::VariadicAny, TypeSignature::Nullary]);
        Signature::one_of(alternatives, Volatility::Immutable)
    }

    /// The type of a call with arguments of these types.
    ///
    /// # Errors
    /// A plan error if the number or the types of the arguments are wrong.
    pub fn return_type(&self, arguments: &[FieldRef]) -> Result<DataType> {
        if arguments.len() != self.arguments.len() {
            return plan_err!("wrong number of arguments for {}: {}", self.syntax, arguments.len());
        }
        for (argument, (name, kind, _)) in arguments.iter().zip(self.arguments) {
            if !kind.accepts(argument.data_type()) {
                let noun = kind.noun();
                return plan_err!("{}: {name} must be {noun}, not {}; cast it", self.syntax, argument.data_type());
            }
        }
        Ok(self.returns.clone())
    }

    /// What `SHOW FUNCTIONS` and the shell's help show.
    pub fn documentation(&self) -> Documentation {
        let section = DocSection { include: true, label: "Flow log functions", description: None };
        let (call, result) = self.example.split_once(" -- ").unwrap_or((self.example, ""));
        let result = if result.is_empty() { String::new() } else { format!(" -- {result}") };
        let mut documentation = Documentation::builder(section, self.meaning, self.syntax)
            .with_sql_example(format!("SELECT {call};{result}"));
        for (name, _, meaning) in self.arguments {
            documentation = documentation.with_argument(*name, *meaning);
        }
        documentation.build()
    }

    /// The function's line in the README: syntax, example with result, meaning.
    pub fn readme_row(&self) -> String {
        let (call, result) = self.example.split_once(" -- ").unwrap_or((self.example, ""));
        format!("| `{}` | `{call}` → `{result}` | {} |\n", self.syntax, self.meaning)
    }
}

/// A [`Function::check`] for functions whose literal arguments cannot be wrong.
pub(super) fn any_literal(_: &Literals<'_>) -> Result<()> {
    Ok(())
}

/// The DataFusion function of a table entry.
pub(super) fn udf(function: Function) -> ScalarUDF {
    let (signature, documentation) = (function.signature(), function.documentation());
    ScalarUDF::from(TableFunction { function, signature, documentation })
}

#[derive(Debug)]
struct TableFunction {
    function: Function,
    signature: Signature,
    documentation: Documentation,
}

// The name says all: there is one entry of a name.
impl PartialEq for TableFunction {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for TableFunction {}

impl Hash for TableFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for TableFunction {
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
        (self.function.check)(args.scalar_arguments)?;
        Ok(Field::new(self.function.name, returns, true).into())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(self.function.evaluate, vec![])(&plain(&args.args)?)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The arguments with dictionaries unpacked: no function wants to know of them.
pub(super) fn plain(args: &[ColumnarValue]) -> Result<Vec<ColumnarValue>> {
    let unpack = |arg: &ColumnarValue| match arg.data_type() {
        DataType::Dictionary(_, value_type) => arg.cast_to(&value_type, None),
        _ => Ok(arg.clone()),
    };
    args.iter().map(unpack).collect()
}

fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, value_type) => value_type,
        other => other,
    }
}

/// Collects what `f` makes of each row of a text array, whichever of the three text types it has. An array of
/// the null type is a column of NULLs.
pub(super) fn map_text<'a, T, C: FromIterator<T>>(
    array: &'a ArrayRef,
    mut f: impl FnMut(Option<&'a str>) -> T,
) -> Result<C> {
    Ok(match array.data_type() {
        DataType::Utf8View => array.as_string_view().iter().map(f).collect(),
        DataType::Utf8 => array.as_string::<i32>().iter().map(f).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(f).collect(),
        DataType::Null => (0..array.len()).map(|_| f(None)).collect(),
        other => return exec_err!("expected text, got {other}"),
    })
}
