#!/usr/bin/env python3
"""Reads a lake with the Delta Lake readers of others (DuckDB, Polars, delta-rs) and holds it against its source, which
DuckDB reads by itself; and watches in which order an ingest has the disk take what it writes.

    python3 tests/readers/run.py PATH-TO-VPCFLOW

makes a venv under the target folder and installs the readers into it. The order is watched with strace.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import own_venv

import syscalls


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    own_venv.enter(vpcflow, __file__)
    import tables

    with tempfile.TemporaryDirectory() as home:
        logs = Path(home) / "logs"
        generate = ["generate", "--to", logs, "--records", "20000", "--days", "2", "--attacks"]
        subprocess.run([vpcflow, *generate], check=True, capture_output=True)
        tables.check(vpcflow, logs, Path(home))
        syscalls.check(vpcflow, logs / "AWSLogs", Path(home))
    print("readers: all as expected")


if __name__ == "__main__":
    main()
