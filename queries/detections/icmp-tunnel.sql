-- id: icmp-tunnel
-- title: A host exchanges data with the internet in ICMP
-- did: exchanged data in ICMP
-- attack: T1095
-- needs: srcaddr, dstaddr, protocol, packets, bytes, start, action
-- param: megabytes float 1 megabytes (10^6 bytes) of a host and a public address, exceeded within a clock hour
-- param: packet_bytes float 128 bytes of a packet on average, exceeded over five minutes
-- param: packets int 20 packets within those five minutes, at least
-- param: spans int 3 five-minute spans of a clock hour that must have such packets
-- param: trusted texts "" public addresses and networks that may be pinged with large packets
-- why: Security groups and firewalls that let ping through seldom look into it. A tunnel in its packets carries data
--   out and orders in, past every rule about ports.
-- false-positives: Tests of a path's packet size with large pings; a host that reports closed ports to a flood of
--   packets.
-- remediation: Isolate the host and look at which process sends ICMP. Allow of ICMP only what the path needs (type 3,
--   code 4), in security groups and network ACLs.
-- records: protocol IN (1, 58)

-- Who asked and who answered can't be told: ICMP's records have no type. A NAT gateway's own leg of a connection is
-- left out, because the host behind it is counted.
WITH exchanged AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        CASE WHEN direction = 'outbound' THEN initiator ELSE responder END AS host,
        CASE WHEN direction = 'outbound' THEN responder ELSE initiator END AS peer,
        protocol,
        direction,
        coalesce(CASE WHEN direction = 'outbound' THEN request_packets ELSE reply_packets END, 0) AS packets_out,
        coalesce(CASE WHEN direction = 'outbound' THEN request_bytes ELSE reply_bytes END, 0) AS bytes_out,
        coalesce(CASE WHEN direction = 'outbound' THEN reply_packets ELSE request_packets END, 0) AS packets_in,
        coalesce(CASE WHEN direction = 'outbound' THEN reply_bytes ELSE request_bytes END, 0) AS bytes_in,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (1, 58) AND direction IN ('outbound', 'inbound') AND outcome <> 'rejected'
        AND NOT is_gateway_leg
),
by_bucket AS (
    SELECT
        host,
        peer,
        protocol,
        bucket,
        sum(packets_out) AS packets_out,
        sum(packets_in) AS packets_in,
        sum(bytes_out) AS bytes_out,
        sum(bytes_out + bytes_in) AS bytes
    FROM exchanged
    WHERE is_public(peer) AND NOT cidr_contains($trusted, peer)
    GROUP BY host, peer, protocol, bucket
),
-- Large packets count where both sides send them, as in a tunnel: a host that only reports errors repeats what it got.
by_hour AS (
    SELECT
        host,
        peer,
        protocol,
        bucket / 3600 * 3600 AS hour,
        sum(bytes) AS bytes,
        sum(bytes_out) AS bytes_out,
        sum(
            CASE
                WHEN packets_out > 0 AND packets_in > 0 AND packets_out + packets_in >= $packets
                    AND bytes > $packet_bytes * (packets_out + packets_in) THEN 1
                ELSE 0
            END
        ) AS spans
    FROM by_bucket
    GROUP BY host, peer, protocol, bucket / 3600 * 3600
),
tunnel AS (
    SELECT
        host,
        peer,
        protocol,
        min(hour) AS window_start,
        max(hour) + 3600 AS window_end,
        max(bytes) AS bytes_per_hour,
        sum(spans) AS spans
    FROM by_hour
    WHERE (bytes > $megabytes * 1000000 AND bytes_out > 0) OR spans >= $spans
    GROUP BY host, peer, protocol
),
evidence AS (
    SELECT
        tunnel.host,
        tunnel.peer,
        tunnel.protocol,
        tunnel.window_start,
        tunnel.window_end,
        tunnel.bytes_per_hour,
        tunnel.spans,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(direction) AS direction,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(packets_out + packets_in) AS packets,
        sum(bytes_out) AS bytes_out,
        sum(bytes_in) AS bytes_in
    FROM tunnel
    JOIN exchanged
        ON tunnel.host = exchanged.host
        AND tunnel.peer = exchanged.peer
        AND tunnel.protocol = exchanged.protocol
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY
        tunnel.host, tunnel.peer, tunnel.protocol, tunnel.window_start, tunnel.window_end, tunnel.bytes_per_hour,
        tunnel.spans
)
SELECT
    account_id,
    region,
    interface_id,
    host AS actor,
    peer AS target,
    protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN bytes_out + bytes_in >= 1000000000 THEN 'critical'
        WHEN bytes_out + bytes_in >= 10000000 THEN 'high'
        WHEN bytes_out + bytes_in >= 1000000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    host || ' sent ' || human_bytes(bytes_out) || ' to ' || peer || ' and received '
        || human_bytes(bytes_in) || ' in ' || packets
        || CASE WHEN protocol = 58 THEN ' ICMPv6' ELSE ' ICMP' END
        || ' packets of ' || CAST(round(CAST(bytes_out + bytes_in AS DOUBLE) / packets) AS BIGINT)
        || ' bytes on average; both ways up to ' || human_bytes(bytes_per_hour) || ' in a clock hour' AS description,
    bytes_out,
    bytes_in,
    bytes_per_hour,
    packets,
    round(CAST(bytes_out + bytes_in AS DOUBLE) / packets, 1) AS bytes_per_packet,
    spans AS spans_of_large_packets
FROM evidence
