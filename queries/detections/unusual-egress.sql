-- id: unusual-egress
-- title: A host sends far more to the internet than it usually does
-- did: sent far more out than usual
-- attack: T1048, T1041, T1567
-- guardduty: Behavior:EC2/TrafficVolumeUnusual
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- least-hours: hours
-- param: megabytes float 100 megabytes (10^6 bytes) within an hour, at least
-- param: z float 3.5 robust z-score (0.6745 * (x - median) / MAD) over the same hour of earlier days, else the hours of
--   the day, at least
-- param: mad_floor_megabytes float 1 the MAD is taken as this, in megabytes, where it is smaller
-- param: mad_floor_share share 0.1 over earlier days, the MAD is taken as this share of the median where it is smaller
-- param: history_days int 3 earlier days on which the host logged at that hour, without which the hours of its own day
--   are compared
-- param: weekdays int 3 of these days, so many of the same weekday, from which on only those are compared
-- param: packet_bytes int 100 bytes of a TCP packet on average, below which packets are mostly acknowledgements: of these
--   60 bytes are headers, or of IPv6 80, and only what is more counts; 100 on earlier days, whatever is
--   set here
-- param: trusted texts "" addresses and networks that may be sent that much: backups, and services that you upload to
-- param: hours int 6 hours of records without which a day can't be compared with itself
-- why: Stolen data leaves as traffic that a host of ours starts towards the internet. An hour far above the same hour
--   of earlier days, or above the host's own day where there are none, is worth a look at what left and where it went.
-- false-positives: Backups and uploads of large files to the internet, where fewer than history_days earlier days are
--   known, or when they move to another hour or double; name where they go in trusted. What goes through a gateway
--   endpoint is left out where traffic_path says so, or where the logs lack that field, as in the default format, what
--   --aws-ip-ranges says is of S3 or DynamoDB.
-- remediation: Ask the host's owner about the destination. If nobody knows it, isolate the host, keep its disk, and
--   block the destination.
-- records: action = 'ACCEPT'

