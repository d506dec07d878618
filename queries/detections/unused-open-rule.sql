-- id: unused-open-rule
-- title: A security group opens a port to the world that nobody uses
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- least-hours: hours
-- days: together
-- inputs: security-groups, interfaces
-- param: hours float 12 hours that the logs of one of the rule's interfaces must span before silence means anything
-- why: A rule that nobody uses serves only whoever finds it. The day something listens behind it, the whole internet
--   can reach that.
-- false-positives: A service that is used less often than the logs reach back, such as a monthly transfer.
-- remediation: Look at logs of some weeks, then remove the rule with aws ec2 revoke-security-group-ingress, or narrow
--   it to the networks that need it.
-- scope: interface

-- TCP uses a rule when it is answered: the internet knocks at every open port, and that alone is no use. Of other
-- protocols any accepted packet counts, because receivers such as syslog never answer.
WITH seen AS (
    SELECT
        interface_id,
        min(account_id) AS account_id,
        min(region) AS region,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM interface_spans
    WHERE interface_id IS NOT NULL
    GROUP BY interface_id
),
-- Logs that hold only what was rejected say nothing of use.
logs AS (
    SELECT sum(flows - flows_rejected) AS accepted FROM interface_spans WHERE log_status = 'OK'
),
-- Who began is not known where both ports are the same or there are none (IKE, ping): such traffic may have come in, to
-- either end. Who is trusted uses a rule like any other.
arrived AS (
    SELECT
        interface_id, initiator, protocol, direction, orientation,
        coalesce(service_port, 0) AS port,
        strpos(initiator, ':') > 0 AS is_ipv6,
        is_interface_sure
    FROM every_connection
    WHERE (outcome = 'accepted' OR (protocol <> 6 AND outcome <> 'rejected'))
        AND (direction IN ('inbound', 'internal') OR (direction = 'outbound' AND orientation = 'address'))
),
-- Where nobody can say whose interface recorded it, it may be a client's, and that does not use its own rules.
reached AS (
    SELECT interface_id, protocol, port, is_ipv6
    FROM arrived
    WHERE is_interface_sure OR orientation = 'address'
    UNION
    SELECT interfaces.interface_id, protocol, port, is_ipv6
    FROM interfaces
    JOIN (
        SELECT DISTINCT initiator, protocol, port, is_ipv6
        FROM arrived
        WHERE orientation = 'address' AND direction = 'internal'
    ) AS arrived ON strpos(' ' || addresses || ' ', ' ' || ip_normalize(initiator) || ' ') > 0
),
judged AS (
    SELECT
        rule.group_id,
        rule.group_name,
        rule.protocol,
        rule.from_port,
        rule.to_port,
        rule.cidr,
        rule.is_ipv6,
        rule.colour,
        min(seen.account_id) AS account_id,
        min(seen.region) AS region,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        max(last_end - first_start) AS seconds,
        to_char(from_unixtime(min(first_bucket)), '%Y-%m-%d') AS first_day,
        to_char(from_unixtime(max(last_bucket)), '%Y-%m-%d') AS last_day,
        min(rule.interface_id) AS interface_id,
        count(DISTINCT rule.interface_id) AS interfaces,
        count(DISTINCT seen.interface_id) AS interfaces_seen,
        array_to_string(array_sort(array_agg(DISTINCT rule.interface_id)), ''', ''') AS all_interfaces,
        array_to_string(array_sort(array_agg(DISTINCT addresses)), ' ') AS all_addresses
    FROM world_open_ports AS rule
    LEFT JOIN interfaces ON interfaces.interface_id = rule.interface_id
    LEFT JOIN seen ON seen.interface_id = rule.interface_id
    LEFT JOIN reached
        ON reached.interface_id = rule.interface_id
        AND reached.is_ipv6 = rule.is_ipv6
        AND reached.protocol = coalesce(rule.protocol, reached.protocol)
        AND reached.port BETWEEN rule.from_port AND rule.to_port
    GROUP BY
        rule.group_id, rule.group_name, rule.protocol, rule.from_port, rule.to_port, rule.cidr, rule.is_ipv6,
        rule.colour
    -- An interface that is not in the logs may use the rule unseen.
    HAVING count(reached.port) = 0 AND count(DISTINCT seen.interface_id) = count(DISTINCT rule.interface_id)
        AND max(last_end - first_start) >= $hours * 3600
)
SELECT
    account_id,
    region,
    CASE WHEN interfaces = 1 THEN interface_id END AS interface_id,
    -- The first address of the rule's family, if the interface has one.
    CASE
        WHEN interfaces > 1 THEN NULL
        WHEN is_ipv6 THEN (regexp_match(all_addresses, '[^ ]*:[^ ]*'))[1]
        ELSE (regexp_match(all_addresses, '[0-9]+[.][0-9.]+'))[1]
    END AS target,
    CASE WHEN from_port = to_port THEN from_port END AS port,
    protocol,
    'inbound' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE WHEN colour = 'red' THEN 'low' ELSE 'info' END AS severity,
    'Nothing was served '
        || CASE
            WHEN from_port = 0 AND to_port = 65535 THEN 'through the rule'
            WHEN from_port = to_port THEN 'at port ' || from_port
                || coalesce(' (' || service_name(from_port, protocol) || ')', '')
            ELSE 'at the ports ' || from_port || '-' || to_port
        END
        || CASE WHEN from_port = 0 AND to_port = 65535 THEN ' with which group ' ELSE ', which group ' END
        || group_name || ' (' || group_id || ') opens '
        || CASE
            WHEN from_port = 0 AND to_port = 65535 THEN coalesce('protocol ' || protocol, 'everything') || ' '
            ELSE ''
        END
        || 'to ' || cidr || ' on ' || counted(interfaces, 'interface')
        || CASE
            WHEN interfaces = 1
                THEN ', in the ' || round(seconds / 3600.0, 1) || ' hours from its first to its last record'
            ELSE ', in the up to ' || round(seconds / 3600.0, 1) || ' hours from the first to the last record of each'
        END
        || CASE WHEN first_day = last_day THEN ' on ' ELSE ', ' || first_day || ' to ' END || last_day AS description,
    -- Mostly shows nothing, because nobody came: what would have used the rule, and attempts that nothing answered.
    CASE WHEN interfaces > 1 THEN 'interface_id IN (''' || all_interfaces || ''') AND ' ELSE '' END
        || CASE
            WHEN from_port = 0 AND to_port = 65535 THEN ''
            WHEN from_port = to_port THEN 'dstport = ' || from_port || ' AND '
            ELSE 'dstport BETWEEN ' || from_port || ' AND ' || to_port || ' AND '
        END
        || coalesce('protocol = ' || protocol || ' AND ', '')
        || 'strpos(dstaddr, '':'') ' || CASE WHEN is_ipv6 THEN '> 0' ELSE '= 0' END
        || CASE
            WHEN strpos(all_addresses, CASE WHEN is_ipv6 THEN ':' ELSE '.' END) > 0
                THEN ' AND ip_normalize(dstaddr) IN (''' || replace(all_addresses, ' ', ''', ''') || ''')'
            ELSE ''
        END AS records,
    group_id,
    group_name,
    cidr AS rule_cidr,
    from_port AS rule_from_port,
    to_port AS rule_to_port,
    colour,
    interfaces,
    round(seconds / 3600.0, 1) AS hours
FROM judged
JOIN logs ON logs.accepted > 0
