-- id: dns-tunnel
-- title: A host sends data out in DNS queries
-- did: sent data out in DNS queries
-- attack: T1048.003, T1071.004
-- guardduty: Trojan:EC2/DNSDataExfiltration
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: kilobytes_per_minute float 300 kilobytes (10^3 bytes) a minute to one resolver, exceeded over five minutes
-- param: queries_per_minute float 1000 queries a minute to one resolver, each from a port of its own, exceeded over
--   five minutes; one port that asks as often is a busy host's, unless its packets are large
-- param: packet_bytes float 200 bytes of a packet on average, exceeded over a clock hour
-- param: packets int 300 packets within that hour, at least
-- param: bulk_packet_bytes float 120 the same where bulk_kilobytes or more went to one resolver; names take 60 to 100
-- param: bulk_kilobytes float 2000 kilobytes (10^3 bytes) to one resolver within that hour, at least
-- param: trusted texts "" resolvers that may be asked that much: addresses and networks
-- why: Port 53 is open nearly everywhere, and names can carry anything. Data leaves and orders come in through queries
--   that are larger or more than looking up names takes.
-- false-positives: A forwarder that asks for a whole company, DNS zones that are sent to a secondary server outside,
--   scanners of DNS. Queries to Amazon's own resolver are in no flow log.
-- remediation: Isolate the host and look at what process asks. Close port 53 to the internet in security groups and
--   network ACLs, and let hosts use the VPC's resolver with Route 53 Resolver DNS Firewall.
-- records: protocol IN (6, 17)

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted. The VPC's resolver has an
-- address of ours: what goes there is not outbound. Over UDP a query is a packet, and one record may stand for
-- thousands; over TCP a connection is the least that was asked.
WITH asked AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        protocol,
        attempts,
        CASE WHEN protocol = 17 THEN request_packets ELSE attempts END AS queries,
        request_packets,
        coalesce(request_bytes, 0) AS request_bytes,
        coalesce(reply_bytes, 0) AS reply_bytes,
        first_start,
        last_end
    FROM connections
    WHERE service_port = 53 AND protocol IN (6, 17) AND direction = 'outbound' AND outcome <> 'rejected'
        AND request_packets > 0
        AND NOT is_gateway_leg
        AND is_public(responder) AND NOT cidr_contains($trusted, responder)
),
by_bucket AS (
    SELECT
        initiator,
        responder,
        bucket,
        -- Where records are aggregated over ten minutes, one that starts in the bucket goes on behind it.
        greatest(max(last_end) - min(first_start), 300) / 60.0 AS minutes,
        sum(attempts) AS attempts,
        sum(queries) AS queries,
        sum(request_packets) AS packets,
        sum(request_bytes) AS bytes
    FROM asked
    GROUP BY initiator, responder, bucket
),
span AS (
    SELECT initiator, responder, bucket AS span_start, bucket + 300 AS span_end
    FROM by_bucket
    WHERE bytes > $kilobytes_per_minute * 1000 * minutes OR attempts > $queries_per_minute * minutes
    UNION ALL
    SELECT
        initiator, responder, bucket / 3600 * 3600 AS span_start, bucket / 3600 * 3600 + 3600 AS span_end
    FROM by_bucket
    GROUP BY initiator, responder, bucket / 3600 * 3600
    HAVING (sum(packets) >= $packets AND sum(bytes) > $packet_bytes * sum(packets))
        -- Small queries among large ones lower the mean, but not what was sent.
        OR (sum(bytes) >= $bulk_kilobytes * 1000 AND sum(bytes) > $bulk_packet_bytes * sum(packets))
),
suspect AS (
    SELECT DISTINCT initiator, responder FROM span
),
-- Around such a span five minutes are of the same kind when their packets are as large, or a tenth as much was asked.
near AS (
    SELECT by_bucket.initiator, by_bucket.responder, bucket
    FROM suspect
    JOIN by_bucket ON suspect.initiator = by_bucket.initiator AND suspect.responder = by_bucket.responder
    WHERE bytes > least($packet_bytes, $bulk_packet_bytes) * packets
        OR 10 * bytes > $kilobytes_per_minute * 1000 * minutes
        OR 10 * attempts > $queries_per_minute * minutes
),
-- A run has no pause of more than a quarter of an hour.
parted AS (
    SELECT *, CASE WHEN bucket - lag(bucket) OVER pair <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM near
    WINDOW pair AS (PARTITION BY initiator, responder ORDER BY bucket)
),
numbered AS (
    SELECT *, sum(is_new) OVER (PARTITION BY initiator, responder ORDER BY bucket) AS run FROM parted
),
run AS (
    SELECT initiator, responder, min(bucket) AS run_start, max(bucket) + 300 AS run_end
    FROM numbered
    GROUP BY initiator, responder, run
),
tunnel AS (
    SELECT run.initiator, run.responder, min(run_start) AS window_start, max(run_end) AS window_end
    FROM run
    JOIN span
        ON span.initiator = run.initiator
        AND span.responder = run.responder
        AND span_start < run_end
        AND span_end > run_start
    GROUP BY run.initiator, run.responder
),
peak AS (
    SELECT
        tunnel.initiator,
        tunnel.responder,
        max(bytes / minutes) / 1000 AS kilobytes_per_minute,
        max(queries / minutes) AS queries_per_minute,
        max(packets / minutes) AS packets_per_minute
    FROM tunnel
    JOIN by_bucket ON tunnel.initiator = by_bucket.initiator AND tunnel.responder = by_bucket.responder
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY tunnel.initiator, tunnel.responder
),
evidence AS (
    SELECT
        tunnel.initiator,
        tunnel.responder,
        tunnel.window_start,
        tunnel.window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(queries) AS queries,
        sum(request_packets) AS packets,
        sum(request_bytes) AS bytes_out,
        sum(reply_bytes) AS bytes_in
    FROM tunnel
    JOIN asked ON tunnel.initiator = asked.initiator AND tunnel.responder = asked.responder
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY tunnel.initiator, tunnel.responder, tunnel.window_start, tunnel.window_end
)
SELECT
    account_id,
    region,
    interface_id,
    evidence.initiator AS actor,
    evidence.responder AS target,
    53 AS port,
    CASE WHEN protocol = other_protocol THEN protocol END AS protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN bytes_out >= 1000000000 THEN 'critical'
        WHEN bytes_out >= 10000000 THEN 'high'
        WHEN bytes_out >= 1000000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    evidence.initiator || ' sent ' || human_bytes(bytes_out) || ' to ' || evidence.responder
        || ' in ' || packets || ' DNS packets of ' || CAST(round(CAST(bytes_out AS DOUBLE) / packets) AS BIGINT)
        || ' bytes on average; at its busiest ' || human_bytes(1000 * kilobytes_per_minute) || ' and '
        || CAST(round(packets_per_minute) AS BIGINT) || ' packets a minute, averaged over five minutes or more'
        AS description,
    bytes_out,
    bytes_in,
    packets,
    queries,
    round(CAST(bytes_out AS DOUBLE) / packets, 1) AS bytes_per_packet,
    round(kilobytes_per_minute, 1) AS kilobytes_per_minute,
    round(queries_per_minute, 1) AS queries_per_minute,
    round(packets_per_minute, 1) AS packets_per_minute
FROM evidence
JOIN peak ON peak.initiator = evidence.initiator AND peak.responder = evidence.responder
