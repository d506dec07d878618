-- What was found with it, once each, the last first.
SELECT
    severity,
    to_char(window_start, '%Y-%m-%d %H:%M') AS since,
    detection,
    description
FROM (
    SELECT *, row_number() OVER (PARTITION BY id ORDER BY found DESC) AS place
    FROM findings
    WHERE split_part(actor, '%', 1) IN (SELECT address FROM hosts)
        OR split_part(target, '%', 1) IN (SELECT address FROM hosts)
        OR interface_id IN (SELECT interface_id FROM meant)
)
WHERE place = 1
ORDER BY since DESC, detection, description
