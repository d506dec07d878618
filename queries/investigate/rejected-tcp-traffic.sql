-- id: rejected-tcp-traffic
-- athena: VpcFlowLogsRejectedTCPTraffic
-- title: TCP connections that security groups and network ACLs rejected
-- needs: interface_id, srcaddr, dstaddr, dstport, protocol, packets, start, end, action, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each row: the interface and flow log that saw most of it.
-- Not every REJECT is a refused attempt: packets that arrive after a connection closed are rejected too, and so is
-- a reply that a network ACL blocks (then dstport is a high port). Packets, not bytes: Block Public Access rejects
-- carry no bytes.
WITH vantage AS (
    SELECT
        srcaddr, dstaddr, dstport, protocol,
        sum(packets) AS packets,
        min(start_time) AS first_seen,
        max(end_time) AS last_seen
    FROM flows
    WHERE log_status = 'OK' AND action = 'REJECT' AND protocol = 6
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr, dstport, protocol
)
SELECT
    srcaddr,
    dstaddr,
    dstport,
    service_name(dstport, protocol) AS service,
    max(packets) AS packets,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM vantage
GROUP BY srcaddr, dstaddr, dstport, protocol
ORDER BY packets DESC NULLS LAST, srcaddr, dstaddr, dstport, protocol
LIMIT 100
