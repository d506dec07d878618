#!/usr/bin/env python3
"""Reads a lake with the Delta Lake readers of others (DuckDB, Polars, delta-rs) and holds it against its source, which
DuckDB reads by itself; and watches in which order an ingest has the disk take what it writes.

    python3 tests/readers/run.py PATH-TO-VPCFLOW

makes a venv under the target folder and installs the readers into it. The order is watched with strace.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import syscalls

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    folder = vpcflow.parent / "readers"
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if not (installed.exists() and installed.read_text() == REQUIREMENTS.read_text()):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS], check=True)
        installed.write_text(REQUIREMENTS.read_text())
    if os.environ.get("VPCFLOW_READERS") != "1":
        again = [python, __file__, vpcflow]
        sys.exit(subprocess.run(again, env=os.environ | {"VPCFLOW_READERS": "1"}).returncode)
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
