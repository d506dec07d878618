-- id: dos-outbound
-- title: A host floods a public address with packets
-- did: flooded a public address
-- attack: T1498
-- guardduty: Backdoor:EC2/DenialOfService.Tcp, Backdoor:EC2/DenialOfService.Udp, Backdoor:EC2/DenialOfService.Dns,
--   Backdoor:EC2/DenialOfService.UdpOnTcpPorts, Backdoor:EC2/DenialOfService.UnusualProtocol
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: packets_per_second float 1000 packets a second to one target, averaged over the records that start within five
--   minutes, which last a minute at least; more are a flood
-- param: ratio float 10 packets sent for each that comes back, more than
-- param: acknowledged_ratio float 100 the same for large packets of protocols that acknowledge; one ACK may stand for
--   many
-- param: acknowledging ints 6,47,50 protocols that acknowledge, or carry what does
-- param: streams ports 443,1194,4500,51820 UDP ports that acknowledge: QUIC and tunnels
-- param: tcp_ports ports 22,23,25,80,110,135,139,143,445,3389 ports of TCP services, where UDP can only be a flood
-- why: A host of ours attacks somebody. It belongs to a botnet or answers forged requests, and AWS will ask you to stop
--   it.
-- false-positives: Media, metrics or logs that are streamed over UDP to a public address that hardly answers, and load
--   tests.
-- remediation: Isolate the instance with a security group without outbound rules and look at what runs on it. When it
--   answers forged requests (DNS, NTP, memcached), close that port to the internet. Answer AWS' abuse report.

-- UDP has no flags, and a flood from a low port looks like the answers of a service: what our end sent counts,
-- whichever end the ports made the service. A NAT gateway's own leg is left out, because the host behind it is
-- counted.
WITH sent AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        is_gateway_leg,
        initiator AS host,
        responder AS target,
        protocol,
        service_port,
        service_port AS target_port,
        request_packets AS packets,
        request_bytes AS bytes,
        reply_packets AS returned,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND request_packets > 0
    UNION ALL
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        is_gateway_leg,
        responder AS host,
        initiator AS target,
        protocol,
        service_port,
        initiator_port AS target_port,
        reply_packets AS packets,
        reply_bytes AS bytes,
        request_packets AS returned,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'inbound' AND reply_packets > 0
),
-- A host that sent less to all the world flooded nobody; most end here.
busy AS (
    SELECT host, bucket
    FROM sent
    GROUP BY host, bucket
    HAVING sum(packets) > 60 * $packets_per_second
),
named AS (
    SELECT
        sent.*,
        CASE
            WHEN protocol = 6 THEN 'tcp'
            WHEN protocol = 17 AND target_port = 53 THEN 'dns'
            WHEN protocol = 17 AND array_has($tcp_ports, CAST(target_port AS BIGINT)) THEN 'udp-on-tcp-port'
            WHEN protocol = 17 THEN 'udp'
            ELSE 'unusual-protocol'
        END AS variant,
        array_has($acknowledging, CAST(protocol AS BIGINT))
            OR (protocol = 17 AND coalesce(array_has($streams, CAST(service_port AS BIGINT)), FALSE)) AS acknowledges
    FROM busy
    JOIN sent ON busy.host = sent.host AND busy.bucket = sent.bucket
),
span AS (
    SELECT
        host,
        target,
        variant,
        acknowledges,
        bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(coalesce(target_port, -1)) AS port,
        max(coalesce(target_port, -1)) AS other_port,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        sum(coalesce(returned, 0)) AS returned,
        CAST(sum(packets) AS DOUBLE) / greatest(max(last_end) - min(first_start), 60) AS packets_per_second
    FROM named
    GROUP BY host, target, variant, acknowledges, bucket
    HAVING CAST(sum(packets) AS DOUBLE) / greatest(max(last_end) - min(first_start), 60) > $packets_per_second
),
flood AS (
    SELECT
        host,
        target,
        variant,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        CASE WHEN min(protocol) = max(other_protocol) THEN min(protocol) END AS protocol,
        CASE WHEN min(port) = max(other_port) AND min(port) >= 0 THEN min(port) END AS port,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        max(packets_per_second) AS packets_per_second,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        sum(returned) AS returned
    FROM span
    WHERE packets > returned * CASE WHEN acknowledges AND bytes > 500 * packets THEN $acknowledged_ratio ELSE $ratio END
    GROUP BY host, target, variant
)
SELECT
    account_id,
    region,
    interface_id,
    host AS actor,
    target,
    port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN packets_per_second >= 100000 THEN 'critical'
        WHEN packets_per_second >= 10000 THEN 'high'
        ELSE 'medium'
    END AS severity,
    host || ' sent ' || packets || ' packets to ' || target || coalesce(' at port ' || port, '') || ', at its busiest '
        || CAST(round(packets_per_second) AS BIGINT) || ' a second, averaged over a minute or more; '
        || CASE WHEN returned = 0 THEN 'none' ELSE CAST(returned AS VARCHAR) END || ' came back' AS description,
    variant,
    CASE variant
        WHEN 'tcp' THEN 'Backdoor:EC2/DenialOfService.Tcp'
        WHEN 'udp' THEN 'Backdoor:EC2/DenialOfService.Udp'
        WHEN 'dns' THEN 'Backdoor:EC2/DenialOfService.Dns'
        WHEN 'udp-on-tcp-port' THEN 'Backdoor:EC2/DenialOfService.UdpOnTcpPorts'
        ELSE 'Backdoor:EC2/DenialOfService.UnusualProtocol'
    END AS guardduty_type,
    round(packets_per_second, 1) AS packets_per_second,
    packets,
    bytes,
    returned AS packets_returned
FROM flood
WHERE NOT is_gateway_leg AND is_public(target)
