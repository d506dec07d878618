-- Our hosts of the day that is judged, and on how many earlier days each was there. An address is given to another host
-- in time, and an interface gets other addresses, as those of pods do: both must have been there. An interface to which
-- nothing was let so far, nor from it, has no address to be known by. An address that changes hands within the day is as new
-- as the newest of its interfaces.
WITH seen AS (
    SELECT address, interface_id, bool_or(is_sure) AS is_sure
    FROM (
        SELECT
            CASE direction WHEN 'outbound' THEN initiator ELSE responder END AS address,
            CASE WHEN is_interface_sure OR direction <> 'internal' THEN interface_id END AS interface_id,
            is_interface_sure AS is_sure
        FROM connections
        WHERE direction IN ('inbound', 'internal', 'outbound') AND NOT is_gateway_leg
        UNION ALL
        SELECT initiator, NULL, FALSE FROM connections WHERE direction = 'internal'
    )
    GROUP BY address, interface_id
),
host AS (
    SELECT
        address,
        CASE WHEN count(interface_id) = 1 THEN min(interface_id) END AS interface_id
    FROM seen
    WHERE address IS NOT NULL
    GROUP BY address
),
of_address AS (
    SELECT address, count(DISTINCT day) AS days, min(day) AS first_day
    FROM (
        SELECT address, day
        FROM host
        JOIN history_edges ON address = initiator
        WHERE direction <> 'inbound'
        UNION ALL
        SELECT address, day
        FROM host
        JOIN history_edges ON address = responder
        WHERE direction <> 'outbound'
    )
    GROUP BY address
),
of_interface AS (
    SELECT interface_id, count(DISTINCT day) AS days, sum(accepted) AS accepted
    FROM history_hours
    WHERE interface_id IS NOT NULL
    GROUP BY interface_id
),
of_its_interfaces AS (
    SELECT
        seen.address,
        min(
            CASE
                WHEN accepted = 0 THEN of_interface.days
                ELSE least(coalesce(of_address.days, 0), coalesce(of_interface.days, 0))
            END
        ) AS days,
        min(coalesce(of_interface.days, 0)) AS interface_days
    FROM seen
    JOIN host ON host.address = seen.address
    LEFT JOIN of_address ON of_address.address = seen.address
    LEFT JOIN of_interface ON of_interface.interface_id = seen.interface_id
    WHERE seen.interface_id = host.interface_id OR (host.interface_id IS NULL AND is_sure)
    GROUP BY seen.address
)
SELECT
    host.address,
    host.interface_id,
    coalesce(of_its_interfaces.days, of_address.days, 0) AS days,
    CASE WHEN host.interface_id IS NULL THEN 0 ELSE coalesce(interface_days, 0) END AS interface_days,
    first_day
FROM host
LEFT JOIN of_address ON of_address.address = host.address
LEFT JOIN of_its_interfaces ON of_its_interfaces.address = host.address
