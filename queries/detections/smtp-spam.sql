-- id: smtp-spam
-- title: A host that is no mail relay sends mail to many servers
-- did: sent mail to many servers
-- attack: T1071.003
-- guardduty: Backdoor:EC2/Spambot
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: ports ports 25,26,465,587 ports that mail servers take mail on
-- param: servers int 20 mail servers that a host may try within a clock hour; more are spam
-- param: relays texts "" addresses and networks of the mail relays, which may
-- param: clients int 3 peers whose mail an interface must have taken to count as a mail relay itself
-- why: A host that delivers to mail servers all over the world sends somebody else's spam. Your addresses end on
--   blocklists, and whoever sends it holds the host.
-- false-positives: A relay that takes its mail through an API instead of SMTP; name it in relays. A relay that does
--   take mail by SMTP is not reported, whatever it sends.
-- remediation: Isolate the host and look for what sends. Let only the relays reach ports 25, 465 and 587 in the
--   security groups' outbound rules, and check the reputation of your addresses.
-- records: protocol = 6

-- A relay takes mail at one of its interface's addresses and may send it from another.
WITH relay AS (
    SELECT interface_id
    FROM connections
    WHERE protocol = 6 AND direction IN ('inbound', 'internal') AND answers > 0 AND interface_id IS NOT NULL
        AND array_has($ports, CAST(service_port AS BIGINT))
        -- A mail, not just a look at the banner.
        AND request_bytes >= 1000 * attempts
    GROUP BY interface_id
    HAVING count(DISTINCT initiator) >= $clients
),
tried AS (
    SELECT
        initiator,
        responder,
        service_port,
        bucket / 3600 * 3600 AS hour,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(answers) AS answers,
        sum(coalesce(request_bytes, 0)) AS bytes
    FROM connections
    WHERE protocol = 6 AND direction = 'outbound' AND attempts > 0
        AND array_has($ports, CAST(service_port AS BIGINT))
    GROUP BY initiator, responder, service_port, bucket / 3600 * 3600
),
busy AS (
    SELECT initiator, hour
    FROM tried
    GROUP BY initiator, hour
    HAVING count(DISTINCT responder) > $servers
),
sender AS (
    SELECT
        tried.initiator,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(tried.hour) AS window_start,
        max(tried.hour) + 3600 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        count(DISTINCT tried.hour) AS hours,
        count(DISTINCT responder) AS servers,
        count(DISTINCT CASE WHEN answers > 0 THEN responder END) AS servers_answered,
        sum(attempts) AS attempts,
        sum(bytes) AS bytes
    FROM busy
    JOIN tried ON busy.initiator = tried.initiator AND busy.hour = tried.hour
    GROUP BY tried.initiator
)
SELECT
    account_id,
    region,
    sender.interface_id,
    initiator AS actor,
    port,
    CAST(6 AS INT) AS protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN servers_answered >= 1000 THEN 'critical'
        WHEN servers_answered >= 100 THEN 'high'
        WHEN servers_answered >= 10 OR servers >= 1000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried ' || counted(servers, 'mail server') || ' in '
        || counted(hours, 'clock hour') || ', in '
        || counted(attempts, 'attempt') || '; '
        || servers_answered || ' answered' AS description,
    servers,
    servers_answered,
    attempts,
    bytes,
    hours
FROM sender
LEFT JOIN relay ON relay.interface_id = sender.interface_id
WHERE NOT is_gateway_leg AND relay.interface_id IS NULL
    AND NOT coalesce(cidr_contains($relays, initiator), FALSE)
