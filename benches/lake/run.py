#!/usr/bin/env python3
"""Times a lake beside DuckDB doing the same. See README.md beside this file."""

from __future__ import annotations

import argparse
import ipaddress
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers"))

import run as peers  # noqa: E402
from flow_fields import FIELDS, column, typed  # noqa: E402

THREADS = 2
DAYS = 30
PARTS = ["ingest", "queries", "needle", "detect", "history"]
HISTORICAL = "new-destination,new-exposure,new-external-port,new-internal-edge,new-resolver,new-smtp"
CONTEXT = ["security-groups.json", "interfaces.json", "threat-list.txt", "tor-list.txt", "trusted.txt"]

COPY = """
import sys, duckdb
glob, columns, to = sys.argv[1], sys.argv[2], sys.argv[3]
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"COPY (SELECT * FROM read_csv('{glob}', columns = {columns}, auto_detect = false, delim = ' ', "
    f"header = true, nullstr = '-', quote = '', escape = '') ORDER BY start) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")
"""

ASK = """
import csv, sys, duckdb
file, sql = sys.argv[1], sys.argv[2]
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"CREATE VIEW flows AS SELECT * FROM '{file}'")
answer = connection.sql(sql)
writer = csv.writer(sys.stdout)
writer.writerow(answer.columns)
writer.writerows(answer.fetchall())
"""


