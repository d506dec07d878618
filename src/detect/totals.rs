//! What a run's records are by number and time: how many, of when, of which days.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::common::DataFusionError;

use crate::limits::DAY_SECONDS;
use crate::session::Session;

/// What the roll-up counted of all records; `None` of nothing.
pub(super) struct Totals {
    pub(super) records: Option<i64>,
    pub(super) first_start: Option<i64>,
    pub(super) last_end: Option<i64>,
    pub(super) nodata: Option<i64>,
    pub(super) skipdata: Option<i64>,
    pub(super) interfaces: Option<i64>,
    /// Interfaces that context does not know.
    pub(super) unknown: Option<i64>,
    /// Records without a time.
    pub(super) undated: Option<i64>,
    /// Records with an address that is none.
    pub(super) misaddressed: Option<i64>,
}

impl Totals {
    pub(super) async fn of(session: &Session) -> Result<Self, DataFusionError> {
        const SQL: &str = "
            WITH seen AS (
                SELECT
                    interface_id,
                    sum(flows) AS flows,
                    min(first_start) AS first_start,
                    max(last_end) AS last_end,
                    sum(flows) FILTER (WHERE log_status = 'NODATA') AS nodata,
                    sum(flows) FILTER (WHERE log_status = 'SKIPDATA') AS skipdata,
                    sum(flows) FILTER (WHERE log_status = 'OK' AND bucket IS NULL) AS undated
                FROM interface_spans
                GROUP BY interface_id
            ),
            known AS (SELECT DISTINCT interface_id AS id FROM interfaces)
            SELECT
                sum(flows), min(first_start), max(last_end), sum(nodata), sum(skipdata), count(interface_id),
                count(interface_id) FILTER (WHERE id IS NULL), sum(undated),
                (
                    SELECT sum(flows)
                    FROM every_connection
                    WHERE direction IS NULL AND outcome IS NOT NULL AND coalesce(initiator, responder) IS NOT NULL
                )
            FROM seen LEFT JOIN known ON id = interface_id";
        let batches = session.sql(SQL).await?.collect().await?;
        let value = |index: usize| {
            let batch = batches.iter().find(|batch| batch.num_rows() > 0)?;
            let column = batch.column(index).as_primitive::<Int64Type>();
            column.is_valid(0).then(|| column.value(0))
        };
        let [records, first_start, last_end, nodata, skipdata, interfaces, unknown, undated, misaddressed] =
            std::array::from_fn(value);
        Ok(Totals { records, first_start, last_end, nodata, skipdata, interfaces, unknown, undated, misaddressed })
    }

    /// The day (UTC) of records that are judged as one. Those of the hour before midnight may be of an object that came in
    /// the day's beginning, unless it is known `from` when they were asked for.
    pub(super) fn day(&self, from: Option<i64>) -> i64 {
        let first = self.first_start.unwrap_or(0);
        let begin = from.map_or(first.saturating_add(3600), |from| from.max(first));
        begin.div_euclid(DAY_SECONDS)
    }

    /// The time from the first record to the last.
    pub(super) fn seconds(&self) -> i64 {
        self.first_start.zip(self.last_end).map_or(0, |(first, last)| last - first)
    }
}

/// The days (UTC) that have records, in order, and the seconds from the first record of each to its last.
pub(super) async fn days(session: &Session) -> Result<Vec<(i64, i64)>, DataFusionError> {
    const SQL: &str = "
        SELECT bucket / 86400 AS day, max(last_end) - min(first_start)
        FROM interface_spans
        WHERE bucket IS NOT NULL
        GROUP BY bucket / 86400
        ORDER BY day";
    let batches = session.sql(SQL).await?.collect().await?;
    let of_batch = |batch: &RecordBatch| {
        let [days, seconds] = [0, 1].map(|column| batch.column(column).as_primitive::<Int64Type>().values().to_vec());
        days.into_iter().zip(seconds)
    };
    Ok(batches.iter().flat_map(of_batch).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_says_which_day_is_judged() {
        let of = |first_start| Totals {
            first_start: Some(first_start),
            records: None,
            last_end: None,
            nodata: None,
            skipdata: None,
            interfaces: None,
            unknown: None,
            undated: None,
            misaddressed: None,
        };
        let (midnight, hour) = (20 * DAY_SECONDS, 3600);
        // An object of midnight has records of the day that ends.
        assert_eq!(of(midnight - 60).day(None), 20);
        assert_eq!(of(midnight - 60).day(Some(midnight)), 20);
        // A day of Berlin begins an hour before, and has that hour.
        assert_eq!(of(midnight - hour).day(Some(midnight - hour)), 19);
        assert_eq!(of(midnight - hour + 60).day(Some(midnight - hour)), 19);
    }
}
