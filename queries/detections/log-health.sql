-- id: log-health
-- title: Flow logs have holes
-- attack: T1562.008
-- needs: interface_id, start, log_status
-- days: together
-- param: skipdata int 10 SKIPDATA rows of an interface within an hour that are reported
-- param: skipdata_spans int 6 five-minute spans of that hour that must have one
-- param: silence duration 2h how long an interface must have said nothing at the end of the logs
-- param: regular_spans int 24 five-minute spans that an interface must have logged before its silence means anything
-- param: together int 5 interfaces of an account's region that are told as one when they fall silent: those that do so
--   within ten minutes of each other, and those that end at different times
-- param: coverage share 0.8 share of all five-minute spans that must have records before a missing one means anything
-- param: span_records int 20 records that the median of these spans must have; where there are few, none is chance
-- why: What is not logged is not seen. AWS drops records under load, an intruder deletes a flow log, and an interface
--   that goes quiet may have been taken away.
-- false-positives: An instance that was stopped on purpose. Interfaces without traffic say NODATA and are healthy. With
--   today's file of interfaces those that were deleted are left out.
-- remediation: After a silence, see whether the instance was stopped or the interface deleted (aws ec2
--   describe-network-interfaces, and CloudTrail for who did it); while others log, the flow log itself is fine, unless
--   it is of this interface alone. After SKIPDATA, spread the load of the interface; nothing brings the records back.
--   After missing spans, see whether the flow log exists and is active (aws ec2 describe-flow-logs), in CloudTrail who
--   changed it, and whether files are missing where it delivers.

