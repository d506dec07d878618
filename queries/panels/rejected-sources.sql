-- id: rejected-sources
-- title: Who was refused
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- meaning: The addresses whose connections to ours were rejected the most, at how many hosts and ports.
-- bars: rejected
WITH refused AS (
    SELECT
        initiator,
        sum(rejected) AS rejected,
        count(DISTINCT responder) AS hosts,
        count(DISTINCT service_port) AS ports,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM connections
    WHERE direction IN ('inbound', 'internal') AND outcome = 'rejected'
    GROUP BY initiator
    ORDER BY rejected DESC, initiator
    LIMIT 20
)
SELECT
    initiator AS source,
    coalesce(threat_list(initiator), host_name(initiator), as_name(initiator), country(initiator)) AS name,
    rejected,
    hosts,
    ports,
    to_timestamp_seconds(first_start) AS first_seen,
    to_timestamp_seconds(last_end) AS last_seen
FROM refused
ORDER BY rejected DESC, source
