-- id: top-talking-subnets
-- athena: VpcFlowLogsTopTalkingSubnets
-- title: The 50 subnets with the most traffic, sent and received
-- needs: interface_id, subnet_id, packets, bytes, log_status

-- Athena's own copy sorts ascending. The number is what the subnet's interfaces carried: traffic between two of
-- them counts at both. Of several flow logs over one interface the fullest counts.
WITH vantage AS (
    SELECT subnet_id, interface_id, sum(packets) AS packets, sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK' AND subnet_id IS NOT NULL
    GROUP BY subnet_id, interface_id, _flow_log_id
),
interface AS (
    SELECT subnet_id, interface_id, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY subnet_id, interface_id
)
SELECT subnet_id, count(*) AS interfaces, sum(bytes) AS bytes, sum(packets) AS packets
FROM interface
GROUP BY subnet_id
ORDER BY bytes DESC NULLS LAST, subnet_id
LIMIT 50
