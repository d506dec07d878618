//! What others have that is called otherwise here.

/// Functions of Athena, DuckDB and PostgreSQL, by their names there, and what they are here.
const FUNCTIONS: [(&str, &str); 35] = [
    ("hour minute second day month year", "date_part('hour', start_time)"),
    ("mod", "a % b"),
    ("sign", "signum(x)"),
    ("if iff iif", "CASE WHEN a THEN b ELSE c END"),
    ("split", "string_to_array(text, ',')"),
    ("count_if countif", "count(*) FILTER (WHERE ...)"),
    ("epoch to_unix_timestamp epoch_s", "to_unixtime(start_time), or start"),
    ("strftime format_datetime date_format_str", "to_char(start_time, '%H:%M')"),
    ("time_bucket", "date_bin(INTERVAL '5 minutes', start_time)"),
    ("list", "array_agg(x)"),
    ("mode", "GROUP BY x ORDER BY count(*) DESC LIMIT 1"),
    ("age date_diff datediff date_sub timediff", "end_time - start_time, or \"end\" - start in seconds"),
    ("variance", "var(x)"),
    ("max_by arg_max argmax", "first_value(a ORDER BY b DESC)"),
    ("min_by arg_min argmin", "first_value(a ORDER BY b)"),
    ("date_add dateadd", "start_time + INTERVAL '1 hour'"),
    ("approx_percentile percentile quantile quantile_cont", "approx_percentile_cont(x, 0.95)"),
    ("regexp_extract", "regexp_match(text, '...')[1]"),
    ("from_iso8601_timestamp parse_datetime strptime", "to_timestamp(text)"),
    ("listagg group_concat", "string_agg(x, ',')"),
    ("bitwise_and", "a & b"),
    ("bitwise_or", "a | b"),
    ("date_parse", "to_timestamp(text)"),
    ("pg_size_pretty format_bytes formatreadablesize", "human_bytes(bytes)"),
    ("arbitrary any_value", "min(x)"),
    ("sequence", "generate_series(1, 10)"),
    ("typeof", "arrow_typeof(x)"),
    ("format printf", "concat(a, ' ', b)"),
    ("every", "bool_and(x)"),
    ("width_bucket", "floor(bytes / 1000)"),
    ("json_agg jsonb_agg json_object_agg json_group_array", "array_agg(x)"),
    ("row_to_json to_json json_object json_build_object", "--format json, or \\format json"),
    ("percentile_disc", "percentile_cont(0.95) WITHIN GROUP (ORDER BY x)"),
    ("host", "the address itself: it is text"),
    ("now_utc getdate sysdate", "now()"),
];

/// What is written here for a function of another engine.
pub fn function(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(names, _)| names.split(' ').any(|known| known == name)).map(|(_, here)| *here)
}
