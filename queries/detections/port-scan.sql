-- id: port-scan
-- title: One host tries many ports of another
-- did: tried many ports of one host
-- attack: T1046
-- guardduty: Recon:EC2/Portscan
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: ports int 15 distinct ports of one target within five minutes that make a scan
-- param: ports_per_hour int 50 the same within an hour, for slower scans
-- param: failed_share share 0.8 share of the tried ports that must have failed
-- param: strays int 3 other ports at which a client of FTP or RPC may fail; more make a scan of all that it tries
-- param: data_ports int 100 ports of FTP's or RPC's transfers that may fail in five minutes; more are a scan
-- why: Whoever tries many ports of a host looks for a way in. From outside it is the first step of most attacks; from
--   inside it says that a host of ours is already in somebody else's hands.
-- false-positives: Vulnerability scanners and inventory tools of your own; exclude them by address.
-- remediation: Block the source in a network ACL, close the ports that answered and need not be open, and look at what
--   an internal source runs.
-- records: protocol IN (6, 17, 132)

-- What counts is the first contact of a day with a port: repeating it says nothing new, and no border of the clock's
-- five minutes or hours divides a scan.
-- A port has failed when it was rejected, or when a SYN got no answer, and when it answers the source at no time of the
-- day: busy clients and their replies never count, nor does a load balancer whose targets went down. UDP without an
-- answer is neither a failure nor an answer: a port that shows nothing else is left out. So are the UDP ports of
-- traceroute: it fails at one after the other by design.
-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted.
-- NULL, FIN, Xmas, Maimon and ACK scans send no SYN. Such a packet is rejected, or a port that is closed answers it
-- with nothing but a RST.
WITH contacted AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        direction,
        service_port,
        protocol,
        attempts + answers = 0 AS is_bare,
        CASE
            WHEN outcome = 'rejected' OR attempts + answers = 0 THEN 1
            WHEN protocol = 6 AND outcome = 'unanswered' THEN 1
            ELSE 0
        END AS failed,
        CASE WHEN attempts + answers = 0 THEN 1 ELSE attempts END AS attempts,
        answers,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132)
        AND (protocol = 6 OR (outcome <> 'unanswered' AND attempts + answers > 0))
        AND NOT (protocol = 17 AND service_port BETWEEN 33434 AND 33534)
        AND (direction = 'inbound' OR NOT is_gateway_leg)
        AND (
            attempts > 0
            OR answers > 0
            OR (request_packets > 0 AND outcome = 'rejected')
            OR (
                request_packets BETWEEN 1 AND 4
                AND reply_packets BETWEEN 1 AND request_packets
                AND reply_bytes <= 60 * reply_packets
            )
        )
),
-- A pair that failed seldom is no scan; most pairs end here. The small side of a join stands first: it is the one that
-- is held in memory.
suspect AS (
    SELECT initiator, responder
    FROM contacted
    WHERE failed = 1
    GROUP BY initiator, responder
    HAVING count(*) >= least($ports, $ports_per_hour) * $failed_share
),
contacted_by_suspect AS (
    SELECT contacted.*
    FROM suspect
    JOIN contacted ON suspect.initiator = contacted.initiator AND suspect.responder = contacted.responder
),
-- The tail of an ordinary connection looks the same, but goes to few ports.
many_bare AS (
    SELECT initiator, responder, count(DISTINCT service_port) AS ports
    FROM contacted_by_suspect
    WHERE is_bare
    GROUP BY initiator, responder
    HAVING count(DISTINCT service_port) >= least($ports, $ports_per_hour) * $failed_share
),
-- A server's late packets go to many ports of a client, but not to more than he had connections with it; and who is
-- seen in the midst of a talk had begun it before the first record.
ordinary AS (
    SELECT many_bare.initiator, many_bare.responder, NULL AS service_port
    FROM many_bare
    JOIN connections AS returned
        ON many_bare.initiator = returned.responder
        AND many_bare.responder = returned.initiator
    WHERE protocol = 6
    GROUP BY many_bare.initiator, many_bare.responder
    HAVING sum(attempts) >= min(ports)
    UNION ALL
    SELECT DISTINCT many_bare.initiator, many_bare.responder, talk.service_port
    FROM many_bare
    JOIN connections AS talk
        ON many_bare.initiator = talk.initiator
        AND many_bare.responder = talk.responder
    WHERE protocol = 6 AND attempts = 0 AND request_packets > 2 AND reply_packets > 2
),
tried AS (
    SELECT * FROM contacted_by_suspect WHERE NOT is_bare
    UNION ALL
    SELECT bare.*
    FROM many_bare
    JOIN contacted_by_suspect AS bare ON many_bare.initiator = bare.initiator AND many_bare.responder = bare.responder
    WHERE is_bare
        AND NOT EXISTS (
            SELECT 1
            FROM ordinary
            WHERE ordinary.initiator = bare.initiator
                AND ordinary.responder = bare.responder
                AND coalesce(ordinary.service_port, bare.service_port) = bare.service_port
        )
),
-- FTP and RPC agree on a new port for each transfer or service, and a firewall that does not know it rejects them all.
-- They go from the client or from the server, while the control connection speaks: a record of ten minutes may have
-- begun that long before. Each port takes a packet there at least, so that neither the look of a scanner at the control
-- port nor a login of an hour ago makes up for the ports of a scan.
control AS (
    SELECT
        initiator,
        responder,
        bucket,
        CASE WHEN service_port IN (111, 135) THEN 32768 ELSE 1024 END AS from_port,
        coalesce(request_packets, 65536) AS request_packets
    FROM connections
    WHERE service_port IN (21, 990, 111, 135)
        AND (protocol = 6 OR (protocol = 17 AND service_port = 111))
        -- Of what began before the first record; a closed port's packets have nothing but headers.
        AND (answers > 0 OR reply_bytes > 60 * reply_packets)
),
agreed AS (
    SELECT initiator, responder, bucket + 300 * later AS bucket, from_port, sum(request_packets) AS packets
    FROM generate_series(0, 2) AS shift(later)
    CROSS JOIN (
        SELECT initiator, responder, bucket, from_port, request_packets FROM control
        UNION ALL
        SELECT responder AS initiator, initiator AS responder, bucket, from_port, request_packets FROM control
    )
    GROUP BY initiator, responder, bucket + 300 * later, from_port
),
-- A client fails at what was agreed on. Who fails at several ports below as well is no client.
straying AS (
    SELECT tried.initiator, tried.responder, from_port
    FROM (SELECT DISTINCT initiator, responder, from_port FROM agreed) AS agreed
    JOIN tried ON agreed.initiator = tried.initiator AND agreed.responder = tried.responder
    WHERE failed = 1 AND attempts > 0 AND service_port < from_port
    GROUP BY tried.initiator, tried.responder, from_port
    HAVING count(DISTINCT service_port) > $strays
),
left_out AS (
    SELECT initiator, responder, bucket, min(from_port) AS from_port
    FROM (
        SELECT tried.initiator, tried.responder, tried.bucket, from_port
        FROM agreed
        JOIN tried
            ON agreed.initiator = tried.initiator
            AND agreed.responder = tried.responder
            AND agreed.bucket = tried.bucket
        WHERE attempts > 0 AND service_port >= from_port
        GROUP BY tried.initiator, tried.responder, tried.bucket, from_port
        HAVING count(DISTINCT service_port) <= least(min(packets), $data_ports)
    ) AS plausible
    WHERE NOT EXISTS (
        SELECT 1
        FROM straying
        WHERE straying.initiator = plausible.initiator
            AND straying.responder = plausible.responder
            AND straying.from_port = plausible.from_port
    )
    GROUP BY initiator, responder, bucket
),
contact AS (
    SELECT
        tried.initiator,
        tried.responder,
        tried.protocol,
        tried.service_port,
        min(CASE WHEN attempts > 0 THEN first_start END) AS first_start,
        min(failed) AS is_failed,
        CASE WHEN max(answers) > 0 THEN 1 ELSE 0 END AS is_answered
    FROM left_out
    RIGHT JOIN tried
        ON left_out.initiator = tried.initiator
        AND left_out.responder = tried.responder
        AND left_out.bucket = tried.bucket
    WHERE tried.service_port < coalesce(from_port, 65536)
    GROUP BY tried.initiator, tried.responder, tried.protocol, tried.service_port
    HAVING sum(attempts) > 0
),
walk AS (
    SELECT
        initiator,
        responder,
        first_start,
        row_number() OVER so_far AS number,
        sum(is_failed) OVER so_far AS failed
    FROM contact
    WINDOW so_far AS (
        PARTITION BY initiator, responder
        ORDER BY first_start, protocol, service_port ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
-- When the last so and so many began, and how many had failed before them.
compared AS (
    SELECT
        *,
        -- Where both parameters have one value, the engine does not bear two window functions that are the same.
        lag(first_start, $ports - 1) OVER in_order AS began_5,
        lag(failed, $ports, 0) OVER in_order AS failed_5,
        lag(first_start, $ports_per_hour - 1, NULL) OVER in_order AS began_60,
        coalesce(lag(failed, $ports_per_hour) OVER in_order, 0) AS failed_60
    FROM walk
    WINDOW in_order AS (PARTITION BY initiator, responder ORDER BY number)
),
dense AS (
    SELECT
        *,
        first_start - began_5 < 300 AND CAST(failed - failed_5 AS DOUBLE) / $ports >= $failed_share AS is_5,
        first_start - began_60 < 3600
            AND CAST(failed - failed_60 AS DOUBLE) / $ports_per_hour >= $failed_share AS is_60
    FROM compared
),
scan AS (
    SELECT
        initiator,
        responder,
        min(CASE WHEN is_60 THEN began_60 ELSE began_5 END) / 300 * 300 AS window_start,
        max(first_start) / 300 * 300 + 300 AS window_end
    FROM dense
    WHERE is_5 OR is_60
    GROUP BY initiator, responder
),
-- The share is judged over the whole, too: the first contacts of a client in good faith may all fail.
judged AS (
    SELECT
        scan.initiator,
        scan.responder,
        scan.window_start,
        scan.window_end,
        count(*) AS ports,
        sum(is_answered) AS ports_answered,
        examples(CASE WHEN is_answered = 1 THEN service_port END) AS ports_answered_seen
    FROM scan
    JOIN contact
        ON scan.initiator = contact.initiator
        AND scan.responder = contact.responder
    WHERE first_start >= window_start AND first_start < window_end
    GROUP BY scan.initiator, scan.responder, scan.window_start, scan.window_end
    HAVING avg(is_failed) >= $failed_share
),
evidence AS (
    SELECT
        judged.initiator,
        judged.responder,
        judged.window_start,
        judged.window_end,
        judged.ports,
        judged.ports_answered,
        judged.ports_answered_seen,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(direction) AS direction,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS attempts,
        sum(CASE WHEN is_bare THEN 1 ELSE 0 END) AS bare,
        examples(service_port) AS ports_seen
    FROM judged
    JOIN tried
        ON judged.initiator = tried.initiator
        AND judged.responder = tried.responder
    WHERE bucket >= window_start AND bucket < window_end AND attempts > 0
    GROUP BY
        judged.initiator, judged.responder, judged.window_start, judged.window_end, judged.ports,
        judged.ports_answered, judged.ports_answered_seen
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    CASE WHEN protocol = other_protocol THEN protocol END AS protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN ports >= 1000 OR (direction = 'internal' AND ports >= 100) THEN 'high'
        WHEN ports >= 100 OR direction IN ('internal', 'outbound') THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried ' || counted(ports, 'port') || ' of ' || responder || ' in '
        || counted(attempts, 'attempt')
        || CASE WHEN bare = attempts THEN ' without SYN' WHEN bare > 0 THEN ', ' || bare || ' without SYN' ELSE '' END
        || '; '
        || ports_answered || ' answered'
        || CASE WHEN ports_answered BETWEEN 1 AND 3 THEN ': ' || ports_answered_seen ELSE '' END AS description,
    ports,
    ports_answered,
    attempts,
    ports_seen,
    ports_answered_seen
FROM evidence
