-- id: destinations
-- title: Where most went
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- meaning: The destinations on the internet that were sent the most, how many hosts sent it, and on how many of the earlier
--   days one of ours talked to them.
-- bars: bytes_sent
WITH sent AS (
    SELECT
        responder,
        sum(coalesce(request_bytes, 0)) AS bytes_sent,
        sum(coalesce(reply_bytes, 0)) AS bytes_received,
        count(DISTINCT initiator) AS hosts,
        examples(initiator) AS hosts_seen
    FROM connections
    WHERE direction = 'outbound' AND outcome <> 'rejected' AND NOT is_gateway_leg
    GROUP BY responder
    ORDER BY bytes_sent DESC, responder
    LIMIT 20
),
known AS (
    SELECT sent.responder, count(DISTINCT day) AS days
    FROM sent
    JOIN history_edges ON history_edges.responder = sent.responder
    WHERE direction = 'outbound'
    GROUP BY sent.responder
)
SELECT
    sent.responder AS destination,
    coalesce(host_name(sent.responder), aws_service(sent.responder), as_name(sent.responder), country(sent.responder))
        AS name,
    bytes_sent,
    bytes_received,
    hosts,
    hosts_seen,
    coalesce(days, 0) AS days_before
FROM sent
LEFT JOIN known ON known.responder = sent.responder
ORDER BY bytes_sent DESC, destination
