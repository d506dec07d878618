-- id: costs
-- title: What it costs
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- inputs: interfaces
-- meaning: What NAT gateways processed, and what hosts of different availability zones exchanged, at the prices of
--   us-east-1 (0.045 USD a gigabyte at a gateway; 0.01 on each side between zones). nat-cost and cross-az-cost name who
--   causes it.
-- bars: usd
WITH gateways AS (
    SELECT DISTINCT interface_id AS gateway FROM interfaces WHERE interface_type = 'nat_gateway'
),
at_gateway AS (
    SELECT gateway, sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes
    FROM gateways
    JOIN connections ON connections.interface_id = gateway
    WHERE direction = 'outbound' AND outcome <> 'rejected' AND NOT is_relayed
    GROUP BY gateway
),
placed AS (
    SELECT
        unnest(string_to_array(addresses, ' ')) AS address,
        coalesce(vpc_id, account_id) AS home,
        coalesce(az_id, availability_zone) AS zone,
        interface_type IN ('load_balancer', 'nat_gateway') OR coalesce(name, '') LIKE 'ELB app/%' AS is_left_out
    FROM interfaces
    WHERE addresses IS NOT NULL
),
zoned AS (
    SELECT address, min(zone) AS zone
    FROM placed
    GROUP BY address
    HAVING count(*) = 1 AND NOT bool_or(is_left_out) AND min(zone) IS NOT NULL
),
talked AS (
    SELECT
        ip_normalize(initiator) AS client,
        ip_normalize(responder) AS server,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes
    FROM connections
    WHERE direction = 'internal' AND outcome <> 'rejected'
    GROUP BY ip_normalize(initiator), ip_normalize(responder)
),
between_zones AS (
    SELECT
        least(of_client.zone, of_server.zone) || ' and ' || greatest(of_client.zone, of_server.zone) AS zones,
        sum(bytes) AS bytes
    FROM zoned AS of_server
    JOIN (
        SELECT zoned.zone, talked.server, talked.bytes FROM zoned JOIN talked ON talked.client = zoned.address
    ) AS of_client ON of_client.server = of_server.address
    WHERE of_client.zone <> of_server.zone
    GROUP BY least(of_client.zone, of_server.zone) || ' and ' || greatest(of_client.zone, of_server.zone)
),
cost AS (
    SELECT 'NAT gateway' AS what, gateway AS place, bytes, bytes / 1000000000.0 * 0.045 AS usd FROM at_gateway
    UNION ALL
    SELECT 'between zones' AS what, zones AS place, bytes, bytes / 1000000000.0 * 0.02 AS usd FROM between_zones
)
SELECT what, place, bytes, round(usd, 2) AS usd FROM cost ORDER BY usd DESC, what, place LIMIT 20
