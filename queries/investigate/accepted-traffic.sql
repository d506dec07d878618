-- id: accepted-traffic
-- athena: VpcFlowLogsAcceptedTraffic
-- title: TCP connections that security groups and network ACLs allowed
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each row: the interface and flow log that saw most of it.
-- A reply comes from the service's port to a high one: only rows towards the lower port are connections.
WITH vantage AS (
    SELECT
        srcaddr, dstaddr, dstport, protocol,
        count(DISTINCT srcport) AS client_ports,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        min(start_time) AS first_seen,
        max(end_time) AS last_seen
    FROM flows
    WHERE log_status = 'OK' AND action = 'ACCEPT' AND protocol = 6 AND dstport < srcport
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr, dstport, protocol
)
SELECT
    srcaddr,
    dstaddr,
    dstport,
    service_name(dstport, protocol) AS service,
    max(client_ports) AS client_ports,
    max(bytes) AS bytes,
    max(packets) AS packets,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM vantage
GROUP BY srcaddr, dstaddr, dstport, protocol
ORDER BY bytes DESC NULLS LAST, srcaddr, dstaddr, dstport, protocol
LIMIT 100
