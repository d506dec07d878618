-- id: total-bytes-transferred-packet-level
-- athena: VpcFlowLogsTotalBytesTransferredPacketLevel
-- title: The 50 packet-level pairs of sender and receiver with the most bytes
-- needs: interface_id, srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- Athena's own copy sorts ascending. The packet-level addresses are those of the real hosts behind a NAT gateway,
-- a secondary address or a pod.
WITH vantage AS (
    SELECT
        coalesce(pkt_srcaddr, srcaddr) AS sender,
        coalesce(pkt_dstaddr, dstaddr) AS receiver,
        sum(packets) AS packets,
        sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK'
    GROUP BY interface_id, _flow_log_id, sender, receiver
)
SELECT sender, receiver, max(bytes) AS bytes, max(packets) AS packets
FROM vantage
GROUP BY sender, receiver
ORDER BY bytes DESC NULLS LAST, sender, receiver
LIMIT 50
