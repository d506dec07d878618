-- id: log-health
-- title: Flow logs have holes
-- attack: T1562.008
-- needs: interface_id, start, log_status
-- param: skipdata int 10 SKIPDATA rows of an interface within an hour that are reported
-- param: skipdata_spans int 6 five-minute spans of that hour that must have one
-- param: silence duration 2h how long an interface must have said nothing at the end of the logs
-- param: regular_spans int 24 five-minute spans that an interface must have logged before its silence means anything
-- param: coverage share 0.8 share of all five-minute spans that must have records before a missing one means anything
-- why: What is not logged is not seen. AWS drops records under load, an intruder deletes a flow log, and an interface
--   that goes quiet may have been taken away.
-- false-positives: An instance that was stopped on purpose. Interfaces without traffic say NODATA and are healthy.
-- remediation: Check that the flow log still exists and is active, and in CloudTrail who changed it; for SKIPDATA,
--   spread the load of the interface.

WITH seen AS (
    SELECT
        account_id,
        region,
        interface_id,
        bucket,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(CASE WHEN log_status = 'SKIPDATA' THEN flows ELSE 0 END) AS skipdata,
        sum(flows) AS flows
    FROM interface_spans
    WHERE bucket IS NOT NULL
    GROUP BY account_id, region, interface_id, bucket
),
-- Lost records.
lossy_hour AS (
    SELECT account_id, region, interface_id, bucket / 3600 * 3600 AS hour
    FROM seen
    WHERE skipdata > 0 AND interface_id IS NOT NULL
    GROUP BY account_id, region, interface_id, bucket / 3600 * 3600
    HAVING sum(skipdata) >= $skipdata AND count(*) >= $skipdata_spans
),
lossy AS (
    SELECT
        seen.account_id,
        seen.region,
        seen.interface_id,
        min(lossy_hour.hour) AS window_start,
        max(lossy_hour.hour) + 3600 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(skipdata) AS skipdata,
        sum(flows) AS flows,
        count(DISTINCT lossy_hour.hour) AS hours
    FROM seen
    JOIN lossy_hour
        ON lossy_hour.interface_id = seen.interface_id
        AND lossy_hour.hour = seen.bucket / 3600 * 3600
    WHERE skipdata > 0
    GROUP BY seen.account_id, seen.region, seen.interface_id
),
-- Interfaces that fell silent: they logged regularly, and then for much longer than ever before nothing.
place AS (
    SELECT account_id, region, min(bucket) AS first_bucket, max(bucket) + 300 AS end_bucket
    FROM seen
    GROUP BY account_id, region
),
gaps AS (
    SELECT
        *,
        bucket - lag(bucket) OVER (PARTITION BY account_id, region, interface_id ORDER BY bucket) AS gap
    FROM seen
    WHERE interface_id IS NOT NULL
),
rhythm AS (
    SELECT
        account_id,
        region,
        interface_id,
        count(*) AS spans,
        coalesce(max(gap), 300) AS longest_gap,
        max(bucket) + 300 AS window_start,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen
    FROM gaps
    GROUP BY account_id, region, interface_id
),
silent AS (
    SELECT rhythm.*, place.end_bucket AS window_end
    FROM rhythm
    JOIN place
        ON (place.account_id IS NOT DISTINCT FROM rhythm.account_id)
        AND (place.region IS NOT DISTINCT FROM rhythm.region)
    WHERE spans >= $regular_spans
        AND end_bucket - window_start >= $silence
        AND end_bucket - window_start >= 3 * longest_gap
),
-- Spans of which an account's region has no record at all.
filled AS (
    SELECT account_id, region, bucket FROM seen GROUP BY account_id, region, bucket
),
holes AS (
    SELECT
        *,
        lag(bucket) OVER (PARTITION BY account_id, region ORDER BY bucket) AS before
    FROM filled
),
hole AS (
    SELECT
        holes.account_id,
        holes.region,
        min(CASE WHEN bucket - before > 300 THEN before + 300 END) AS window_start,
        max(CASE WHEN bucket - before > 300 THEN bucket END) AS window_end,
        min(CASE WHEN bucket - before > 300 THEN before END) AS first_seen,
        max(CASE WHEN bucket - before > 300 THEN bucket + 299 END) AS last_seen,
        count(*) AS spans,
        sum(CASE WHEN bucket - before > 300 THEN (bucket - before) / 300 - 1 ELSE 0 END) AS missing
    FROM holes
    GROUP BY holes.account_id, holes.region
)
SELECT
    account_id,
    region,
    interface_id,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN skipdata >= 100 THEN 'medium' ELSE 'low' END AS severity,
    interface_id || ' lost records: ' || counted(skipdata, 'SKIPDATA row') || ' in ' || counted(hours, 'hour')
        AS description,
    'log_status = ''SKIPDATA''' AS records,
    'lost records' AS kind,
    skipdata,
    CAST(NULL AS BIGINT) AS silent_seconds,
    CAST(NULL AS BIGINT) AS missing_spans
FROM lossy
UNION ALL
SELECT
    account_id,
    region,
    interface_id,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN window_end - window_start >= 43200 THEN 'high' ELSE 'medium' END AS severity,
    interface_id || ' logged in ' || counted(spans, 'span') || ' of five minutes and then nothing for '
        || round(CAST(window_end - window_start AS DOUBLE) / 3600, 1) || ' hours' AS description,
    CAST(NULL AS VARCHAR) AS records,
    'silence' AS kind,
    CAST(NULL AS BIGINT) AS skipdata,
    window_end - window_start AS silent_seconds,
    CAST(NULL AS BIGINT) AS missing_spans
FROM silent
UNION ALL
SELECT
    account_id,
    region,
    CAST(NULL AS VARCHAR) AS interface_id,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN missing >= 12 THEN 'high' ELSE 'medium' END AS severity,
    counted(missing, 'span') || ' of five minutes of '
        || coalesce(account_id, 'an account') || ' in ' || coalesce(region, 'a region')
        || CASE WHEN missing = 1 THEN ' has no record' ELSE ' have no record' END
        AS description,
    CAST(NULL AS VARCHAR) AS records,
    'missing spans' AS kind,
    CAST(NULL AS BIGINT) AS skipdata,
    CAST(NULL AS BIGINT) AS silent_seconds,
    missing AS missing_spans
FROM hole
WHERE missing > 0 AND spans >= $coverage * (spans + missing) AND spans >= $regular_spans
