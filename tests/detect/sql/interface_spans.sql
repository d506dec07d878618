-- One row for every five minutes (of the records' start) and interface in a flow log. `flows_rejected` is no sum of
-- conversations; a test of its own has its numbers.
SELECT
    bucket,
    account_id,
    region,
    vpc_id,
    interface_id,
    flow_log_id,
    log_status,
    sum(flows) AS flows,
    min(first_start) AS first_start,
    max(last_end) AS last_end,
    bool_or(is_relayed) AS is_relayed
FROM conversations
GROUP BY bucket, account_id, region, vpc_id, interface_id, flow_log_id, log_status
