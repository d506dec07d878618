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
-- param: taken_share share 0.1 share of what it sends, in mails and in bytes, that it must have taken, unless as many
--   peers as clients are inside
-- why: A host that delivers to mail servers all over the world sends somebody else's spam. Your addresses end on
--   blocklists, and whoever sends it holds the host.
-- false-positives: A relay that takes its mail through an API instead of SMTP; name it in relays. A relay that
--   takes mail by SMTP, from inside or about as much as it sends, is not reported.
-- remediation: Isolate the host and look for what sends. Let only the relays reach ports 25, 465 and 587 in the
--   security groups' outbound rules, and check the reputation of your addresses.
-- records: protocol = 6

-- A relay takes mail at one of its interface's addresses and may send it from another. Hosts inside may hand it a few
-- mails that go to thousands; from outside anybody can send a few, and many must have come.
WITH taken AS (
    SELECT
        interface_id,
        count(DISTINCT initiator) AS clients,
        count(DISTINCT CASE WHEN direction = 'internal' THEN initiator END) AS clients_inside,
        sum(attempts) AS mails,
        sum(request_bytes) AS bytes
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
        bucket,
        account_id,
        region,
        interface_id,
        is_gateway_leg,
        first_start,
        last_end,
        attempts,
        answers,
        coalesce(request_bytes, 0) AS bytes
    FROM connections
    WHERE protocol = 6 AND direction = 'outbound' AND attempts > 0
        AND array_has($ports, CAST(service_port AS BIGINT))
),
sent AS (
    SELECT interface_id, sum(attempts) AS tries, sum(bytes) AS bytes FROM tried GROUP BY interface_id
),
relay AS (
    SELECT taken.interface_id
    FROM taken
    JOIN sent ON sent.interface_id = taken.interface_id
    WHERE clients_inside >= $clients OR (mails >= $taken_share * tries AND taken.bytes >= $taken_share * sent.bytes)
),
busy AS (
    SELECT initiator, bucket / 3600 * 3600 AS hour, count(DISTINCT responder) AS servers
    FROM tried
    GROUP BY initiator, bucket / 3600 * 3600
    HAVING count(DISTINCT responder) > $servers
),
peak AS (
    SELECT initiator, max(servers) AS peak_servers FROM busy GROUP BY initiator
),
-- Spam heeds no clock: a run is all that the host tried with no pause of more than a quarter of an hour, and one that
-- reaches into a busy hour counts from its beginning to its end.
parted AS (
    SELECT
        peak.initiator,
        bucket,
        CASE
            WHEN bucket - lag(bucket) OVER (PARTITION BY peak.initiator ORDER BY bucket) <= 1200 THEN 0
            ELSE 1
        END AS is_new
    FROM peak
    JOIN (SELECT DISTINCT initiator, bucket FROM tried) AS spans ON spans.initiator = peak.initiator
),
numbered AS (
    SELECT *, sum(is_new) OVER (PARTITION BY initiator ORDER BY bucket) AS run FROM parted
),
run AS (
    SELECT numbered.initiator, min(bucket) AS run_start, max(bucket) + 300 AS run_end
    FROM numbered
    LEFT JOIN busy ON busy.initiator = numbered.initiator AND busy.hour = bucket / 3600 * 3600
    GROUP BY numbered.initiator, run
    HAVING count(busy.hour) > 0
),
spam AS (
    SELECT initiator, min(run_start) AS window_start, max(run_end) AS window_end FROM run GROUP BY initiator
),
sender AS (
    SELECT
        spam.initiator,
        spam.window_start,
        spam.window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        count(DISTINCT responder) AS servers,
        examples(responder) AS servers_seen,
        count(DISTINCT CASE WHEN answers > 0 THEN responder END) AS servers_answered,
        sum(attempts) AS attempts,
        sum(bytes) AS bytes
    FROM spam
    JOIN tried ON spam.initiator = tried.initiator
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY spam.initiator, spam.window_start, spam.window_end
)
SELECT
    account_id,
    region,
    sender.interface_id,
    sender.initiator AS actor,
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
    sender.initiator || ' tried ' || counted(servers, 'mail server') || ' in '
        || counted(attempts, 'attempt') || ', up to ' || counted(peak_servers, 'server') || ' in a clock hour; '
        || servers_answered || ' answered' AS description,
    servers,
    servers_answered,
    servers_seen,
    attempts,
    bytes,
    peak_servers
FROM sender
JOIN peak ON peak.initiator = sender.initiator
LEFT JOIN relay ON relay.interface_id = sender.interface_id
WHERE NOT is_gateway_leg AND relay.interface_id IS NULL
    AND NOT coalesce(cidr_contains($relays, sender.initiator), FALSE)
