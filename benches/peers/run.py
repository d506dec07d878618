#!/usr/bin/env python3
"""Times vpcflow beside DuckDB, Polars, ClickHouse (chdb) and a process that only inflates the same objects.

Every run is a whole process, start of the interpreter included, with the objects in the page cache. The contenders
take turns, so that whatever else the machine does falls on all of them alike. All must give vpcflow's answer, row by
row: a difference ends the run with both answers shown. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REQUIREMENTS = HERE / "requirements.txt"
ENGINES = {"duckdb": "DuckDB", "polars": "Polars", "chdb": "ClickHouse"}
SEED = 1


@dataclass(frozen=True)
class Query:
    """One question, in SQL that all engines understand alike: no integer `/`, no NULL in an ORDER BY, no ties."""

    name: str
    sql: str
    reads: bool = True
    ordered: bool = False
    detects: bool = False


QUERIES = [
    Query("startup", "SELECT 1 AS one", reads=False),
    Query("count", "SELECT count(*) AS records FROM flows"),
    Query("actions", "SELECT action, count(*) AS records, sum(bytes) AS total_bytes FROM flows GROUP BY action"),
    Query("one-address", "SELECT * FROM flows WHERE dstaddr = '{address}'"),
    Query(
        "top-talkers",
        "SELECT srcaddr, dstaddr, sum(bytes) AS total_bytes FROM flows WHERE action = 'ACCEPT' "
        "GROUP BY srcaddr, dstaddr ORDER BY total_bytes DESC, srcaddr, dstaddr LIMIT 10",
        ordered=True,
    ),
    Query(
        "rejected-ports",
        "SELECT dstport, count(*) AS records, count(DISTINCT srcaddr) AS sources FROM flows WHERE action = 'REJECT' "
        "GROUP BY dstport ORDER BY records DESC, dstport LIMIT 20",
        ordered=True,
    ),
    Query(
        "interface-timeline",
        "SELECT start - start % 300 AS bucket, sum(bytes) AS total_bytes FROM flows "
        "WHERE interface_id = '{interface}' GROUP BY start - start % 300",
    ),
    Query(
        "hourly-egress",
        "SELECT interface_id, start - start % 3600 AS hour, sum(bytes) AS total_bytes FROM flows "
        "WHERE flow_direction = 'egress' GROUP BY interface_id, start - start % 3600",
    ),
]

# All of vpcflow's detections, beside a single group-by of the others over the same objects, attacks among them.
DETECT = Query("detect", QUERIES[2].sql, detects=True)

# What the queries above are asked about: an address with some hundreds of records, and the busiest interface.
PICKS = {
    "address": Query(
        "address",
        "SELECT dstaddr FROM flows WHERE dstaddr IS NOT NULL "
        "GROUP BY dstaddr ORDER BY abs(count(*) - 500), dstaddr LIMIT 1",
    ),
    "interface": Query(
        "interface",
        "SELECT interface_id FROM flows WHERE interface_id IS NOT NULL "
        "GROUP BY interface_id ORDER BY count(*) DESC, interface_id LIMIT 1",
    ),
}


class Failure(Exception):
    """Ends the run with a sentence for whoever started it."""


@dataclass(frozen=True)
class Run:
    """One process: wall and processor time, peak resident memory, and what it printed."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stdout: str


