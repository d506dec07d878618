//! Columns of records on their way into a file: texts as numbers of their distinct values.
//!
//! The records of an hour have some hundred interfaces and some thousand addresses. As numbers they take a sixth of the
//! memory that their texts take, are sorted by moving four bytes, and the text of a block is let go as soon as it has been
//! looked at once, while it still is in the caches.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, StringViewArray, UInt32Array, new_null_array,
};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use arrow::error::ArrowError;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::words;

/// In a number's place where there is no text.
const NULL: u32 = u32::MAX;

/// Distinct texts, numbered in the order in which they were met.
#[derive(Debug, Default)]
struct Texts {
    numbers: HashTable<u32>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hasher: RandomState,
}

impl Texts {
    fn get<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
        let at = number as usize;
        &bytes[at.checked_sub(1).map_or(0, |before| ends[before])..ends[at]]
    }

    fn number(&mut self, text: &[u8]) -> u32 {
        let Texts { numbers, bytes, ends, hasher } = self;
        let hash = words::hash(text, hasher);
        if let Some(number) = numbers.find(hash, |number| words::is_equal(Texts::get(bytes, ends, *number), text)) {
            return *number;
        }
        bytes.extend_from_slice(text);
        ends.push(bytes.len());
        let number = ends.len() as u32 - 1;
        numbers.insert_unique(hash, number, |number| words::hash(Texts::get(bytes, ends, *number), hasher));
        number
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn size(&self) -> usize {
        self.bytes.len() + self.ends.len() * size_of::<usize>() + self.numbers.allocation_size()
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        let text = |number| std::str::from_utf8(Texts::get(&self.bytes, &self.ends, number)).unwrap_or_default();
        (0..self.len() as u32).map(text)
    }
}

/// One column.
#[derive(Debug)]
enum Column {
    Text { numbers: Vec<u32>, texts: Texts },
    Other(Vec<ArrayRef>),
}

/// Records that were gathered.
#[derive(Debug)]
pub(super) struct Coded {
    fields: Vec<Field>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl Coded {
    /// None yet, of a table with these columns.
    pub(super) fn new(schema: &Schema) -> Self {
        let column = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8View => Column::Text { numbers: Vec::new(), texts: Texts::default() },
            _ => Column::Other(Vec::new()),
        };
        Coded {
            fields: schema.fields().iter().map(|field| Field::clone(field)).collect(),
            columns: schema.fields().iter().map(column).collect(),
            rows: 0,
            bytes: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// What it holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds rows: an array for each column.
    pub(super) fn add(&mut self, arrays: &[ArrayRef], rows: usize) {
        self.bytes = 0;
        for (column, array) in self.columns.iter_mut().zip(arrays) {
            self.bytes += match column {
                Column::Text { numbers, texts } => {
                    add_texts(array.as_string_view(), numbers, texts);
                    numbers.capacity() * size_of::<u32>() + texts.size()
                }
                Column::Other(arrays) => {
                    arrays.push(Arc::clone(array));
                    let width = array.data_type().primitive_width().unwrap_or(size_of::<u128>());
                    (self.rows + rows) * width
                }
            };
        }
        self.rows += rows;
    }

    /// The values of a column of numbers, whole.
    ///
    /// # Errors
    /// Never, as long as arrays of one column are of one type.
    pub(super) fn whole(&self, name: &str) -> Result<Option<ArrayRef>, ArrowError> {
        match self.column(name) {
            Some(Column::Other(arrays)) => concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>()).map(Some),
            _ => Ok(None),
        }
    }

    /// The place of each row's text among all texts of a column, in their order; NULL, and a column that is not there, is
    /// the first.
    pub(super) fn ranks(&self, name: &str) -> Vec<u32> {
        let Some(Column::Text { numbers, texts }) = self.column(name) else { return vec![0; self.rows] };
        let mut sorted: Vec<(&str, usize)> = texts.all().zip(0..).collect();
        sorted.sort_unstable();
        let mut ranks = vec![0; sorted.len()];
        for (rank, (_, number)) in (1..).zip(sorted) {
            ranks[number] = rank;
        }
        numbers.iter().map(|number| ranks.get(*number as usize).copied().unwrap_or(0)).collect()
    }

    fn column(&self, name: &str) -> Option<&Column> {
        let at = self.fields.iter().position(|field| field.name() == name)?;
        self.columns.get(at)
    }

    /// Lets the rows be taken in any order.
    ///
    /// # Errors
    /// Never, as long as arrays of one column are of one type.
    pub(super) fn finish(self) -> Result<Taken, ArrowError> {
        let mut fields = Vec::with_capacity(self.fields.len());
        let mut columns = Vec::with_capacity(self.fields.len());
        for (field, column) in self.fields.into_iter().zip(self.columns) {
            let (data_type, whole) = match column {
                Column::Text { numbers, texts } => {
                    let texts: ArrayRef = Arc::new(texts.all().map(Some).collect::<StringArray>());
                    let data_type = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
                    (data_type, Whole::Text { numbers, texts })
                }
                Column::Other(arrays) => {
                    let whole = concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
                    (field.data_type().clone(), Whole::Other(whole))
                }
            };
            fields.push(Field::new(field.name(), data_type, true));
            columns.push(whole);
        }
        Ok(Taken { schema: Arc::new(Schema::new(fields)), columns })
    }
}

/// Neighbours mostly have the same text, and a view of twelve bytes or less is the text itself.
fn add_texts(views: &StringViewArray, numbers: &mut Vec<u32>, texts: &mut Texts) {
    let mut last: Option<(u128, u32)> = None;
    numbers.reserve(views.len());
    for (row, view) in views.views().iter().enumerate() {
        if !views.is_valid(row) {
            numbers.push(NULL);
            continue;
        }
        let number = match last {
            Some((same, number)) if same == *view => number,
            _ => texts.number(views.value(row).as_bytes()),
        };
        last = Some((*view, number));
        numbers.push(number);
    }
}

enum Whole {
    Text { numbers: Vec<u32>, texts: ArrayRef },
    Other(ArrayRef),
}

/// Records from which rows are taken.
pub(super) struct Taken {
    schema: SchemaRef,
    columns: Vec<Whole>,
}

impl Taken {
    /// The columns of what is taken: texts are dictionaries.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// These rows.
    ///
    /// # Errors
    /// Never, as long as there are so many rows.
    pub(super) fn take(&self, rows: &UInt32Array) -> Result<RecordBatch, ArrowError> {
        let column = |whole: &Whole| -> Result<ArrayRef, ArrowError> {
            match whole {
                Whole::Other(array) => take(array, rows, None),
                Whole::Text { numbers, texts } => {
                    let mut keys: Vec<u32> = rows.values().iter().map(|row| numbers[*row as usize]).collect();
                    let is_null = |key: &u32| *key == NULL;
                    let nulls = keys.iter().any(is_null).then(|| keys.iter().map(|key| !is_null(key)).collect());
                    if nulls.is_some() {
                        // What stands in a NULL's place must be the number of some text.
                        keys.iter_mut().filter(|key| is_null(key)).for_each(|key| *key = 0);
                    }
                    let texts = if texts.is_empty() { new_null_array(&DataType::Utf8, 1) } else { Arc::clone(texts) };
                    let keys = UInt32Array::new(keys.into(), nulls);
                    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, texts)?))
                }
            }
        };
        RecordBatch::try_new(Arc::clone(&self.schema), self.columns.iter().map(column).collect::<Result<_, _>>()?)
    }
}
