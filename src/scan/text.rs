//! Blocks of text to record batches: rows, then the filter's columns, then the others for the rows that passed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use datafusion::common::{Result, exec_err};

use super::cache::Gathering;
use super::coverage::Spent;
use super::filter::ScanFilter;
use super::plan::ScanPlan;
use crate::format::{Block, Column, Decoder, Layout, Rows, Tally, Text};

/// The batches of one block, in the order of its lines.
pub(super) struct TextBatches {
    decoder: Decoder,
    filter: Option<ScanFilter>,
    /// The fields of the projected columns.
    projected: Arc<[String]>,
    account: Account,
    /// Layouts whose columns have been compared with the table's.
    compared: Vec<Layout>,
    /// What keeps the columns for later questions.
    gathering: Option<Gathering>,
}

/// What was read of an object; goes to the coverage report when it is dropped, at the end or in the middle.
struct Account {
    plan: Arc<ScanPlan>,
    object: Arc<str>,
    tally: Tally,
    decoding: Duration,
}

impl Drop for Account {
    fn drop(&mut self) {
        self.plan.coverage.add(&self.object, &self.tally);
        self.plan.coverage.spend(Spent { decoding: self.decoding, ..Spent::default() });
    }
}

impl TextBatches {
    /// The batches of a text; `gathering` keeps its columns for later questions.
    pub(super) fn new(
        text: Text,
        filter: Option<ScanFilter>,
        plan: Arc<ScanPlan>,
        object: Arc<str>,
        gathering: Option<Gathering>,
    ) -> Self {
        let projected = plan.sources(&plan.projection);
        let filter_columns = filter.as_ref().map_or(&[][..], |filter| &filter.columns);
        // A filter of key columns needs none of the text: all is found at once.
        let first = match &gathering {
            _ if filter_columns.is_empty() => Arc::clone(&projected),
            Some(gathering) if gathering.is_whole => plan.sources(&[filter_columns, &plan.projection].concat()),
            _ => plan.sources(filter_columns),
        };
        let decoder = Decoder::new(text.block, text.layout, text.lines_before, first);
        TextBatches {
            decoder,
            filter,
            projected,
            account: Account { plan, object, tally: text.before, decoding: Duration::ZERO },
            compared: Vec::new(),
            gathering,
        }
    }

    /// The layout in force at the end, for the piece of text that follows.
    pub(super) fn layout(&self) -> &Arc<Layout> {
        self.decoder.layout()
    }

    /// Lines read so far.
    pub(super) fn lines(&self) -> u64 {
        self.account.tally.lines
    }

    /// Gives up the block; batches that point into it keep it alive.
    pub(super) fn into_block(self) -> Block {
        self.decoder.into_block()
    }

    /// Makes the batch of some rows; `None` when none passes the filter.
    fn batch(&mut self, rows: &Rows) -> Result<Option<RecordBatch>> {
        self.compare(rows.layout());
        let plan = Arc::clone(&self.account.plan);
        let Some(filter) = &self.filter else {
            let values =
                plan.projection.iter().map(|index| rows.column(&plan.columns[*index], &mut self.account.tally));
            let values: Vec<ArrayRef> = values.collect();
            if let Some(gathering) = &mut self.gathering {
                let columns = plan.projection.iter().map(|index| &plan.columns[*index]);
                gathering.add(columns.zip(&values), rows.len());
            }
            return plan.batch(values, rows.len()).map(Some);
        };
        let filtered: Vec<ArrayRef> =
            filter.columns.iter().map(|index| rows.column(&plan.columns[*index], &mut self.account.tally)).collect();
        let passed = filter.evaluate(filtered.clone(), rows.len())?;
        let count = passed.true_count();
        let mut made: Vec<(usize, ArrayRef)> = filter.columns.iter().copied().zip(filtered).collect();
        if let Some(gathering) = &mut self.gathering {
            for index in plan.projection.iter().filter(|index| gathering.is_whole && !filter.columns.contains(index)) {
                made.push((*index, rows.column(&plan.columns[*index], &mut self.account.tally)));
            }
            gathering.add(made.iter().map(|(index, values)| (&plan.columns[*index], values)), rows.len());
        }
        if count == 0 {
            return Ok(None);
        }
        let values = self.project(rows, &made, &passed, count)?;
        plan.batch(values, count).map(Some)
    }

    /// The projected columns of the rows that `passed`; those that were `made` are not made again.
    fn project(
        &mut self,
        rows: &Rows,
        made: &[(usize, ArrayRef)],
        passed: &BooleanArray,
        count: usize,
    ) -> Result<Vec<ArrayRef>> {
        let (plan, projected) = (Arc::clone(&self.account.plan), Arc::clone(&self.projected));
        let all = count == rows.len();
        let mut selected = None;
        let column = |index: &usize| {
            let column = &plan.columns[*index];
            match made.iter().find(|(made, _)| made == index) {
                Some((_, values)) if all => Ok(Arc::clone(values)),
                // Long text of a few rows would keep the whole block in memory: cheaper made again than copied out.
                Some((_, values)) if !is_text(column) => arrow::compute::filter(values, passed),
                _ if all && made.is_empty() => Ok(rows.column(column, &mut self.account.tally)),
                _ => {
                    let selected = selected.get_or_insert_with(|| {
                        let numbers: Vec<u32> = passed.values().set_indices().map(|row| row as u32).collect();
                        rows.select(&numbers, &projected)
                    });
                    Ok(selected.column(column, &mut self.account.tally))
                }
            }
        };
        Ok(plan.projection.iter().map(column).collect::<Result<_, arrow::error::ArrowError>>()?)
    }

    /// Tells of columns that these rows have and the table has not.
    fn compare(&mut self, layout: &Layout) {
        if self.compared.contains(layout) {
            return;
        }
        let known = |column: &&str| !self.account.plan.columns.iter().any(|known| known.source() == *column);
        self.account.plan.coverage.hidden(layout.columns().map(|place| place.column.as_str()).filter(known));
        self.compared.push(layout.clone());
    }

    fn check_strictly(&self) -> Result<()> {
        if !self.account.plan.read.strict {
            return Ok(());
        }
        match self.account.tally.samples.first() {
            Some(sample) => exec_err!("{}: {sample} (--strict)", self.account.object),
            None => Ok(()),
        }
    }
}

fn is_text(column: &Column) -> bool {
    matches!(column, Column::Field(_, crate::format::FieldType::Text))
}

impl Iterator for TextBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let begun = Instant::now();
        let next = self.decoded();
        self.account.decoding += begun.elapsed();
        next
    }
}

impl TextBatches {
    fn decoded(&mut self) -> Option<Result<RecordBatch>> {
        loop {
            let rows = self.decoder.next_rows(self.account.plan.batch_rows, &mut self.account.tally);
            let Some(rows) = rows else {
                if let Some(gathering) = self.gathering.take() {
                    gathering.finish(&self.account.tally);
                }
                return self.check_strictly().err().map(Err);
            };
            let batch = self.batch(&rows);
            self.decoder.recycle(rows);
            if let Some(batch) = self.check_strictly().and(batch).transpose() {
                return Some(batch);
            }
        }
    }
}
