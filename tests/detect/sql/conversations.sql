-- One row for every five minutes (of the records' start), interface, flow log, initiator, responder, service port and
-- protocol, of `rolled_up`. The rows in the middle of a long TCP flow carry no SYN and were oriented by ports, but those
-- of a connection whose SYN was seen and answered, and came from the port that looks like the service's, are turned
-- round.
--
-- Ours beside our networks: an interface has the address at its own side; where no direction tells it, the only one that
-- all of its conversations have, as long as none of the others is private.
WITH undirected AS (
    SELECT
        account_id, region, vpc_id, interface_id, flow_log_id, log_status,
        ip_normalize(initiator) AS initiator, ip_normalize(responder) AS responder, ip_family(initiator) AS family
    FROM rolled_up
    WHERE is_at_initiator IS NULL
        AND ip_family(initiator) = ip_family(responder)
        AND ip_normalize(initiator) <> ip_normalize(responder)
),
total AS (
    SELECT
        account_id, region, vpc_id, interface_id, flow_log_id, log_status, family,
        count(*) AS conversations,
        bool_or(is_private(initiator) OR is_private(responder)) AS sees_private
    FROM undirected
    GROUP BY account_id, region, vpc_id, interface_id, flow_log_id, log_status, family
),
shared AS (
    SELECT
        total.account_id, total.region, total.vpc_id, total.interface_id, total.flow_log_id, total.log_status,
        total.family, address, sees_private
    FROM total
    JOIN (
        SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, initiator AS address
        FROM undirected
        UNION ALL
        SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, responder AS address
        FROM undirected
    ) AS ends
        ON (total.account_id IS NOT DISTINCT FROM ends.account_id)
        AND (total.region IS NOT DISTINCT FROM ends.region)
        AND (total.vpc_id IS NOT DISTINCT FROM ends.vpc_id)
        AND total.interface_id = ends.interface_id
        AND (total.flow_log_id IS NOT DISTINCT FROM ends.flow_log_id)
        AND total.log_status = ends.log_status
        AND total.family = ends.family
    GROUP BY
        total.account_id, total.region, total.vpc_id, total.interface_id, total.flow_log_id, total.log_status,
        total.family, address, sees_private
    HAVING count(*) = min(conversations)
),
own AS (
    SELECT DISTINCT home AS own FROM (SELECT unnest(homes) AS home FROM rolled_up)
    UNION
    SELECT min(address) FROM shared
    WHERE NOT sees_private
    GROUP BY account_id, region, vpc_id, interface_id, flow_log_id, log_status, family
    HAVING count(*) = 1
),
-- Connections of which the client has the port that looks like the service's, and got an answer.
reversed AS (
    SELECT DISTINCT begun.initiator AS client, begun.responder AS server, begun.client_port, begun.service_port AS port
    FROM (
        SELECT initiator, responder, service_port, unnest(reversed_ports) AS client_port
        FROM rolled_up
        WHERE reversed_ports IS NOT NULL
    ) AS begun
    JOIN rolled_up AS answered
        ON answered.initiator = begun.initiator
        AND answered.responder = begun.responder
        AND answered.service_port = begun.service_port
    WHERE answered.protocol = 6 AND answers > 0 AND flags_or IS NOT NULL
),
looked_up AS (
    SELECT rolled_up.*, client IS NOT NULL AS is_turned
    FROM rolled_up
    LEFT JOIN reversed
        ON client = responder
        AND server = initiator
        AND client_port = service_port
        AND port = least_port
        AND least_port = greatest_port
        AND protocol = 6
        AND attempts + answers = 0
        AND rule = 2
),
turned AS (
    SELECT
        bucket, account_id, region, vpc_id, interface_id, flow_log_id, log_status,
        CASE WHEN is_turned THEN responder ELSE initiator END AS initiator,
        CASE WHEN is_turned THEN initiator ELSE responder END AS responder,
        CASE WHEN is_turned THEN least_port ELSE service_port END AS service_port,
        protocol,
        sum(flows) AS flows,
        sum(attempts) AS attempts,
        sum(initiator_ports) AS initiator_ports,
        sum(answers) AS answers,
        sum(rejected_flows) AS rejected_flows,
        sum(rejected) AS rejected,
        sum(CASE WHEN is_turned THEN rejected_flows - replies_rejected ELSE replies_rejected END) AS replies_rejected,
        min(CASE WHEN is_turned THEN service_port ELSE least_port END) AS least_port,
        max(CASE WHEN is_turned THEN service_port ELSE greatest_port END) AS greatest_port,
        sum(CASE WHEN is_turned THEN reply_packets ELSE request_packets END) AS request_packets,
        sum(CASE WHEN is_turned THEN reply_bytes ELSE request_bytes END) AS request_bytes,
        sum(CASE WHEN is_turned THEN request_packets ELSE reply_packets END) AS reply_packets,
        sum(CASE WHEN is_turned THEN request_bytes ELSE reply_bytes END) AS reply_bytes,
        sum(attempt_packets_squared) AS attempt_packets_squared,
        sum(attempt_packets) AS attempt_packets,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        bit_or(flags_or) AS flags_or,
        min(CASE WHEN is_turned THEN 1 ELSE rule END) AS rule,
        max(traffic_path) AS traffic_path,
        bool_or(is_at_initiator <> is_turned) AS is_at_initiator,
        bool_or(is_relayed) AS is_relayed
    FROM looked_up
    GROUP BY
        bucket, account_id, region, vpc_id, interface_id, flow_log_id, log_status,
        CASE WHEN is_turned THEN responder ELSE initiator END,
        CASE WHEN is_turned THEN initiator ELSE responder END,
        CASE WHEN is_turned THEN least_port ELSE service_port END,
        protocol
),
compared AS (
    SELECT
        turned.*,
        cidr_contains($own_networks, initiator) OR (of_initiator.own IS NOT NULL) AS own_initiator,
        cidr_contains($own_networks, responder) OR (of_responder.own IS NOT NULL) AS own_responder,
        CASE WHEN protocol = 6 AND flags_or IS NULL THEN initiator_ports ELSE attempts END AS connection_attempts
    FROM turned
    LEFT JOIN own AS of_initiator ON of_initiator.own = ip_normalize(initiator)
    LEFT JOIN own AS of_responder ON of_responder.own = ip_normalize(responder)
)
SELECT
    bucket,
    to_timestamp_seconds(bucket) AS bucket_time,
    account_id,
    region,
    vpc_id,
    interface_id,
    flow_log_id,
    log_status,
    -- One text for an address, however it was written.
    coalesce(ip_normalize(initiator), initiator) AS initiator,
    coalesce(ip_normalize(responder), responder) AS responder,
    service_port,
    protocol,
    CASE
        WHEN own_initiator AND own_responder THEN 'internal'
        WHEN own_initiator AND NOT own_responder THEN 'outbound'
        WHEN own_responder AND NOT own_initiator THEN 'inbound'
        WHEN NOT own_initiator AND NOT own_responder THEN 'transit'
    END AS direction,
    CASE
        WHEN log_status <> 'OK' THEN NULL
        WHEN answers > 0 THEN 'accepted'
        WHEN rejected > 0 AND rejected >= attempts THEN 'rejected'
        WHEN connection_attempts > 0 THEN 'unanswered'
        WHEN rejected_flows = flows THEN 'rejected'
        ELSE 'accepted'
    END AS outcome,
    flows,
    connection_attempts AS attempts,
    answers,
    least(rejected, connection_attempts) AS rejected,
    replies_rejected,
    request_packets,
    request_bytes,
    reply_packets,
    reply_bytes,
    attempt_packets,
    attempt_packets_squared,
    first_start,
    last_end,
    CASE WHEN least_port = greatest_port THEN least_port END AS initiator_port,
    flags_or,
    CASE rule WHEN 1 THEN 'tcp_flags' WHEN 2 THEN 'ports' WHEN 3 THEN 'address' END AS orientation,
    traffic_path,
    CASE WHEN is_at_initiator THEN 'initiator' WHEN NOT is_at_initiator THEN 'responder' END AS vantage,
    is_relayed
FROM compared
