-- Who was rejected by whom: attempts that nobody answered.
SELECT
    initiator AS source,
    responder AS target,
    coalesce(host_name(peer), aws_service(peer), as_name(peer), country(peer)) AS who,
    sum(rejected) AS attempts,
    count(DISTINCT service_port) AS ports,
    examples(service_port) AS ports_seen,
    to_timestamp_seconds(min(first_start)) AS first_seen,
    to_timestamp_seconds(max(last_end)) AS last_seen
FROM seen
WHERE rejected > 0 AND answers = 0
GROUP BY initiator, responder, coalesce(host_name(peer), aws_service(peer), as_name(peer), country(peer))
ORDER BY attempts DESC, source, target
