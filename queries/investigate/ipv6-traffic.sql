-- id: ipv6-traffic
-- athena: VpcFlowLogsIPv6Traffic
-- title: Total IPv6 traffic
-- needs: interface_id, srcaddr, dstaddr, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- The family is read from the address, so that version 2 logs, which have no type, will do.
WITH vantage AS (
    SELECT srcaddr, dstaddr, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK' AND ip_family(srcaddr) = 6
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr
),
pair AS (
    SELECT srcaddr, dstaddr, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY srcaddr, dstaddr
)
SELECT sum(packets) AS packets, sum(bytes) AS bytes
FROM pair
