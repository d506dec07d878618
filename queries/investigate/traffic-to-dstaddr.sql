-- id: traffic-to-dstaddr
-- athena: VpcFlowLogsTrafficToDstAddr
-- title: Traffic to an address or a network
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status
-- param: addr text required the destination: an address such as 10.0.0.1, or a network such as 10.0.0.0/8

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each row: the interface and flow log that saw most of it.
-- Replies are rows of their own. IPv6 is compared as addresses, however it is written.
WITH vantage AS (
    SELECT
        srcaddr, dstaddr, protocol, srcport, dstport, action,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        min(start_time) AS first_seen,
        max(end_time) AS last_seen
    FROM flows
    WHERE log_status = 'OK' AND ip_in_cidr(dstaddr, $addr)
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr, protocol, srcport, dstport, action
)
SELECT
    srcaddr,
    dstaddr,
    protocol_name(protocol) AS protocol_name,
    srcport,
    dstport,
    action,
    max(bytes) AS bytes,
    max(packets) AS packets,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM vantage
GROUP BY srcaddr, dstaddr, protocol, srcport, dstport, action
ORDER BY bytes DESC NULLS LAST, srcaddr, dstaddr, protocol, srcport, dstport, action
LIMIT 100