@dataclass
class Contender:
    """Someone who takes part; `missing` says why not."""

    name: str
    missing: str = ""
    runs: dict[str, list[Run]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> bool:
        """Whether it answers queries; inflating only is the floor under those who do."""
        return self.name != "inflate"

    def command(self, query: Query, sql: str, setup: Setup) -> list[str]:
        """The process that answers `query`."""
        if self.name == "inflate":
            return [str(setup.inflate), str(setup.threads), str(setup.logs)]
        if self.name == "vpcflow" and query.detects:
            given = setup.logs.parent
            files = ["security-groups.json", "interfaces.json", "threat-list.txt", "tor-list.txt", "trusted.txt"]
            context = [part for file in files for part in (f"--{Path(file).stem}", str(given / file))]
            how = ["--format", "json", "--threads", str(setup.threads)]
            return [str(setup.vpcflow), "detect", str(setup.logs), *context, *how]
        if self.name == "vpcflow":
            source = [str(setup.logs)] if query.reads else []
            return [str(setup.vpcflow), "query", *source, "-c", sql, "--format", "csv", "--threads", str(setup.threads)]
        glob = str(setup.logs / "**" / "*.log.gz") if query.reads else ""
        return [str(setup.python), str(HERE / f"with_{self.name}.py"), glob, sql, str(setup.threads)]

    def median(self, query: Query, measure: str) -> float | None:
        """The median of `seconds` or `peak_bytes` over the runs of a query, if there are any."""
        runs = self.runs.get(query.name)
        return statistics.median(getattr(run, measure) for run in runs) if runs else None


@dataclass(frozen=True)
class Setup:
    """Where everything is."""

    vpcflow: Path
    inflate: Path
    python: Path
    logs: Path
    threads: int
    runs: int


def measure(command: list[str]) -> Run:
    """Runs a process to its end.

    The kernel counts a child's peak memory from what this small process holds when it forks (some 20 MB), so smaller
    figures can't be seen.
    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        if child.returncode != 0:
            stderr.seek(0)
            said = stderr.read().decode(errors="replace").strip()[-600:]
            raise Failure(f"`{' '.join(command)}` ended with {child.returncode}: {said}")
        unit = 1 if sys.platform == "darwin" else 1024
        cpu = usage.ru_utime + usage.ru_stime
        return Run(seconds, cpu, usage.ru_maxrss * unit, stdout.read().decode())


def pinned() -> dict[str, str]:
    """The engines' versions."""
    pins = dict(line.split("==") for line in REQUIREMENTS.read_text().split() if "==" in line)
    return {name: pins[name] for name in ENGINES}


def install(venv: Path) -> dict[str, str]:
    """Makes the environment with the pinned engines; returns for each one that can't be had the reason."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    missing = {}
    for name, version in pinned().items():
        pin = f"{name}=={version}"
        probe = f"import importlib.metadata as m; assert m.version('{name}') == '{version}'"
        if subprocess.run([str(python), "-c", probe], capture_output=True).returncode == 0:
            continue
        print(f"installing {pin}", file=sys.stderr)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(REQUIREMENTS), pin]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or ["pip gave no reason"]
            missing[name] = lines[-1]
    return missing


def build_inflate() -> Path:
    """The process that only inflates: a small package of its own, see inflate/main.rs."""
    target = ROOT / "target" / "inflate"
    build = ["cargo", "build", "--quiet", "--release", "--manifest-path", str(HERE / "inflate" / "Cargo.toml")]
    subprocess.run([*build, "--target-dir", str(target)], check=True)
    return target / "release" / "inflate"


def generate(vpcflow: Path, data: Path, records: int, attacks: bool = False) -> Path:
    """The folder of the logs, generated unless there is one with these settings."""
    folder = data / (f"v5-{records}-seed-{SEED}" + ("-attacks" if attacks else ""))
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        print(f"generating {records} records", file=sys.stderr)
        options = ["--records", str(records), "--fields", "v5", "--seed", str(SEED)]
        options += ["--attacks"] if attacks else []
        measure([str(vpcflow), "generate", "--to", str(partial), *options])
        partial.rename(folder)
    return folder / "AWSLogs"


def rows(stdout: str, query: Query) -> list[list[str]]:
    """An answer as text, in an order that doesn't depend on the engine.

    vpcflow's `*` has more columns than the objects, times and what the key says; the others can't have them.
    """
    header, *body = csv.reader(io.StringIO(stdout))
    kept = [at for at, name in enumerate(header) if not name.startswith("_") and not name.endswith("_time")]
    answer = [[row[at] for at in kept] for row in body]
    return [[header[at] for at in kept], *(answer if query.ordered else sorted(answer))]


def check(query: Query, contender: Contender, stdout: str, expected: str) -> None:
    """Compares an answer with vpcflow's."""
    ours, theirs = rows(expected, query), rows(stdout, query)
    if ours == theirs:
        return
    differing = (at for at, (our, their) in enumerate(zip(ours, theirs)) if our != their)
    first = next(differing, min(len(ours), len(theirs)))
    shown = f"{query.name}: {contender.name} gives another answer than vpcflow"
    for name, answer in (("vpcflow", ours), (contender.name, theirs)):
        shown += f"\n{name}, {len(answer) - 1} rows, from row {first}:"
        shown += "".join("\n  " + ",".join(row) for row in answer[first : first + 20])
    raise Failure(shown)


def contest(query: Query, sql: str, contenders: list[Contender], setup: Setup) -> None:
    """Lets all take turns at a query: once unmeasured, which also fills the page cache, then `runs` times."""
    takers = [one for one in contenders if not one.missing and (one.answers or query.reads)]
    expected = ""  # vpcflow comes before its peers, so the first turn sets it before it is needed
    for turn in range(setup.runs + 1):
        if sys.stderr.isatty():
            print(f"\r{query.name}: {turn}/{setup.runs} ", end="", file=sys.stderr, flush=True)
        first = turn % len(takers)
        for contender in takers[first:] + takers[:first]:
            if query.name in contender.failures:
                continue
            try:
                run = measure(contender.command(query, sql, setup))
            except Failure as failure:
                if contender.name == "vpcflow":
                    raise
                contender.failures[query.name] = str(failure)
                contender.runs.pop(query.name, None)
                continue
            if contender.name == "vpcflow":
                expected = expected or run.stdout
            if contender.answers and not query.detects:
                check(query, contender, run.stdout, expected)
            if turn > 0:
                contender.runs.setdefault(query.name, []).append(run)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def table(title: str, heads: list[str], lines: list[list[str]]) -> str:
    """A Markdown table with its columns lined up."""
    widths = [max(len(line[at]) for line in [heads, *lines]) for at in range(len(heads))]
    ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    text = f"{title}\n\n"
    for first, *others in [heads, ruler, *lines]:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:]))]
        text += "| " + " | ".join(cells) + " |\n"
    return text