WITH seen AS (
    SELECT
        account_id,
        region,
        interface_id,
        bucket,
        max(last_end) AS last_end,
        sum(flows) AS flows
    FROM interface_spans
    WHERE bucket IS NOT NULL
    GROUP BY account_id, region, interface_id, bucket
),
-- Lost records.
skipped AS (
    SELECT
        account_id,
        region,
        interface_id,
        bucket,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(flows) AS skipdata
    FROM interface_spans
    WHERE log_status = 'SKIPDATA' AND bucket IS NOT NULL AND interface_id IS NOT NULL
    GROUP BY account_id, region, interface_id, bucket
),
lossy_hour AS (
    SELECT interface_id, bucket / 3600 * 3600 AS hour, sum(skipdata) AS skipdata
    FROM skipped
    GROUP BY interface_id, bucket / 3600 * 3600
    HAVING sum(skipdata) >= $skipdata AND count(*) >= $skipdata_spans
),
-- A run is all losses with no pause of more than a quarter of an hour; one that reaches into such an hour counts from
-- its beginning to its end.
parted AS (
    SELECT
        *,
        CASE WHEN bucket - lag(bucket) OVER of_interface <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM skipped
    WINDOW of_interface AS (PARTITION BY interface_id ORDER BY bucket)
),
numbered AS (
    SELECT *, sum(is_new) OVER (PARTITION BY interface_id ORDER BY bucket) AS run FROM parted
),
run AS (
    SELECT
        numbered.interface_id,
        min(bucket) AS run_start,
        max(bucket) + 300 AS run_end,
        max(lossy_hour.skipdata) AS peak
    FROM numbered
    LEFT JOIN lossy_hour ON lossy_hour.interface_id = numbered.interface_id AND lossy_hour.hour = bucket / 3600 * 3600
    GROUP BY numbered.interface_id, run
    HAVING max(lossy_hour.skipdata) IS NOT NULL
),
loss AS (
    SELECT interface_id, min(run_start) AS window_start, max(run_end) AS window_end, max(peak) AS peak
    FROM run
    GROUP BY interface_id
),
lossy AS (
    SELECT
        account_id,
        region,
        loss.interface_id,
        window_start,
        window_end,
        peak,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(skipdata) AS skipdata
    FROM loss
    JOIN skipped ON skipped.interface_id = loss.interface_id
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY account_id, region, loss.interface_id, window_start, window_end, peak
),
-- What a file of interfaces that knows the account's region no longer has was deleted.
deleted AS (
    SELECT seen.interface_id
    FROM (SELECT DISTINCT account_id, availability_zone FROM interfaces) AS known
    JOIN seen ON known.account_id = seen.account_id
    LEFT JOIN interfaces ON interfaces.interface_id = seen.interface_id
    WHERE interfaces.interface_id IS NULL
        AND coalesce(starts_with(known.availability_zone, seen.region), true)
    GROUP BY seen.interface_id
),
-- Interfaces that fell silent: they logged regularly, and then for much longer than ever before nothing.
place AS (
    SELECT
        account_id,
        region,
        min(bucket) AS begin_bucket,
        max(bucket) + 300 AS end_bucket,
        max(last_end) AS end_of_logs
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
        min(bucket) AS begun,
        max(bucket) + 300 AS silent_from,
        max(last_end) + 1 AS first_seen
    FROM gaps
    GROUP BY account_id, region, interface_id
),
silent AS (
    SELECT
        rhythm.*,
        end_bucket,
        end_of_logs,
        begun > begin_bucket + 3600 AS is_late,
        count(*) OVER (
            PARTITION BY rhythm.account_id, rhythm.region ORDER BY silent_from
            RANGE BETWEEN 600 PRECEDING AND 600 FOLLOWING
        ) AS at_once
    FROM rhythm
    JOIN place
        ON (place.account_id IS NOT DISTINCT FROM rhythm.account_id)
        AND (place.region IS NOT DISTINCT FROM rhythm.region)
    WHERE spans >= $regular_spans
        AND end_bucket - silent_from >= $silence
        AND end_bucket - silent_from >= 3 * longest_gap
        AND NOT EXISTS (SELECT 1 FROM deleted WHERE deleted.interface_id = rhythm.interface_id)
),
-- A flow log of a subnet that is deleted silences all its interfaces at once. Those of tasks and of autoscaling end at
-- any time, and many do.
ended AS (
    SELECT
        *,
        CASE
            WHEN at_once >= $together THEN 'together'
            WHEN sum(CASE WHEN at_once < $together THEN 1 ELSE 0 END) OVER (
                PARTITION BY account_id, region
            ) >= $together THEN 'one by one'
            -- Whatever an interface is called.
            ELSE 'alone: ' || interface_id
        END AS way
    FROM silent
),
quiet AS (
    SELECT
        account_id,
        region,
        way,
        count(*) AS interfaces,
        min(interface_id) AS interface_id,
        bool_or(is_late) AS is_late,
        min(spans) AS spans,
        CASE WHEN way = 'together' THEN max(first_seen) ELSE min(first_seen) END AS first_seen,
        max(end_of_logs) AS last_seen,
        max(end_bucket) AS window_end,
        max(end_bucket) - max(silent_from) AS silent_seconds,
        array_to_string(array_agg('''' || replace(interface_id, '''', '''''') || ''''), ', ') AS interface_list,
        examples(interface_id) AS interfaces_seen
    FROM ended
    GROUP BY account_id, region, way
),
-- Spans of which an account's region has no record at all.
filled AS (
    SELECT account_id, region, bucket, sum(flows) AS flows FROM seen GROUP BY account_id, region, bucket
),
holes AS (
    SELECT
        *,
        coalesce(lag(bucket) OVER (PARTITION BY account_id, region ORDER BY bucket) + 300, bucket) AS hole
    FROM filled
),
hole AS (
    SELECT
        account_id,
        region,
        min(CASE WHEN bucket > hole THEN hole END) AS window_start,
        max(CASE WHEN bucket > hole THEN bucket END) AS window_end,
        min(CASE WHEN bucket > hole THEN hole - 300 END) AS first_seen,
        max(CASE WHEN bucket > hole THEN bucket + 299 END) AS last_seen,
        count(*) AS spans,
        sum(CASE WHEN bucket > hole THEN (bucket - hole) / 300 ELSE 0 END) AS missing,
        max((bucket - hole) / 300) AS longest,
        count(CASE WHEN bucket > hole THEN 1 END) AS holes,
        examples(
            CASE
                WHEN bucket > hole
                    THEN to_char(from_unixtime(hole), '%Y-%m-%d %H:%M') || '-'
                        || to_char(
                            from_unixtime(bucket),
                            CASE WHEN bucket / 86400 = hole / 86400 THEN '%H:%M' ELSE '%Y-%m-%d %H:%M' END
                        )
            END
        ) AS missing_seen
    FROM holes
    GROUP BY account_id, region
    HAVING median(flows) >= $span_records
),
-- What the interface's host is called, where a file of context says.
named AS (
    SELECT
        interface_id AS named_interface,
        ' (' || min(coalesce(name, host_name(split_part(addresses, ' ', 1)))) || ')' AS host
    FROM interfaces
    GROUP BY interface_id
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
    interface_id || coalesce(host, '') || ' lost records: ' || counted(skipdata, 'SKIPDATA row') || ', up to ' || peak
        || ' in a clock hour' AS description,
    'log_status = ''SKIPDATA''' AS records,
    'Spread the load of the interface, or take the instance to a larger type; nothing brings the records back.'
        AS remediation,
    'lost records' AS kind,
    skipdata,
    CAST(NULL AS BIGINT) AS silent_seconds,
    CAST(NULL AS BIGINT) AS missing_spans,
    CAST(NULL AS VARCHAR) AS missing_seen,
    CAST(NULL AS BIGINT) AS interfaces,
    CAST(NULL AS VARCHAR) AS interfaces_seen
FROM lossy
LEFT JOIN named ON named_interface = interface_id
UNION ALL
SELECT
    account_id,
    region,
    CASE WHEN interfaces = 1 THEN interface_id END AS interface_id,
    first_seen / 300 * 300 AS window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN way = 'together' THEN 'high'
        WHEN interfaces = 1 AND silent_seconds >= 43200 AND NOT is_late THEN 'medium'
        ELSE 'low'
    END AS severity,
    CASE
        WHEN interfaces = 1 THEN interface_id || coalesce(host, '')
        ELSE interfaces || ' interfaces of ' || coalesce(account_id, 'an account') || ' in '
            || coalesce(region, 'a region')
    END
        || CASE
            WHEN interfaces = 1
                THEN ' logged nothing for the last ' || round(silent_seconds / 3600.0, 1)
                    || ' hours of the logs, after it had logged in ' || counted(spans, 'span') || ' of five minutes'
            WHEN way = 'together'
                THEN ' fell silent together, and logged nothing for the last ' || round(silent_seconds / 3600.0, 1)
                    || ' hours of the logs: ' || interfaces_seen
            ELSE ' ended at different times, the first at ' || to_char(from_unixtime(first_seen), '%H:%M')
                || ' UTC: ' || interfaces_seen
        END
        || CASE WHEN interfaces > 10 THEN ', and ' || (interfaces - 10) || ' more' ELSE '' END AS description,
    CASE WHEN interfaces BETWEEN 2 AND 100 THEN 'interface_id IN (' || interface_list || ')' END AS records,
    CASE
        WHEN way = 'together'
            THEN 'See whether a flow log of their subnet or VPC was deleted (aws ec2 describe-flow-logs), and in '
                || 'CloudTrail who did it (DeleteFlowLogs), or whether the instances were stopped all at once.'
        WHEN interfaces > 1
            THEN 'Compare with the tasks and instances that were stopped meanwhile (CloudTrail, scaling activities). '
                || 'With --interfaces of today those that were deleted are left out.'
        ELSE 'See whether the instance was stopped or the interface deleted (aws ec2 describe-network-interfaces, and '
            || 'CloudTrail for who did it). While others log, the flow log itself is fine, unless it is of this '
            || 'interface alone.'
    END AS remediation,
    CASE
        WHEN interfaces = 1 THEN 'silence'
        WHEN way = 'together' THEN 'silence of several'
        ELSE 'ended interfaces'
    END AS kind,
    CAST(NULL AS BIGINT) AS skipdata,
    silent_seconds,
    CAST(NULL AS BIGINT) AS missing_spans,
    CAST(NULL AS VARCHAR) AS missing_seen,
    CASE WHEN interfaces > 1 THEN interfaces END AS interfaces,
    CASE WHEN interfaces > 1 THEN interfaces_seen END AS interfaces_seen
FROM quiet
LEFT JOIN named ON named_interface = interface_id AND interfaces = 1
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
        || CASE WHEN missing = 1 THEN ' has no record: ' ELSE ' have no record: ' END || missing_seen || ' UTC'
        || CASE WHEN holes > 10 THEN ', and ' || (holes - 10) || ' more' ELSE '' END AS description,
    CAST(NULL AS VARCHAR) AS records,
    'See whether the flow log exists and is active (aws ec2 describe-flow-logs), in CloudTrail who changed it, and '
        || 'whether files are missing where it delivers.' AS remediation,
    'missing spans' AS kind,
    CAST(NULL AS BIGINT) AS skipdata,
    CAST(NULL AS BIGINT) AS silent_seconds,
    missing AS missing_spans,
    missing_seen,
    CAST(NULL AS BIGINT) AS interfaces,
    CAST(NULL AS VARCHAR) AS interfaces_seen
FROM hole
-- One long hole is a hole, however long; many are how such logs are.
WHERE missing > 0 AND spans >= $coverage * (spans + missing - longest) AND spans >= $regular_spans
