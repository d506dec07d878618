-- id: admin-port-traffic
-- athena: VpcFlowLogsAdminPortTraffic
-- title: The 10 clients with the most traffic to and from administrative ports
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, action, log_status

-- Both directions count: a request has the administrative port as dstport, a reply as srcport. One vantage is chosen
-- for each pair of hosts and each direction: the interface and flow log that saw most of it.
WITH vantage AS (
    SELECT
        CASE WHEN dstport < srcport THEN srcaddr ELSE dstaddr END AS client,
        CASE WHEN dstport < srcport THEN dstaddr ELSE srcaddr END AS server,
        least(srcport, dstport) AS port,
        dstport < srcport AS request,
        sum(packets) AS packets,
        sum(bytes) AS bytes
    FROM flows
    WHERE log_status = 'OK' AND action = 'ACCEPT' AND protocol = 6
        -- Remote shells and desktops, WinRM, container and cluster control, and consoles in the browser.
        AND least(srcport, dstport) IN (
            22, 23, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 8006, 8080, 8443, 9090, 9443, 10000, 10250
        )
    GROUP BY interface_id, _flow_log_id, client, server, port, request
),
one_way AS (
    SELECT client, server, port, request, max(packets) AS packets, max(bytes) AS bytes
    FROM vantage
    GROUP BY client, server, port, request
)
SELECT
    client,
    count(DISTINCT server) AS servers,
    array_sort(array_agg(DISTINCT port)) AS ports,
    sum(bytes) AS bytes,
    sum(packets) AS packets
FROM one_way
GROUP BY client
ORDER BY bytes DESC NULLS LAST, client
LIMIT 10
