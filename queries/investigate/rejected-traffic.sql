-- id: rejected-traffic
-- athena: VpcFlowLogsRejectedTraffic
-- title: Traffic of any protocol that security groups and network ACLs rejected
-- needs: interface_id, srcaddr, dstaddr, dstport, protocol, packets, start, end, action, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each row: the interface and flow log that saw most of it.
-- Not every REJECT is a refused attempt: packets that arrive after a connection closed are rejected too. ICMP has
-- port 0. Packets, not bytes: Block Public Access rejects carry no bytes.
WITH vantage AS (
    SELECT
        srcaddr, dstaddr, protocol, dstport,
        sum(packets) AS packets,
        min(start_time) AS first_seen,
        max(end_time) AS last_seen
    FROM flows
    WHERE log_status = 'OK' AND action = 'REJECT'
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr, protocol, dstport
)
SELECT
    srcaddr,
    dstaddr,
    protocol_name(protocol) AS protocol_name,
    dstport,
    service_name(dstport, protocol) AS service,
    max(packets) AS packets,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM vantage
GROUP BY srcaddr, dstaddr, protocol, dstport
ORDER BY packets DESC NULLS LAST, srcaddr, dstaddr, protocol, dstport
LIMIT 100
