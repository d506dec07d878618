-- id: top-talking-instances
-- athena: VpcFlowLogsTopTalkingInstances
-- title: The 50 instances with the most traffic, sent and received
-- needs: interface_id, instance_id, packets, bytes, log_status

-- Athena's own copy sorts ascending. The instance is that of the capturing interface, so each one's traffic is
-- counted at its own interfaces only; of several flow logs over one interface the fullest counts.
WITH vantage AS (
    SELECT instance_id, interface_id, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK' AND instance_id IS NOT NULL
    GROUP BY instance_id, interface_id, _flow_log_id
),
interface AS (
    SELECT instance_id, interface_id, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY instance_id, interface_id
)
SELECT instance_id, count(*) AS interfaces, sum(bytes) AS bytes, sum(packets) AS packets
FROM interface
GROUP BY instance_id
ORDER BY bytes DESC NULLS LAST, instance_id
LIMIT 50
