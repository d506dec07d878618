-- What was found with it, once each day however it was told: what is of the time that is looked at first, and of that the worst.
WITH period AS (
    SELECT min(first_start) AS first_start, max(last_end) AS last_end, array_agg(DISTINCT account_id) AS accounts
    FROM seen
),
found AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY coalesce(key, id), CAST(first_seen AS DATE) ORDER BY found DESC) AS place,
        first_seen <= to_timestamp_seconds(period.last_end) AND last_seen >= to_timestamp_seconds(period.first_start)
            AS is_now
    FROM period
    CROSS JOIN findings
    WHERE interface_id IN (SELECT interface_id FROM meant)
        OR (
            -- Another account may have a host of the same address.
            (findings.account_id IS NULL OR array_has(accounts, findings.account_id))
            AND (
                split_part(actor, '%', 1) IN (SELECT address FROM hosts)
                OR split_part(target, '%', 1) IN (SELECT address FROM hosts)
            )
        )
)
SELECT severity, first_seen AS since, detection, description, CASE WHEN NOT is_now THEN 'on another day' END AS note
FROM found
WHERE place = 1
ORDER BY
    is_now DESC,
    CASE WHEN is_now THEN array_position(['critical', 'high', 'medium', 'low', 'info'], severity) END,
    since DESC, detection, description