def main() -> None:
    """Runs what was asked for, and prints it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vpcflow", type=Path, default=peers.ROOT / "target/release/vpcflow")
    parser.add_argument("--data", type=Path, default=peers.ROOT / "target/peers")
    parser.add_argument("--venv", type=Path, default=HERE.parent / "peers/.venv")
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=PARTS)
    given = parser.parse_args()
    peers.install(given.venv)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given, Path(folder))
        for part in PARTS:
            if given.only in (None, part):
                getattr(bench, part)()


class Bench:
    """The programs, the data, and what was made of it."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        self.vpcflow, self.python, self.runs = given.vpcflow.resolve(), given.venv / "bin/python", given.runs
        self.given, self.folder = given, folder
        self.logs = peers.generate(self.vpcflow, given.data, given.records)
        self.lake, self.file = folder / "lake", folder / "duck.parquet"

    def make(self) -> tuple[float, float]:
        """One turn of each: seconds of an ingest, and of DuckDB's copy."""
        shutil.rmtree(self.lake, ignore_errors=True)
        columns = str({column(field): typed(field, "VARCHAR", "INTEGER", "BIGINT") for field in FIELDS})
        ingest = [self.vpcflow, "ingest", self.logs, "--to", self.lake, "--threads", THREADS]
        copy = [self.python, "-c", COPY, self.logs / "**/*.log.gz", columns, self.file]
        return self.seconds(ingest), self.seconds(copy)

    def seconds(self, command: list) -> float:
        """How long a process takes by the clock."""
        return peers.measure([str(part) for part in command]).seconds

    def ingest(self) -> None:
        """Text to committed flows and conversations."""
        turns = [self.make() for _ in range(self.runs + 1)][1:]
        ours, theirs = (statistics.median(times) for times in zip(*turns))
        print(f"ingest: {ours:.2f} s, DuckDB's COPY {theirs:.2f} s, ratio {ours / theirs:.2f} (bound 0.5)")
        flows = sum(file.stat().st_size for file in (self.lake / "flows").rglob("*.parquet"))
        print(f"flows on disk: {flows / 1e6:.1f} MB, DuckDB's file {self.file.stat().st_size / 1e6:.1f} MB (bound: no more)")

    def made(self) -> None:
        """Makes lake and file, unless they are there."""
        if not self.lake.exists():
            self.make()

    def queries(self) -> None:
        """The six queries that read something, beside DuckDB on its own file."""
        self.made()
        ask = lambda sql: [self.vpcflow, "query", self.lake, "-c", sql, "--format", "csv", "--threads", THREADS]
        duck = lambda sql: [self.python, "-c", ASK, self.file, sql]
        answer = lambda command: subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
        picks = {name: answer(ask(query.sql)).splitlines()[1] for name, query in peers.PICKS.items()}
        totals = [0.0, 0.0]
        for query in (query for query in peers.QUERIES if query.name not in ("startup", "count")):
            sql = query.sql.format(**picks)
            if query.name == "one-address":
                # A lake has more columns: what the keys say.
                names = ", ".join(f'"{column(field)}"' for field in FIELDS)
                sql = sql.replace("*", names)
            given = [sorted(peers.rows(answer(make(sql)), query)) for make in (ask, duck)]
            if given[0] != given[1]:
                sys.exit(f"{query.name}: the answers differ")
            turns = [(self.seconds(ask(sql)), self.seconds(duck(sql))) for _ in range(self.runs)]
            ours, theirs = (statistics.median(times) for times in zip(*turns))
            totals = [totals[0] + ours, totals[1] + theirs]
            print(f"{query.name}: {ours:.3f} s, DuckDB {theirs:.3f} s, ratio {ours / theirs:.2f}")
        print(f"all queries: {totals[0]:.2f} s, DuckDB {totals[1]:.2f} s, ratio {totals[0] / totals[1]:.2f} (bound 0.9)")

    def needle(self) -> None:
        """One address of one day among thirty days."""
        logs, lake = self.month("month", self.given.records // 100)
        labels = json.loads((logs / "labels.json").read_text())
        # A stranger who came on the last day only; a host of ours is in every day.
        strangers = (label.get("actor") for label in labels if label["kind"] == "attack")
        address = next(actor for actor in strangers if actor and not ipaddress.ip_address(actor).is_private)
        sql = f"EXPLAIN ANALYZE SELECT * FROM flows WHERE srcaddr = '{address}'"
        plan = subprocess.run([self.vpcflow, "query", lake, "-c", sql], check=True, capture_output=True, text=True).stdout
        read = sum(size(text) for text in re.findall(r"bytes_scanned=([\d.]+ ?[KMG]?B?)", plan))
        whole = sum(file.stat().st_size for file in (lake / "flows").rglob("*.parquet"))
        print(f"needle {address}: {read / 1e6:.2f} of {whole / 1e6:.1f} MB read, {100 * read / whole:.1f} % (bound 5 %)")

    def month(self, name: str, records: int) -> tuple[Path, Path]:
        """The logs of thirty days with so many records each, attacks on the last, and a lake of them."""
        logs, lake = self.folder / name, self.folder / f"{name}-lake"
        days = ["--days", str(DAYS), "--records", str(records * DAYS), "--attacks"]
        subprocess.run([self.vpcflow, "generate", "--to", logs, *days], check=True, capture_output=True)
        subprocess.run([self.vpcflow, "ingest", logs, "--to", lake], check=True, capture_output=True)
        return logs, lake

    def history(self) -> None:
        """What is asked of thirty days of conversations."""
        records = self.given.records // 10
        _, lake = self.month("history", records)
        last = ["--date", "2026-04-09"]
        commands = {
            "detect, the last day by itself": ["detect", lake, *last, "--exclude", HISTORICAL],
            "detect, the last day against 29": ["detect", lake, *last],
            "backtest of port-scan": ["backtest", lake, "--only", "port-scan"],
            "backtest of unusual-egress": ["backtest", lake, "--only", "unusual-egress"],
            "investigate without detections": ["investigate", lake, "10.16.128.10", "--no-detect"],
        }
        for name, command in commands.items():
            taken = [self.seconds([self.vpcflow, *command, "--threads", str(THREADS)]) for _ in range(self.runs)]
            print(f"history, {DAYS} days of {records} records: {name} {statistics.median(taken):.2f} s")

    def detect(self) -> None:
        """All detections over the lake's day, beside the text's."""
        logs = peers.generate(self.vpcflow, self.given.data, self.given.records, attacks=True)
        lake = self.folder / "attacked"
        subprocess.run([self.vpcflow, "ingest", logs, "--to", lake], check=True, capture_output=True)
        context = [str(part) for file in CONTEXT for part in (f"--{Path(file).stem}", logs.parent / file)]
        command = lambda source: [str(self.vpcflow), "detect", str(source), *context, "--format", "json", "--threads", str(THREADS)]
        found = [json.loads(peers.measure(command(source)).stdout)["findings"] for source in (lake, logs)]
        if found[0] != found[1]:
            sys.exit("detect: the findings differ")
        turns = [(self.seconds(command(lake)), self.seconds(command(logs))) for _ in range(self.runs)]
        ours, theirs = (statistics.median(times) for times in zip(*turns))
        print(f"detect: lake {ours:.2f} s, text {theirs:.2f} s, ratio {ours / theirs:.2f} (bound 0.5)")


def size(text: str) -> float:
    """Bytes of what the engine prints: `12.3 K`, `4.5 MB`."""
    number = float(re.match(r"[\d.]+", text)[0])
    unit = re.sub(r"[\d. B]", "", text)
    return number * {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}[unit]


if __name__ == "__main__":
    main()
