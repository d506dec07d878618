-- id: cross-az-cost
-- title: Traffic between availability zones costs money
-- did: exchanged much data across availability zones
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- inputs: interfaces
-- param: usd_per_gb float 0.01 price of a gigabyte (10^9 bytes) in USD, that of us-east-1; it is paid twice, where it
--   leaves a zone and where it enters the other
-- param: minimum_usd float 1 cost in USD of what a service exchanges with hosts of other zones, at least; ten times as
--   much is a low finding
-- why: AWS bills every gigabyte between availability zones on both sides. A chatty pair in two zones can cost more than
--   the machines that it runs on, and nobody sees it on the bill, where it is one line for a whole region.
-- false-positives: Replication that is there so that a zone may fail. AWS does not bill what its own services copy
--   between zones (RDS, ElastiCache, MSK and the like) nor what an application load balancer hands on, which is left
--   out where its interface says so. Prices differ by region and contract.
-- remediation: Keep callers and service in one zone where they need not be apart: zone-aware routing (Kubernetes'
--   trafficDistribution, Kafka's client.rack, load balancers without cross-zone balancing), a replica to read from in
--   each zone, compression.

-- A NAT gateway's cost is told by nat-cost. An address of several networks is that of the network behind it (%), else of
-- that of the interface that recorded the connection.
WITH homes AS (
    SELECT DISTINCT interface_id AS home_interface, coalesce(vpc_id, account_id) AS home FROM interfaces
),
addresses AS (
    SELECT
        unnest(string_to_array(addresses, ' ')) AS address,
        coalesce(vpc_id, account_id) AS home,
        account_id,
        az_id,
        availability_zone,
        interface_type IN ('load_balancer', 'nat_gateway') OR coalesce(name, '') LIKE 'ELB app/%' AS is_left_out
    FROM interfaces
    WHERE addresses IS NOT NULL
),
owned AS (
    SELECT
        address,
        home,
        min(account_id) AS account_id,
        min(az_id) AS az_id,
        min(availability_zone) AS zone,
        count(*) OVER (PARTITION BY address) = 1 AS is_only,
        -- Where files disagree nothing is known.
        (min(az_id) IS NOT DISTINCT FROM max(az_id))
            AND (min(availability_zone) IS NOT DISTINCT FROM max(availability_zone)) AS is_agreed,
        coalesce(bool_or(is_left_out), false) AS is_left_out
    FROM addresses
    GROUP BY address, home
),
placed AS (
    SELECT * FROM owned WHERE is_agreed AND NOT is_left_out AND coalesce(az_id, zone) IS NOT NULL
),
talked AS (
    SELECT
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen
    FROM connections
    WHERE direction = 'internal' AND outcome <> 'rejected'
    GROUP BY account_id, region, interface_id, initiator, responder, service_port, protocol
),
-- The small side of a join stands first: it is the one that is held in memory.
at_home AS (
    SELECT
        talked.*,
        ip_normalize(initiator) AS client_address,
        coalesce(nullif(split_part(initiator, '%', 2), ''), home) AS client_home,
        ip_normalize(responder) AS server_address,
        coalesce(nullif(split_part(responder, '%', 2), ''), home) AS server_home
    FROM homes
    RIGHT JOIN talked ON talked.interface_id = home_interface
),
crossed AS (
    SELECT
        at_home.account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        at_home.protocol,
        bytes,
        first_seen,
        last_seen,
        coalesce(server.az_id, server.zone) AS server_zone,
        coalesce(client.az_id, client.zone) AS client_zone
    FROM placed AS client
    JOIN (
        placed AS server
        JOIN at_home ON server_address = server.address AND (server.is_only OR server.home = server_home)
    ) ON client_address = client.address AND (client.is_only OR client.home = client_home)
    -- Zones of one region; ids are the same in every account, names are not.
    WHERE CASE
        WHEN client.az_id IS NOT NULL AND server.az_id IS NOT NULL
            THEN client.az_id <> server.az_id
                AND split_part(client.az_id, '-az', 1) = split_part(server.az_id, '-az', 1)
        WHEN (client.account_id IS NOT DISTINCT FROM server.account_id)
            THEN client.zone <> server.zone
                AND left(client.zone, length(client.zone) - 1) = left(server.zone, length(server.zone) - 1)
        ELSE false
    END
),
by_host AS (
    SELECT
        responder,
        service_port,
        protocol,
        server_zone,
        initiator,
        min(client_zone) AS client_zone,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        max(interface_id) AS last_interface_id,
        sum(bytes) AS bytes,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
    FROM crossed
    GROUP BY responder, service_port, protocol, server_zone, initiator
),
costs AS (
    SELECT
        responder,
        service_port,
        protocol,
        server_zone,
        min(account_id) AS account_id,
        min(region) AS region,
        CASE WHEN min(interface_id) = max(last_interface_id) THEN min(interface_id) END AS interface_id,
        count(*) AS hosts,
        examples(initiator) AS hosts_seen,
        first_value(initiator ORDER BY bytes DESC, initiator) AS most,
        array_to_string(array_sort(array_agg(DISTINCT client_zone)), ', ') AS client_zones,
        sum(bytes) AS bytes,
        sum(bytes) / 1000000000.0 AS gigabytes,
        2 * sum(bytes) / 1000000000.0 * $usd_per_gb AS usd,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
    FROM by_host
    GROUP BY responder, service_port, protocol, server_zone
    HAVING 2 * sum(bytes) / 1000000000.0 * $usd_per_gb >= $minimum_usd
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
    interface_id,
    CASE WHEN hosts = 1 THEN most END AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'internal' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE WHEN usd >= 10 * $minimum_usd THEN 'low' ELSE 'info' END AS severity,
    CASE WHEN hosts = 1 THEN most ELSE hosts || ' hosts' END || ' exchanged ' || human_bytes(bytes) || ' with '
        || coalesce(
            'port ' || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' of ',
            ''
        )
        || responder || ' across availability zones (' || client_zones || ' and ' || server_zone || '): '
        || CAST(usd AS DECIMAL(18, 2)) || ' USD, ' || CAST(usd * per_month AS DECIMAL(18, 2))
        || ' USD a month of such days'
        || CASE WHEN hosts > 1 THEN '; most of it ' || most ELSE '' END AS description,
    server_zone AS zone,
    hosts,
    hosts_seen,
    round(gigabytes, 3) AS gigabytes,
    round(usd, 2) AS usd,
    round(usd * per_month, 2) AS usd_a_month
FROM logs
CROSS JOIN costs
