-- id: nat-cost
-- title: Traffic through a NAT gateway costs money
-- did: carried much data to and from one destination
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- inputs: interfaces
-- param: usd_per_gb float 0.045 price in USD of a gigabyte (10^9 bytes) that a NAT gateway processes, whichever way it
--   goes, that of us-east-1
-- param: minimum_usd float 1 cost in USD of what a NAT gateway processes for one destination, at least; ten times as
--   much is a low finding
-- why: A NAT gateway bills every gigabyte that it hands on, downloads as well. Much of it often goes to a few
--   destinations that hosts could reach for less or for nothing; the bill does not name them.
-- false-positives: Downloads that must come from the internet. Prices differ by region and contract.
-- remediation: S3 and DynamoDB are free through a gateway endpoint (aws ec2 create-vpc-endpoint); other AWS services
--   cost less through an interface endpoint. Keep a cache or a mirror of packages and images inside, give hosts that
--   download much a public address or IPv6, and let each zone use a gateway of its own.

-- The gateway's own leg has what it was asked for and where that went, whoever asked.
WITH gateways AS (
    SELECT DISTINCT interface_id AS gateway, split_part(addresses, ' ', 1) AS address
    FROM interfaces
    WHERE interface_type = 'nat_gateway' AND addresses IS NOT NULL
),
carried AS (
    SELECT
        account_id,
        region,
        gateway,
        initiator,
        responder,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen
    -- The small side of a join stands first: it is the one that is held in memory.
    FROM gateways
    JOIN connections ON connections.interface_id = gateway
    WHERE direction = 'outbound' AND outcome <> 'rejected' AND NOT is_relayed
    GROUP BY account_id, region, gateway, initiator, responder
),
-- AMAZON is the whole of AWS, and says no more than the address.
looked_up AS (
    SELECT *, nullif(aws_service(responder), 'AMAZON') AS service FROM carried
),
named AS (
    SELECT *, coalesce(service, responder) AS destination FROM looked_up
),
costs AS (
    SELECT
        min(account_id) AS account_id,
        min(region) AS region,
        gateway,
        initiator,
        destination,
        min(service) AS service,
        count(DISTINCT responder) AS addresses,
        examples(responder) AS addresses_seen,
        min(responder) AS responder,
        sum(bytes) AS bytes,
        sum(bytes) / 1000000000.0 AS gigabytes,
        sum(bytes) / 1000000000.0 * $usd_per_gb AS usd,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
    FROM named
    GROUP BY gateway, initiator, destination
    HAVING sum(bytes) / 1000000000.0 * $usd_per_gb >= $minimum_usd
),
-- Who asked: hosts with the same destination that did not reach it by an internet gateway or a gateway endpoint.
wanted AS (
    SELECT costs.gateway, costs.initiator AS gateway_address, costs.destination, named.responder
    FROM costs
    JOIN named
        ON named.gateway = costs.gateway AND named.initiator = costs.initiator AND named.destination = costs.destination
),
asked AS (
    SELECT wanted.gateway, gateway_address, destination, connections.initiator AS host,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes
    FROM wanted
    JOIN connections ON connections.responder = wanted.responder
    LEFT JOIN gateways ON gateways.address = ip_normalize(connections.initiator)
    WHERE direction = 'outbound' AND outcome <> 'rejected' AND coalesce(traffic_path, 1) NOT IN (2, 7, 8)
        AND gateways.address IS NULL
    GROUP BY wanted.gateway, gateway_address, destination, connections.initiator
),
askers AS (
    SELECT
        gateway,
        gateway_address,
        destination,
        count(*) AS hosts,
        examples(host) AS hosts_seen,
        array_to_string(array_slice(array_agg(host ORDER BY bytes DESC, host), 1, 3), ', ') AS most
    FROM asked
    GROUP BY gateway, gateway_address, destination
),
-- A month of such days; less than a day of logs is taken for one. Records of a day may begin and end some minutes
-- beside it, so that only whole hours count.
logs AS (
    SELECT 30 * 24 / greatest(24, round((max(bucket) + 300 - min(bucket)) / 3600.0)) AS per_month
    FROM interface_spans
)
SELECT
    account_id,
    region,
    costs.gateway AS interface_id,
    initiator AS actor,
    CASE WHEN addresses = 1 THEN responder END AS target,
    'outbound' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE WHEN usd >= 10 * $minimum_usd THEN 'low' ELSE 'info' END AS severity,
    'The NAT gateway ' || initiator || ' carried ' || human_bytes(costs.bytes) || ' to and from '
        || CASE
            WHEN service IS NOT NULL THEN 'AWS service ' || service
                || CASE WHEN addresses = 1 THEN ' (' || responder || ')' ELSE ' (' || addresses || ' addresses)' END
            ELSE costs.destination
        END
        || ': ' || CAST(usd AS DECIMAL(18, 2)) || ' USD, ' || CAST(usd * per_month AS DECIMAL(18, 2))
        || ' USD a month of such days'
        || CASE WHEN service IN ('S3', 'DYNAMODB') THEN ', which are nothing through a gateway endpoint' ELSE '' END
        || CASE
            WHEN hosts IS NULL THEN ''
            WHEN hosts > 3 THEN '; asked for by ' || most || ' and ' || (hosts - 3) || ' more'
            ELSE '; asked for by ' || most
        END AS description,
    costs.destination,
    addresses,
    addresses_seen,
    coalesce(hosts, 0) AS hosts,
    hosts_seen,
    round(gigabytes, 3) AS gigabytes,
    round(usd, 2) AS usd,
    round(usd * per_month, 2) AS usd_a_month
FROM logs
CROSS JOIN costs
LEFT JOIN askers
    ON askers.gateway = costs.gateway
    AND askers.gateway_address = costs.initiator
    AND askers.destination = costs.destination
