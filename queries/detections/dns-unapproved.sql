-- id: dns-unapproved
-- title: Hosts ask resolvers that are not approved
-- did: asked resolvers that are not approved
-- attack: T1071.004
-- guardduty: DefenseEvasion:EC2/UnusualDNSResolver
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: approved texts "" resolvers that hosts may ask: addresses and networks
-- param: doh texts "1.1.1.1, 1.0.0.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112, 208.67.222.222, 208.67.220.220,
--   94.140.14.14, 94.140.15.15, 2606:4700:4700::1111, 2606:4700:4700::1001, 2001:4860:4860::8888, 2001:4860:4860::8844,
--   2620:fe::fe, 2620:fe::9" well-known public resolvers, which answer over HTTPS too
-- param: packets int 10 packets that a host sends to resolvers of a kind, at least; fewer try out the network
-- param: shared_by int 5 hosts that may ask a resolver, each with a finding; of more there is one for all
-- param: recursive int 20 servers that a host may ask; one that asks more is a resolver itself
-- why: Whoever asks another resolver than the VPC's is seen neither by Route 53 Resolver DNS Firewall nor by the query
--   log, and over TLS or HTTPS not even the names are in the packets. Malware does so to stay unseen.
-- false-positives: Hosts that are meant to use a public resolver, and resolvers of your own, which ask the servers of
--   every name; add the resolvers to approved.
-- remediation: Let hosts use the VPC's resolver (DHCP options), close ports 53 and 853 to the internet in security
--   groups and network ACLs, and block the addresses of public resolvers where nobody needs them.

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted. The VPC's resolver and
-- 169.254.169.253 have addresses of ours: what goes there is not outbound.
WITH asked AS (
    SELECT
        CASE service_port WHEN 53 THEN 'dns' WHEN 853 THEN 'dot' ELSE 'doh' END AS kind,
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        request_packets,
        coalesce(request_bytes, 0) AS request_bytes,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND protocol IN (6, 17) AND service_port IN (53, 443, 853) AND outcome <> 'rejected'
        AND NOT is_unasked
        AND request_packets > 0
        AND NOT is_gateway_leg
        AND (service_port <> 443 OR cidr_contains($doh, responder))
        AND is_public(responder) AND NOT cidr_contains($approved, responder)
),
pair AS (
    SELECT
        kind, initiator, responder, service_port,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        min(region) AS region,
        max(region) AS other_region,
        min(interface_id) AS interface_id,
        max(interface_id) AS other_interface_id,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(request_packets) AS packets,
        sum(request_bytes) AS bytes
    FROM asked
    GROUP BY kind, initiator, responder, service_port
),
usage AS (
    SELECT
        *,
        cidr_contains($doh, responder) AS is_well_known,
        sum(packets) OVER (PARTITION BY kind, initiator) AS packets_of_host,
        count(*) OVER (PARTITION BY kind, initiator) AS resolvers_of_host,
        sum(packets) OVER (PARTITION BY kind, responder) AS packets_of_all,
        count(*) OVER (PARTITION BY kind, responder) AS all_hosts
    FROM pair
),
-- Of a resolver that many use, those that asked little count as well.
-- A host that is a resolver itself asks the servers of names, which others like it ask too: they are nobody's resolver.
counted AS (
    SELECT
        *,
        kind = 'dns' AND resolvers_of_host > $recursive AS is_recursive,
        sum(CASE WHEN kind = 'dns' AND resolvers_of_host > $recursive THEN 0 ELSE 1 END)
            OVER (PARTITION BY kind, responder) AS hosts
    FROM usage
    WHERE packets_of_host >= $packets OR (all_hosts > $shared_by AND packets_of_all >= $packets)
),
-- A resolver that many use is one finding, and the well-known ones together are, because they are used for one reason: the
-- hosts are set up so. Of the others, each host has one for each kind.
labelled AS (
    SELECT
        *,
        hosts > $shared_by AND NOT is_recursive AS is_shared,
        CASE
            WHEN hosts <= $shared_by OR is_recursive THEN initiator
            WHEN is_well_known THEN 'well-known'
            ELSE responder
        END AS whose
    FROM counted
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY kind, is_shared, whose ORDER BY packets_of_resolver DESC, responder, initiator
        ) AS place
    FROM (
        SELECT *, sum(packets) OVER (PARTITION BY kind, is_shared, whose, responder) AS packets_of_resolver
        FROM labelled
        WHERE is_shared OR packets_of_host >= $packets
    )
),
finding AS (
    SELECT
        kind,
        service_port,
        is_shared,
        whose,
        is_recursive,
        CASE WHEN min(account_id) = max(other_account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(other_region) THEN min(region) END AS region,
        CASE WHEN min(interface_id) = max(other_interface_id) THEN min(interface_id) END AS interface_id,
        min(CASE WHEN place = 1 THEN responder END) AS most_asked,
        max(packets_of_resolver) AS most_packets,
        CASE WHEN min(protocol) = max(other_protocol) THEN min(protocol) END AS protocol,
        min(first_bucket) AS window_start,
        max(last_bucket) + 300 AS window_end,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        count(DISTINCT initiator) AS hosts,
        count(DISTINCT responder) AS resolvers,
        examples(initiator) AS hosts_seen,
        examples(responder) AS resolvers_seen,
        array_to_string(array_sort(array_agg(DISTINCT responder)), ''', ''') AS all_resolvers,
        sum(packets) AS packets,
        sum(CASE WHEN is_well_known THEN 0 ELSE packets END) AS packets_to_unknown,
        sum(bytes) AS bytes
    FROM ranked
    GROUP BY kind, service_port, is_shared, whose, is_recursive
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN NOT is_shared THEN whose END AS actor,
    CASE WHEN resolvers = 1 THEN most_asked END AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN is_shared OR is_recursive THEN 'info'
        WHEN kind <> 'dns' AND bytes >= 1000000 THEN 'medium'
        WHEN packets_to_unknown >= 10000 THEN 'medium'
        WHEN kind <> 'dns' OR packets_to_unknown > 0 OR packets >= 10000 THEN 'low'
        ELSE 'info'
    END AS severity,
    CASE WHEN NOT is_shared THEN whose WHEN hosts = 1 THEN '1 host' ELSE hosts || ' hosts' END || ' asked '
        || CASE
            WHEN resolvers = 1 THEN most_asked || ', which is not approved,'
            ELSE resolvers || ' resolvers that are not approved, '
                || CASE WHEN most_packets * resolvers > packets THEN 'most of all ' ELSE 'among them ' END
                || most_asked || ','
        END
        || CASE kind WHEN 'dns' THEN ' in clear' WHEN 'dot' THEN ' over TLS' ELSE ' over HTTPS' END
        || ' (port ' || service_port || '), with '
        || counted(packets, 'packet') || ' of '
        || human_bytes(bytes) AS description,
    kind,
    'DefenseEvasion:EC2/Unusual'
        || CASE kind WHEN 'dns' THEN 'DNSResolver' WHEN 'dot' THEN 'DoTActivity' ELSE 'DoHActivity' END
        AS guardduty_type,
    hosts,
    hosts_seen,
    resolvers,
    resolvers_seen,
    packets,
    bytes,
    -- A longer list is no help to who reads it.
    CASE
        WHEN resolvers BETWEEN 2 AND 100
            THEN 'ip_normalize(srcaddr) IN (''' || all_resolvers || ''') OR ip_normalize(dstaddr) IN ('''
                || all_resolvers || ''')'
    END AS records
FROM finding
