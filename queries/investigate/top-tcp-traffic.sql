-- id: top-tcp-traffic
-- athena: VpcFlowLogsTopTCPTraffic
-- title: The 50 addresses that send the most TCP traffic
-- needs: interface_id, srcaddr, dstaddr, protocol, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- Athena's own copy sorts ascending.
WITH vantage AS (
    SELECT srcaddr, dstaddr, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK' AND protocol = 6
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr
),
pair AS (
    SELECT srcaddr, dstaddr, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY srcaddr, dstaddr
)
SELECT srcaddr, count(*) AS receivers, sum(bytes) AS bytes, sum(packets) AS packets
FROM pair
GROUP BY srcaddr
ORDER BY bytes DESC NULLS LAST, srcaddr
LIMIT 50
