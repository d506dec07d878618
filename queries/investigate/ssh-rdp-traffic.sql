-- id: ssh-rdp-traffic
-- athena: VpcFlowLogsSshRdpTraffic
-- title: SSH and RDP, accepted and rejected, by who connects to whom
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status

-- A packet between two logged interfaces is recorded at both, and by every flow log that covers them. One vantage
-- is chosen for each row: the interface and flow log that saw most of it.
-- Requests have the service's port as dstport; rows that have it as srcport are the replies, and are left out. What
-- its sender's side accepted and its receiver's side rejected stands here as both.
WITH vantage AS (
    SELECT
        srcaddr, dstaddr, dstport, protocol, action,
        count(DISTINCT srcport) AS client_ports,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        min(start_time) AS first_seen,
        max(end_time) AS last_seen
    FROM flows
    WHERE log_status = 'OK' AND (protocol = 6 AND dstport IN (22, 3389) OR protocol = 17 AND dstport = 3389)
    GROUP BY interface_id, _flow_log_id, srcaddr, dstaddr, dstport, protocol, action
)
SELECT
    srcaddr,
    dstaddr,
    service_name(dstport, protocol) AS service,
    protocol_name(protocol) AS protocol_name,
    action,
    max(client_ports) AS client_ports,
    max(bytes) AS bytes,
    max(packets) AS packets,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM vantage
GROUP BY srcaddr, dstaddr, dstport, protocol, action
ORDER BY bytes DESC NULLS LAST, srcaddr, dstaddr, dstport, protocol, action
LIMIT 100
