"""The queries of the Grafana dashboard, with Grafana's macros expanded as its PostgreSQL data source does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg

from server import Server

DASHBOARD = Path(__file__).resolve().parents[2] / "grafana" / "flows.json"
FROM, TO = ("2026-03-11T00:00:00Z", 1773187200), ("2026-03-12T00:00:00Z", 1773273600)
SECONDS = {"m": 60, "h": 3600}


def expanded(sql: str) -> str:
    def macro(found: re.Match[str]) -> str:
        name, arguments = found[1], [argument.strip() for argument in found[2].split(",")]
        column = arguments[0]
        match name:
            case "__timeFilter":
                return f"{column} BETWEEN '{FROM[0]}' AND '{TO[0]}'"
            case "__unixEpochFilter":
                return f"{column} >= {FROM[1]} AND {column} <= {TO[1]}"
            case "__timeGroupAlias" | "__unixEpochGroupAlias":
                span = arguments[1].strip("'")
                seconds = int(span[:-1]) * SECONDS[span[-1]]
                value = f"extract(epoch from {column})" if name == "__timeGroupAlias" else f"({column})"
                return f'floor({value}/{seconds})*{seconds} AS "time"'
        raise AssertionError(f"a macro that this test does not know: {name}")

    return re.sub(r"\$(\w+)\(([^)]*)\)", macro, sql)


def check(server: Server) -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    results = {}
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            for prepare in (False, True):
                with psycopg.connect(server.dsn()) as connection:
                    # Grafana's driver prepares what it asks, and takes values in binary.
                    cursor = connection.cursor(binary=prepare)
                    cursor.execute(expanded(target["rawSql"]), prepare=prepare)
                    rows = [dict(zip([column.name for column in cursor.description], row)) for row in cursor.fetchall()]
                assert rows, panel["title"]
                results.setdefault(panel["title"], rows)
            if target["format"] == "time_series":
                times = [row["time"] for row in rows]
                assert times == sorted(times) and FROM[1] <= times[0] and times[-1] <= TO[1], panel["title"]
    records = results["Records, accepted and rejected"]
    assert len({row["time"] for row in records}) == 288
    by_action = {action: sum(row["records"] for row in records if row["metric"] == action) for action in ("ACCEPT", "REJECT")}
    assert by_action == {"ACCEPT": 53105, "REJECT": 5276}, by_action
    assert results["Bytes to the internet, by hour"][0] == {"time": FROM[1], "metric": "012345678901", "bytes": 1189276}
    assert results["Top talkers"][0] == {
        "srcaddr": "10.16.166.10",
        "dstaddr": "10.16.129.10",
        "bytes": 3107387467832,
        "packets": 2142141688,
        "records": 96,
    }
    ports = results["Ports at which the internet was rejected"]
    assert ports[0] == {"port": 9443, "protocol": "TCP", "service": None, "records": 718, "sources": 1, "targets": 1}, ports[0]
    findings = results["Findings"]
    assert (findings[0]["detection"], findings[0]["severity"]) == ("brute-force-success", "critical"), findings[0]
    assert (findings[0]["actor"], findings[0]["target"], findings[0]["port"]) == ("203.0.113.19", "10.80.4.10", 22), findings[0]
    assert len(findings) == 111, len(findings)