-- Only connections that our host opened: what a web server answers its clients is not counted. A NAT gateway's own leg
-- of a connection is left out, because the host behind it is counted; and so is traffic through a gateway endpoint. A
-- host that receives much acknowledges it: of small packets the headers are nothing that was sent.
WITH sent AS (
    SELECT
        bucket,
        bucket / 3600 * 3600 AS hour,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        bytes,
        first_start,
        last_end
    FROM (
        SELECT
            *,
            CASE
                WHEN protocol = 6 AND request_bytes < $packet_bytes * request_packets
                    THEN request_bytes - CASE WHEN initiator LIKE '%:%' THEN 80 ELSE 60 END * request_packets
                ELSE request_bytes
            END AS bytes
        FROM connections
        WHERE direction = 'outbound' AND outcome <> 'rejected'
    )
    WHERE bytes > 0
        AND coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
        AND NOT is_gateway_leg
        AND NOT cidr_contains($trusted, responder)
),
by_hour AS (
    SELECT initiator, hour, min(account_id) AS account_id, sum(bytes) AS bytes FROM sent GROUP BY initiator, hour
),
-- Hosts that never sent enough in an hour need no baseline.
loud AS (
    SELECT initiator, coalesce(min(account_id), '') AS account_id
    FROM by_hour
    GROUP BY initiator
    HAVING max(bytes) >= $megabytes * 1000000
),
hours AS (
    SELECT DISTINCT bucket / 3600 * 3600 AS hour FROM connections
),
-- An hour in which a host sent nothing is part of its day.
day AS (
    SELECT loud.initiator, hours.hour, CAST(coalesce(by_hour.bytes, 0) AS DOUBLE) AS bytes
    FROM loud
    CROSS JOIN hours
    LEFT JOIN by_hour ON by_hour.initiator = loud.initiator AND by_hour.hour = hours.hour
),
middle AS (
    SELECT initiator, median(bytes) AS median_bytes FROM day GROUP BY initiator HAVING count(*) >= $hours
),
deviation AS (
    SELECT
        day.initiator,
        min(median_bytes) AS median_bytes,
        greatest(median(abs(bytes - median_bytes)), $mad_floor_megabytes * 1000000) AS mad
    FROM day
    JOIN middle ON middle.initiator = day.initiator
    GROUP BY day.initiator
),
-- Earlier days are looked up for loud hours only, and for those before and after them.
loud_hour AS (
    SELECT initiator, hour, CAST(bytes AS DOUBLE) AS bytes FROM by_hour WHERE bytes >= $megabytes * 1000000
),
asked AS (
    SELECT initiator, hour, shift, hour / 3600 + shift AS clock
    FROM loud_hour
    CROSS JOIN (VALUES (-1), (0), (1)) AS shifts(shift)
),
-- Addresses move from host to host: what one sent from another interface before is of another host. Logs may lack the
-- names of accounts and interfaces, and are then of one.
host AS (
    SELECT DISTINCT loud.initiator, coalesce(interface_id, '') AS interface_id
    FROM loud
    JOIN sent ON loud.initiator = sent.initiator
),
logged AS (
    SELECT DISTINCT host.initiator, history_hours.day, history_hours.hour
    FROM host
    JOIN history_hours ON host.interface_id = coalesce(history_hours.interface_id, '')
),
-- What is not counted today is not counted in the history either.
uploads AS (
    SELECT
        day,
        hour,
        coalesce(account_id, '') AS account_id,
        coalesce(interface_id, '') AS interface_id,
        initiator,
        bytes
    FROM history_uploads
    WHERE coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
        AND NOT coalesce(cidr_contains($trusted, responder), FALSE)
),
uploaded AS (
    SELECT loud.initiator, day, hour, sum(bytes) AS bytes
    FROM loud
    JOIN uploads ON loud.initiator = uploads.initiator
    GROUP BY loud.initiator, day, hour
),
-- An hour in which the host logged and sent nothing counts, and one in which it did not log does not.
earlier AS (
    SELECT
        asked.initiator,
        asked.hour,
        shift,
        (clock / 24 - logged.day) % 7 = 0 AS is_weekday,
        CAST(coalesce(uploaded.bytes, 0) AS DOUBLE) AS bytes
    FROM asked
    JOIN logged ON asked.initiator = logged.initiator AND asked.clock % 24 = logged.hour
    LEFT JOIN uploaded
        ON uploaded.initiator = logged.initiator AND uploaded.day = logged.day AND uploaded.hour = logged.hour
    WHERE logged.day < asked.hour / 86400
),
-- Many work by the week. Of enough days of the same weekday, the others say less.
compared AS (
    SELECT *
    FROM (
        SELECT
            *,
            count(*) OVER of_hour AS days,
            sum(CASE WHEN is_weekday THEN 1 ELSE 0 END) OVER of_hour AS weekdays
        FROM earlier
        WINDOW of_hour AS (PARTITION BY initiator, hour, shift)
    )
    WHERE days >= $history_days AND (is_weekday OR weekdays < $weekdays)
),
usual AS (
    SELECT
        initiator, hour, shift, median_bytes,
        median(abs(bytes - median_bytes)) AS mad,
        count(*) AS history_days,
        max(weekdays) >= $weekdays AS is_of_weekday
    FROM (
        SELECT *, median(bytes) OVER (PARTITION BY initiator, hour, shift) AS median_bytes FROM compared
    )
    GROUP BY initiator, hour, shift, median_bytes
),
-- A peak that comes up to half an hour early or late is the same peak: as much as half of it falls in an hour that used
-- to lie before or after it.
habit AS (
    SELECT
        initiator,
        hour,
        max(CASE WHEN shift = 0 THEN median_bytes END) AS same_bytes,
        max(CASE WHEN shift = -1 THEN median_bytes END) AS before_bytes,
        max(CASE WHEN shift = 1 THEN median_bytes END) AS after_bytes,
        max(CASE WHEN shift = 0 THEN median_bytes ELSE median_bytes / 2 END) AS median_bytes,
        max(CASE WHEN shift = 0 THEN mad END) AS mad,
        max(CASE WHEN shift = 0 THEN history_days END) AS history_days,
        bool_or(shift = 0 AND is_of_weekday) AS is_of_weekday
    FROM usual
    GROUP BY initiator, hour
    HAVING bool_or(shift = 0)
),
-- Who is new is compared with the others of the account, too: those that send, and are not new and loud themselves.
newcomer AS (
    SELECT loud.initiator, account_id
    FROM loud
    LEFT JOIN logged ON logged.initiator = loud.initiator
    GROUP BY loud.initiator, account_id
    HAVING count(DISTINCT day) < $history_days
),
peer_hour AS (
    SELECT DISTINCT newcomer.account_id, hour / 3600 % 24 AS hour
    FROM newcomer
    JOIN loud_hour ON loud_hour.initiator = newcomer.initiator
),
peer AS (
    SELECT DISTINCT uploads.account_id, uploads.initiator, uploads.interface_id
    FROM (SELECT DISTINCT account_id FROM peer_hour) AS account
    JOIN uploads ON account.account_id = uploads.account_id
    LEFT JOIN newcomer ON newcomer.initiator = uploads.initiator
    WHERE newcomer.initiator IS NULL
),
peer_logged AS (
    SELECT DISTINCT peer.account_id, peer.initiator, history_hours.day, history_hours.hour
    FROM peer
    JOIN peer_hour ON peer_hour.account_id = peer.account_id
    JOIN history_hours
        ON peer_hour.hour = history_hours.hour AND peer.interface_id = coalesce(history_hours.interface_id, '')
),
peer_uploaded AS (
    SELECT initiator, day, uploads.hour, sum(bytes) AS bytes
    FROM (SELECT DISTINCT hour FROM peer_hour) AS asked_hour
    JOIN uploads ON asked_hour.hour = uploads.hour
    GROUP BY initiator, day, uploads.hour
),
peer_earlier AS (
    SELECT
        peer_logged.account_id,
        peer_logged.hour,
        peer_logged.day,
        peer_logged.initiator,
        CAST(coalesce(peer_uploaded.bytes, 0) AS DOUBLE) AS bytes
    FROM peer_logged
    LEFT JOIN peer_uploaded
        ON peer_uploaded.initiator = peer_logged.initiator
        AND peer_uploaded.day = peer_logged.day
        AND peer_uploaded.hour = peer_logged.hour
),
peer_usual AS (
    SELECT
        account_id, hour, median_bytes,
        greatest(
            median(abs(bytes - median_bytes)), $mad_floor_megabytes * 1000000, $mad_floor_share * median_bytes
        ) AS mad,
        count(DISTINCT initiator) AS peers
    FROM (
        SELECT *, median(bytes) OVER (PARTITION BY account_id, hour) AS median_bytes FROM peer_earlier
    )
    GROUP BY account_id, hour, median_bytes
    HAVING count(DISTINCT day) >= $history_days
),
of_peers AS (
    SELECT initiator, hour, peers, median_bytes, mad
    FROM newcomer
    JOIN peer_usual ON newcomer.account_id = peer_usual.account_id
),
measured AS (
    SELECT
        loud_hour.initiator,
        loud_hour.hour,
        loud_hour.bytes,
        habit.history_days,
        habit.is_of_weekday,
        habit.same_bytes,
        habit.before_bytes,
        habit.after_bytes,
        peers,
        of_peers.median_bytes AS peer_median_bytes,
        of_peers.mad AS peer_mad,
        coalesce(habit.median_bytes, deviation.median_bytes) AS median_bytes,
        CASE
            WHEN habit.median_bytes IS NULL THEN deviation.mad
            ELSE greatest(habit.mad, $mad_floor_megabytes * 1000000, $mad_floor_share * habit.median_bytes)
        END AS mad
    FROM loud_hour
    LEFT JOIN deviation ON deviation.initiator = loud_hour.initiator
    LEFT JOIN habit ON habit.initiator = loud_hour.initiator AND habit.hour = loud_hour.hour
    LEFT JOIN of_peers ON of_peers.initiator = loud_hour.initiator AND of_peers.hour = loud_hour.hour / 3600 % 24
),
-- An hour that is as calm as others counts for nothing, even between two that are not. What a new host sends is unusual
-- when its own day and the others say so.
unusual AS (
    SELECT *
    FROM (
        SELECT
            *,
            CASE
                WHEN peers IS NULL THEN 0.6745 * (bytes - median_bytes) / mad
                WHEN mad IS NOT NULL
                    THEN least(
                        0.6745 * (bytes - median_bytes) / mad, 0.6745 * (bytes - peer_median_bytes) / peer_mad
                    )
            END AS z
        FROM measured
    )
    WHERE z > $z
),
receiver AS (
    SELECT
        unusual.initiator, responder, service_port, protocol,
        sum(sent.bytes) / count(DISTINCT bucket) AS pace
    FROM unusual
    JOIN sent ON unusual.initiator = sent.initiator AND unusual.hour = sent.hour
    GROUP BY unusual.initiator, responder, service_port, protocol
),
-- Five minutes of a destination: those of an unusual hour, and others in which it got a hundredth of that, or more.
near AS (
    SELECT
        receiver.initiator, receiver.responder, receiver.service_port, receiver.protocol, sent.hour, sent.bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(sent.bytes) AS bytes,
        max(z) AS z
    FROM receiver
    JOIN sent
        ON receiver.initiator = sent.initiator
        AND receiver.responder = sent.responder
        AND receiver.protocol = sent.protocol
        AND (receiver.service_port IS NOT DISTINCT FROM sent.service_port)
    LEFT JOIN unusual ON unusual.initiator = sent.initiator AND unusual.hour = sent.hour
    GROUP BY receiver.initiator, receiver.responder, receiver.service_port, receiver.protocol, sent.hour, sent.bucket
    HAVING max(z) IS NOT NULL OR 100 * sum(sent.bytes) >= min(pace)
),
-- What began before an unusual hour, or went on after it, with pauses of at most a quarter of an hour, is part of it.
parted AS (
    SELECT
        *,
        CASE WHEN bucket - lag(bucket) OVER destination <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM near
    WINDOW destination AS (PARTITION BY initiator, responder, service_port, protocol ORDER BY bucket)
),
numbered AS (
    SELECT
        *,
        sum(is_new) OVER (PARTITION BY initiator, responder, service_port, protocol ORDER BY bucket) AS run
    FROM parted
),
in_run AS (
    SELECT *, max(z) OVER (PARTITION BY initiator, responder, service_port, protocol, run) AS z_of_run FROM numbered
),
by_destination_and_hour AS (
    SELECT
        initiator, responder, service_port, protocol, hour,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(bytes) AS bytes,
        sum(CASE WHEN z IS NULL THEN 0 ELSE bytes END) AS unusual_bytes,
        max(z) AS z
    FROM in_run
    WHERE z_of_run IS NOT NULL
    GROUP BY initiator, responder, service_port, protocol, hour
),
-- What the host sent to everybody is of the hours in which this destination got something. Each unusual hour may have
-- its own measure: that of the largest is told.
by_destination AS (
    SELECT
        one.initiator, responder, service_port, protocol,
        min(one.account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(one.hour) AS window_start,
        max(one.hour) + 3600 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS hours,
        sum(one.bytes) AS bytes,
        sum(unusual_bytes) AS unusual_bytes,
        CAST(sum(by_hour.bytes) AS DOUBLE) AS all_bytes,
        max(unusual.bytes) AS peak_bytes,
        first_value(one.hour ORDER BY unusual.bytes DESC NULLS LAST, one.hour) AS peak_hour
    FROM by_destination_and_hour AS one
    JOIN by_hour ON by_hour.initiator = one.initiator AND by_hour.hour = one.hour
    LEFT JOIN unusual ON unusual.initiator = one.initiator AND unusual.hour = one.hour
    GROUP BY one.initiator, responder, service_port, protocol
),
ranked AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY initiator) AS destinations,
        row_number() OVER (
            PARTITION BY initiator ORDER BY unusual_bytes DESC, responder, service_port, protocol
        ) AS place
    FROM by_destination
)
SELECT
    account_id,
    region,
    interface_id,
    ranked.initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN peak_bytes >= 100000000000 THEN 'critical'
        WHEN peak_bytes >= 1000000000 THEN 'high'
        ELSE 'medium'
    END AS severity,
    ranked.initiator || ' sent ' || human_bytes(ranked.bytes) || ' to ' || responder || ' in ' || hours
        || CASE
            WHEN hours * 3600 < window_end - window_start THEN ' clock hours out of '
                || ((window_end - window_start) / 3600)
            WHEN hours = 1 THEN ' clock hour'
            ELSE ' clock hours'
        END
        || '; in connections that it opened to the internet, headers of small packets left out, it sent '
        || human_bytes(all_bytes) || ' in ' || CASE WHEN hours = 1 THEN 'that hour' ELSE 'those hours' END
        || CASE
            WHEN history_days IS NULL AND median_bytes < 1 THEN ', and nothing in most others'
            WHEN history_days IS NULL THEN ', usually ' || human_bytes(median_bytes) || ' an hour'
            ELSE CASE WHEN hours = 1 THEN '' ELSE ', up to ' || human_bytes(peak_bytes) || ' in an hour' END
                || ', usually ' || CASE WHEN same_bytes < 1 THEN 'nothing' ELSE human_bytes(same_bytes) END
                || ' at that hour'
                || CASE
                    -- A neighbour that hardly weighs is not told of.
                    WHEN median_bytes - same_bytes < mad THEN ''
                    WHEN median_bytes <= after_bytes / 2 THEN ' and ' || human_bytes(after_bytes) || ' at the next'
                    ELSE ' and ' || human_bytes(before_bytes) || ' at the one before'
                END
                || ' (over ' || counted(
                    history_days, CASE WHEN is_of_weekday THEN to_char(to_timestamp(peak_hour), '%A') ELSE 'day' END
                ) || ')'
        END
        || CASE
            WHEN peers IS NULL THEN ''
            ELSE '; ' || CASE WHEN hours = 1 THEN 'at that hour ' ELSE 'at the largest of them ' END
                || counted(peers, 'other host') || ' usually sent '
                || CASE WHEN peer_median_bytes < 1 THEN 'nothing' ELSE human_bytes(peer_median_bytes) END
        END AS description,
    CAST(all_bytes AS BIGINT) AS bytes,
    peak_bytes AS bytes_per_hour,
    median_bytes AS median_bytes_per_hour,
    mad AS mad_bytes_per_hour,
    coalesce(history_days, 0) AS history_days,
    peers,
    peer_median_bytes AS peer_median_bytes_per_hour,
    round(z, 1) AS z,
    hours AS hours_to_target,
    ranked.bytes AS bytes_to_target,
    round(ranked.bytes / all_bytes, 3) AS share_to_target,
    destinations
FROM ranked
JOIN unusual ON ranked.initiator = unusual.initiator AND ranked.peak_hour = unusual.hour
-- The largest destination may be a backup that everybody knows: one that got enough by itself is told of, too.
WHERE place = 1 OR unusual_bytes >= $megabytes * 1000000
