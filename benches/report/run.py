#!/usr/bin/env python3
"""The report of a day from a lake with three weeks of history: time, memory, and the memory of a service that waits.

    python3 benches/report/run.py --vpcflow PATH --data FOLDER [--records N] [--days N] [--runs N]

makes the logs and the lake in FOLDER, if they are not there, and keeps them. Each run begins with nothing remembered; the
day is in the lake already, as it is when an ingest watches. Prints the median of the runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

LAST = date(2026, 3, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vpcflow", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--records", type=int, default=5_000_000, help="records of each day")
    parser.add_argument("--days", type=int, default=21, help="days of history")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    home = options.data.resolve() / f"report-{options.days}-days-{options.records}"
    make(options, home)
    times, memories = zip(*(once(options.vpcflow, home) for _ in range(options.runs)))
    page = next((home / "reports" / "daily").glob("2*.html"))
    print(f"report of a day of {options.records} records, {options.days} days of history, {page.stat().st_size / 1e6:.1f} MB")
    print(f"time: {statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f}; bound 3 s)")
    print(f"memory: {statistics.median(memories) / 1e6:.0f} MB at most (bound 1000 MB)")
    print(f"service that waits: {idle(options.vpcflow, home) / 1e6:.0f} MB (bound 60 MB)")


def make(options: argparse.Namespace, home: Path) -> None:
    if (home / "made").exists():
        return
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    first = LAST - timedelta(days=options.days)
    for number in range(options.days + 1):
        # A day at a time, so that the logs of one need room at a time; the last one stays where the lake knows its objects.
        day = home / "day"
        generate = ["generate", "--to", day, "--records", str(options.records), "--date", str(first + timedelta(number))]
        last = ["--attacks"] if number == options.days else []
        subprocess.run([options.vpcflow, *generate, *last], check=True, capture_output=True)
        subprocess.run([options.vpcflow, "ingest", day / "AWSLogs", "--to", home / "lake"], check=True, capture_output=True)
        if number < options.days:
            shutil.rmtree(day)
    fire = LAST + timedelta(days=1)
    (home / "schedule.toml").write_text(f"""
source = "day/AWSLogs"
lake = "lake"
[state]
folder = "state"
[context]
interfaces = ["day/interfaces.json"]
security-groups = ["day/security-groups.json"]
threat-list = ["day/threat-list.txt"]
tor-list = "day/tor-list.txt"
aws-ip-ranges = "day/ip-ranges.json"
[[schedule]]
name = "daily"
cron = "0 0 {fire.day} {fire.month} *"
period = "1d"
[[schedule.report]]
to = "reports"
""")
    (home / "made").touch()


def once(vpcflow: Path, home: Path) -> tuple[float, int]:
    """Seconds, and bytes at most."""
    shutil.rmtree(home / "state", ignore_errors=True)
    begun = time.monotonic()
    child = subprocess.Popen([vpcflow, "schedule", "schedule.toml", "--once"], cwd=home, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(said)
    return seconds, usage.ru_maxrss * 1024


def idle(vpcflow: Path, home: Path) -> int:
    """Bytes of a service that has made a report, and waits."""
    shutil.rmtree(home / "state", ignore_errors=True)
    child = subprocess.Popen([vpcflow, "schedule", "schedule.toml"], cwd=home, stderr=subprocess.PIPE, text=True)
    try:
        for line in child.stderr:
            if "judges" not in line:
                break
        time.sleep(10)
        status = Path(f"/proc/{child.pid}/status").read_text()
    finally:
        child.kill()
        child.wait()
    [resident] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(resident) * 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
