-- id: top-talkers
-- athena: VpcFlowLogsTopTalkers
-- title: The 50 addresses with the most traffic
-- needs: interface_id, srcaddr, dstaddr, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- Athena's own copy sorts ascending and shows the quietest. Traffic through a zonal NAT gateway appears under the
-- gateway's address as well: top-talkers-packet-level sees through it.
WITH vantage AS (
    SELECT srcaddr, dstaddr, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK'
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr
),
pair AS (
    SELECT srcaddr, dstaddr, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY srcaddr, dstaddr
),
-- Each pair once for its sender and once for its receiver.
end_of_pair AS (
    SELECT CASE side WHEN 'sent' THEN srcaddr ELSE dstaddr END AS addr, side, packets, bytes
    FROM pair CROSS JOIN (VALUES ('sent'), ('received')) AS sides (side)
)
SELECT
    addr,
    sum(bytes) AS bytes,
    sum(bytes) FILTER (WHERE side = 'sent') AS bytes_sent,
    sum(bytes) FILTER (WHERE side = 'received') AS bytes_received,
    sum(packets) AS packets
FROM end_of_pair
GROUP BY addr
ORDER BY bytes DESC NULLS LAST, addr
LIMIT 50
