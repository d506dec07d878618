"""The tables of a lake as others see them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import polars
from deltalake import DeltaTable
from duckdb_extensions import import_extension

# The fields of version 5, as their objects' headers name them, and those that are numbers.
FIELDS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status "
    "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id "
    "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path"
).split()
NUMBERS = "version srcport dstport protocol packets bytes start end tcp-flags traffic-path".split()
COLUMNS = [field.replace("-", "_") for field in FIELDS]


def check(vpcflow: Path, logs: Path, home: Path) -> None:
    """Half of the objects, then the others, then all files merged: each time all readers see what the source has."""
    import_extension("delta")
    duck = duckdb.connect()
    duck.load_extension("delta")
    source = home / "source"
    lake = home / "lake"
    objects = sorted((logs / "AWSLogs").rglob("*.log.gz"))
    for half in (objects[::2], objects[1::2]):
        for path in half:
            to = source / path.relative_to(logs)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
        run(vpcflow, "ingest", source, "--to", lake)
        compare(duck, source, lake)
    run(vpcflow, "lake", "compact", lake)
    compare(duck, source, lake)
    found = run(vpcflow, "detect", lake, "--only", "port-scan,log-health,dns-unapproved", "--keep-findings", "--format", "ndjson")
    kept = duck.sql(f"SELECT id FROM delta_scan('{lake}/findings') ORDER BY id").fetchall()
    assert kept == sorted((json.loads(line)["id"],) for line in found.splitlines()) and kept
    # A run that finds nothing is one, too; what it was is the same to everybody.
    run(vpcflow, "detect", lake, "--only", "tor-relay", "--tor-list", no_relays(home), "--keep-findings", "--param", "tor-relay.peers=7")
    columns = ["detections", "parameters", "given", "findings", "is_partial"]
    runs = duck.sql(f"SELECT {', '.join(columns)} FROM delta_scan('{lake}/runs') ORDER BY ended").fetchall()
    assert runs[1] == ("tor-relay", '{"tor-relay.peers":7}', '{"tor-list":["%s"]}' % no_relays(home), 0, False), runs
    assert runs[0][3] == len(kept) and len(runs) == 2
    assert polars.scan_delta(str(lake / "runs")).sort("ended").select(columns).collect().rows() == runs
    joined = f"SELECT count(*) FROM delta_scan('{lake}/findings') JOIN delta_scan('{lake}/runs') USING (run) WHERE key <> id"
    assert duck.sql(joined).fetchone() == (len(kept),)


def no_relays(home: Path) -> Path:
    """A list of Tor's relays with none that the logs have."""
    path = home / "relays.txt"
    path.write_text("192.0.2.1\n")
    return path


def run(vpcflow: Path, *arguments: object) -> str:
    done = subprocess.run([vpcflow, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def compare(duck: duckdb.DuckDBPyConnection, source: Path, lake: Path) -> None:
    """Every record, by the readers' own means."""
    types = {column: "BIGINT" if field in NUMBERS else "VARCHAR" for field, column in zip(FIELDS, COLUMNS)}
    read = (
        f"read_csv('{source}/**/*.log.gz', columns = {types}, auto_detect = false, delim = ' ', header = true, "
        "nullstr = '-', quote = '', escape = '')"
    )
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    truth = duck.sql(f"SELECT {names} FROM {read} ORDER BY ALL").fetchall()
    seen = duck.sql(f"SELECT {names} FROM delta_scan('{lake}/flows') ORDER BY ALL").fetchall()
    assert seen == truth, f"DuckDB: {len(seen)} rows instead of {len(truth)}, or others"

    days = f"""SELECT CAST(to_timestamp("start") AT TIME ZONE 'UTC' AS DATE) AS day, count(*), sum(bytes), sum(packets)
        FROM {read} GROUP BY day ORDER BY day"""
    flows = polars.scan_delta(str(lake / "flows"))
    by_day = flows.group_by("date").agg(polars.len(), polars.col("bytes").sum(), polars.col("packets").sum())
    assert by_day.sort("date").collect().rows() == duck.sql(days).fetchall()

    interfaces = f"SELECT interface_id, count(*), sum(bytes) FROM {read} GROUP BY ALL ORDER BY interface_id"
    arrow = DeltaTable(str(lake / "flows")).to_pyarrow_table(columns=["interface_id", "bytes"])
    by_interface = arrow.group_by("interface_id").aggregate([([], "count_all"), ("bytes", "sum")])
    assert sorted(map(tuple, map(dict.values, by_interface.to_pylist()))) == duck.sql(interfaces).fetchall()

    # Every record is in one conversation, and every object that has records on record.
    told = duck.sql(f"SELECT sum(flows) FROM delta_scan('{lake}/conversations')").fetchone()
    assert told == (len(truth),), told
    conversations = polars.scan_delta(str(lake / "conversations")).select(polars.col("request_bytes", "reply_bytes").sum())
    total = duck.sql(f"SELECT sum(bytes) FROM {read}").fetchone()
    assert sum(conversations.collect().row(0)) == total[0]
    per_object = f"SELECT filename, count(*) FROM {read.replace('header', 'filename = true, header')} GROUP BY ALL ORDER BY ALL"
    registered = f"SELECT object, records FROM delta_scan('{lake}/objects') WHERE records > 0 ORDER BY ALL"
    assert duck.sql(registered).fetchall() == duck.sql(per_object).fetchall()

    # An interface has a row for each hour in which it logged, and what else it has is the same to everybody.
    logged = f"""SELECT count(*) FROM (SELECT DISTINCT "start" // 3600, interface_id FROM {read})"""
    hours = "SELECT count(*), sum(accepted), sum(rejected), sum(bytes_out) FROM"
    seen = duck.sql(f"{hours} delta_scan('{lake}/history_hours')").fetchone()
    assert seen[0] == duck.sql(logged).fetchone()[0], seen
    sums = ["accepted", "rejected", "bytes_out"]
    by_polars = polars.scan_delta(str(lake / "history_hours")).select(polars.len(), *(polars.col(name).sum() for name in sums))
    assert by_polars.collect().row(0) == seen and all(seen)
    for table in ("history_edges", "history_uploads"):
        rows = duck.sql(f"SELECT count(*) FROM delta_scan('{lake}/{table}')").fetchone()[0]
        assert rows == polars.scan_delta(str(lake / table)).select(polars.len()).collect().item() > 0
