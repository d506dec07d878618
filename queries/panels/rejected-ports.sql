-- id: rejected-ports
-- title: Ports that were tried and refused
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- meaning: The ports of ours at which the most connections were rejected, how many addresses tried, and at how many hosts.
-- bars: rejected
SELECT
    service_port AS port,
    protocol_name(protocol) AS protocol,
    service_name(service_port, protocol) AS service,
    sum(rejected) AS rejected,
    count(DISTINCT initiator) AS sources,
    count(DISTINCT responder) AS hosts
FROM connections
WHERE direction IN ('inbound', 'internal') AND outcome = 'rejected'
GROUP BY service_port, protocol
ORDER BY rejected DESC, port, protocol
LIMIT 20
