-- One row for every five minutes (of the records' start), interface, flow log, initiator, responder, service port and
-- protocol. `flow_records` is `flows` with every column that is read here; those that the logs lack are NULL.
--
-- Who opened the connection is decided row by row, so that request and reply fall into one group:
--   tcp_flags  SYN without ACK: the sender did. SYN with ACK: the receiver did.
--   ports      the lower port below 1024 is the service's; then one with a known service; then the lower one. Of what is
--              rejected without flags between two ports that clients take (from 32768), the receiver's is.
--   address    equal or no ports (NTP, ICMP): who sent what is rejected without flags, else our side, else the lower
--              address. Nobody can know.
--
-- Rows without traffic (NODATA, SKIPDATA) have no endpoints and are counted in the same pass.
WITH credible AS (
    SELECT
        * EXCEPT (start, srcport, dstport),
        CASE WHEN start BETWEEN 0 AND 253402300799 THEN start END AS start,
        CASE WHEN srcport BETWEEN 0 AND 65535 THEN srcport END AS srcport,
        CASE WHEN dstport BETWEEN 0 AND 65535 THEN dstport END AS dstport,
        action = 'REJECT' AND (protocol <> 6 OR protocol IS NULL OR tcp_flags IS NULL) AS is_refused
    FROM flow_records
),
ported AS (
    SELECT
        *,
        -- Positive when the receiver has the service's port, NULL when the ports don't tell.
        CASE
            WHEN srcport = dstport OR srcport IS NULL OR dstport IS NULL THEN NULL
            WHEN least(srcport, dstport) < 1024 THEN CASE WHEN dstport < srcport THEN 2 ELSE -2 END
            WHEN is_refused AND least(srcport, dstport) >= 32768 THEN 2
            WHEN service_name(dstport, protocol) IS NOT NULL AND service_name(srcport, protocol) IS NULL THEN 2
            WHEN service_name(srcport, protocol) IS NOT NULL AND service_name(dstport, protocol) IS NULL THEN -2
            WHEN dstport < srcport THEN 2
            ELSE -2
        END AS by_ports
    FROM credible
),
record AS (
    SELECT
        start / 300 * 300 AS bucket,
        coalesce(account_id, _account) AS account_id,
        coalesce(region, _region) AS region,
        vpc_id,
        interface_id,
        _flow_log_id AS flow_log_id,
        coalesce(log_status, 'OK') AS log_status,
        coalesce(pkt_srcaddr, srcaddr) AS src,
        coalesce(pkt_dstaddr, dstaddr) AS dst,
        srcport,
        dstport,
        protocol,
        -- No record has more: 100 TB in ten minutes is a damaged number, and sums must not fail for it.
        CASE WHEN packets > 100000000000000 THEN 100000000000000 ELSE packets END AS packets,
        CASE WHEN bytes > 100000000000000 THEN 100000000000000 ELSE bytes END AS bytes,
        start,
        CASE WHEN "end" BETWEEN start AND start + 86400 THEN "end" ELSE start END AS until,
        action = 'REJECT' AS is_rejected,
        CASE WHEN protocol = 6 THEN tcp_flags END AS flags,
        flow_direction,
        traffic_path,
        CASE
            WHEN flow_direction = 'egress' AND (srcaddr IS NULL OR srcaddr = coalesce(pkt_srcaddr, srcaddr))
                THEN coalesce(pkt_srcaddr, srcaddr)
            WHEN flow_direction <> 'egress' AND (dstaddr IS NULL OR dstaddr = coalesce(pkt_dstaddr, dstaddr))
                THEN coalesce(pkt_dstaddr, dstaddr)
        END AS home,
        -- The interface's own address hides a public one: a NAT gateway passes the packet on.
        -- What was rejected was not passed on.
        (action IS DISTINCT FROM 'REJECT') AND (
            (coalesce(ip_normalize(pkt_srcaddr) <> ip_normalize(srcaddr), pkt_srcaddr <> srcaddr) AND is_public(pkt_srcaddr))
            OR (coalesce(ip_normalize(pkt_dstaddr) <> ip_normalize(dstaddr), pkt_dstaddr <> dstaddr) AND is_public(pkt_dstaddr))
        ) AS is_relayed,
        -- Positive when the sender opened the connection; the number is the rule that decided.
        CASE
            WHEN protocol = 6 AND (tcp_flags & 18) = 18 THEN -1
            WHEN protocol = 6 AND (tcp_flags & 18) = 2 THEN 1
            WHEN by_ports IS NULL THEN
                CASE
                    WHEN is_refused THEN 3
                    WHEN is_private(coalesce(pkt_srcaddr, srcaddr)) AND NOT is_private(coalesce(pkt_dstaddr, dstaddr))
                        THEN 3
                    WHEN is_private(coalesce(pkt_dstaddr, dstaddr)) AND NOT is_private(coalesce(pkt_srcaddr, srcaddr))
                        THEN -3
                    WHEN coalesce(pkt_srcaddr, srcaddr) <= coalesce(pkt_dstaddr, dstaddr) THEN 3
                    ELSE -3
                END
            ELSE by_ports
        END AS orientation,
        by_ports
    FROM ported
),
sided AS (
    SELECT
        *,
        orientation > 0 AS is_request,
        -- Retransmissions within an interval are one row, so a SYN row is an attempt. Without flags a row is.
        orientation > 0 AND (flags IS NULL OR (flags & 18) = 2) AS is_attempt,
        -- A closed port refuses with headers that have no options; a SYN-ACK has some.
        orientation < 0 AND NOT is_rejected AND CASE
            WHEN flags IS NOT NULL THEN (flags & 18) = 18
            ELSE NOT coalesce(
                protocol = 6 AND packets <= 3 AND bytes = packets * CASE WHEN ip_family(dst) = 6 THEN 60 ELSE 40 END, false
            )
        END AS is_answer
    FROM record
)
SELECT
    bucket,
    account_id,
    region,
    vpc_id,
    interface_id,
    flow_log_id,
    log_status,
    CASE WHEN is_request THEN src ELSE dst END AS initiator,
    CASE WHEN is_request THEN dst ELSE src END AS responder,
    CASE WHEN is_request THEN dstport ELSE srcport END AS service_port,
    protocol,
    count(*) AS flows,
    count(*) FILTER (WHERE is_attempt) AS attempts,
    -- Without flags a connection has a row for each interval; its port tells it from the next.
    count(DISTINCT CASE WHEN protocol = 6 AND flags IS NULL AND is_request THEN srcport END) AS initiator_ports,
    count(*) FILTER (WHERE is_answer) AS answers,
    count(*) FILTER (WHERE is_rejected) AS rejected_flows,
    count(*) FILTER (WHERE is_rejected AND is_attempt) AS rejected,
    count(*) FILTER (WHERE is_rejected AND NOT is_request) AS replies_rejected,
    min(CASE WHEN is_request THEN srcport ELSE dstport END) AS least_port,
    max(CASE WHEN is_request THEN srcport ELSE dstport END) AS greatest_port,
    sum(packets) FILTER (WHERE is_request) AS request_packets,
    sum(bytes) FILTER (WHERE is_request) AS request_bytes,
    sum(packets) FILTER (WHERE NOT is_request) AS reply_packets,
    sum(bytes) FILTER (WHERE NOT is_request) AS reply_bytes,
    sum(CAST(packets AS DOUBLE) * packets) FILTER (WHERE is_attempt) AS attempt_packets_squared,
    sum(packets) FILTER (WHERE is_attempt) AS attempt_packets,
    min(start) AS first_start,
    max(until) AS last_end,
    bit_or(flags) AS flags_or,
    min(abs(orientation)) AS rule,
    max(traffic_path) AS traffic_path,
    bool_or(is_request = (flow_direction = 'egress')) AS is_at_initiator,
    array_agg(DISTINCT ip_normalize(home)) FILTER (WHERE ip_normalize(home) IS NOT NULL) AS homes,
    -- The clients' ports that look like the service's.
    array_agg(DISTINCT srcport) FILTER (WHERE is_attempt AND protocol = 6 AND flags IS NOT NULL AND by_ports < 0)
        AS reversed_ports,
    coalesce(bool_or(is_relayed), false) AS is_relayed
FROM sided
GROUP BY
    bucket, account_id, region, vpc_id, interface_id, flow_log_id, log_status, initiator, responder, service_port,
    protocol