def ratio(part: float | None, whole: float | None) -> str:
    """How many times `whole` the `part` is."""
    return f"{part / whole:.2f}" if part and whole else "n/a"


def report(queries: list[Query], contenders: list[Contender], setup: Setup) -> str:
    """Times with ratios, then memory, then why cells are empty."""
    titles = [ENGINES.get(one.name, one.name) for one in contenders]
    times, memory = [], []
    for query in queries:
        seconds = {one.name: one.median(query, "seconds") for one in contenders}
        peaks = [one.median(query, "peak_bytes") for one in contenders]
        peers = [value for name in ENGINES if (value := seconds[name]) is not None]
        ratios = [ratio(seconds["vpcflow"], seconds["inflate"]), ratio(seconds["vpcflow"], min(peers, default=None))]
        times.append([query.name, *(f"{s:.3f}" if s else "n/a" for s in seconds.values()), *ratios])
        memory.append([query.name, *(f"{peak / 1e6:.0f}" if peak else "n/a" for peak in peaks)])
    text = table(
        f"Seconds, median of {setup.runs}, {setup.threads} threads:",
        ["query", *titles, "vpcflow / inflate", "vpcflow / fastest peer"],
        times,
    )
    text += "\n" + table("Peak memory, MB:", ["query", *titles], memory)
    reasons = [f"{one.name}: {one.missing}" for one in contenders if one.missing]
    reasons += [f"{one.name}, {name}: {why}" for one in contenders for name, why in one.failures.items()]
    return text + "".join(f"\nn/a: {reason}\n" for reason in reasons)


def every_run(about: str, contenders: list[Contender]) -> str:
    """All measurements, as JSON."""
    measures = ("seconds", "cpu_seconds", "peak_bytes")
    runs = {
        one.name: {
            query: [{name: getattr(run, name) for name in measures} for run in runs] for query, runs in one.runs.items()
        }
        for one in contenders
    }
    return json.dumps({"about": about.splitlines(), "runs": runs}, indent=1) + "\n"


def surroundings(setup: Setup) -> str:
    """The machine, the data and the engines, a line each."""
    processor = platform.processor() or platform.machine()
    if (cpuinfo := Path("/proc/cpuinfo")).exists():
        models = [line.split(":", 1)[1] for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        processor = models[0].strip() if models else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    objects = list(setup.logs.rglob("*.log.gz"))
    size = sum(path.stat().st_size for path in objects) / 1e6
    return (
        f"Machine: {os.cpu_count()} x {processor}, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the start\n"
        f"Data: {len(objects)} objects, {size:.1f} MB of gzip\n"
        f"Engines: {', '.join(f'{name} {version}' for name, version in pinned().items())}\n"
    )


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=5_000_000, metavar="N", help="records to generate (5000000)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="measured runs of each query (5)")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="threads for each contender (2)")
    names = [query.name for query in [*QUERIES, DETECT]]
    only = "one query, again for more: " + ", ".join(names)
    parser.add_argument("--only", action="append", choices=names, metavar="QUERY", help=only)
    parser.add_argument("--vpcflow", type=Path, default=ROOT / "target/release/vpcflow", metavar="PATH")
    parser.add_argument("--data", type=Path, default=ROOT / "target/peers", metavar="DIR", help="where data is kept")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", metavar="DIR", help="where engines are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every run to a file")
    return parser.parse_args()


def main() -> None:
    """Sets up, runs, reports."""
    options = arguments()
    vpcflow = options.vpcflow.absolute()
    venv = options.venv.absolute()
    if not vpcflow.exists():
        raise Failure(f"no vpcflow at {options.vpcflow}; build it with `cargo build --release --bin vpcflow`")
    missing = install(venv)
    inflate = build_inflate()
    logs = generate(vpcflow, options.data.absolute(), options.records)
    setup = Setup(vpcflow, inflate, venv / "bin" / "python", logs, options.threads, options.runs)
    contenders = [Contender(name, missing.get(name, "")) for name in ["inflate", "vpcflow", *ENGINES]]
    about = surroundings(setup)
    values = {}
    for name, query in PICKS.items():
        picked = measure(contenders[1].command(query, query.sql, setup)).stdout.split()
        values[name] = picked[1]  # below the column's name
    queries = [query for query in [*QUERIES, DETECT] if not options.only or query.name in options.only]
    for query in queries:
        if query.detects:
            logs = generate(vpcflow, options.data.absolute(), options.records, attacks=True)
            contest(query, query.sql, contenders, replace(setup, logs=logs))
        else:
            contest(query, query.sql.format(**values), contenders, setup)
    print(about, report(queries, contenders, setup), sep="\n")
    if options.json:
        options.json.write_text(every_run(about, contenders))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"run.py: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
