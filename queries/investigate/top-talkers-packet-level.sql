-- id: top-talkers-packet-level
-- athena: VpcFlowLogsTopTalkersPacketLevel
-- title: The 50 packet-level addresses with the most traffic
-- needs: interface_id, srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- Athena's own copy sorts ascending and shows the quietest. The packet-level address is that of the real host
-- behind a NAT gateway, a secondary address or a pod.
WITH vantage AS (
    SELECT
        coalesce(pkt_srcaddr, srcaddr) AS sender,
        coalesce(pkt_dstaddr, dstaddr) AS receiver,
        sum(packets) AS packets,
        sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK'
    GROUP BY interface_id, _flow_log_id, sender, receiver
),
pair AS (
    SELECT sender, receiver, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY sender, receiver
),
-- Each pair once for its sender and once for its receiver.
end_of_pair AS (
    SELECT CASE side WHEN 'sent' THEN sender ELSE receiver END AS addr, side, packets, bytes
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
