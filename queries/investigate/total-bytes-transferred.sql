-- id: total-bytes-transferred
-- athena: VpcFlowLogsTotalBytesTransferred
-- title: The 50 pairs of sender and receiver with the most bytes
-- needs: interface_id, srcaddr, dstaddr, packets, bytes, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each pair: the interface and flow log that saw most of it.
-- Athena's own copy sorts ascending. Requests and replies are two pairs.
WITH vantage AS (
    SELECT srcaddr, dstaddr, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK'
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr
)
SELECT srcaddr, dstaddr, max(bytes) AS bytes, max(packets) AS packets
FROM vantage
GROUP BY srcaddr, dstaddr
ORDER BY bytes DESC NULLS LAST, srcaddr, dstaddr
LIMIT 50
