#!/usr/bin/env python3
"""Asks `vpcflow serve` with the clients of others: psql, psycopg, asyncpg, and the queries of the Grafana dashboard; and
does to it what nobody should.

    python3 tests/serve/run.py PATH-TO-VPCFLOW

makes a venv under the target folder and installs the drivers into it. psql and openssl are the system's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    folder = vpcflow.parent / "serve"
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if not (installed.exists() and installed.read_text() == REQUIREMENTS.read_text()):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS], check=True)
        installed.write_text(REQUIREMENTS.read_text())
    if os.environ.get("VPCFLOW_SERVE_TESTS") != "1":
        again = [python, __file__, vpcflow]
        sys.exit(subprocess.run(again, env=os.environ | {"VPCFLOW_SERVE_TESTS": "1"}).returncode)
    import attacks
    import dashboards
    import doors
    import drivers
    import terminal
    from server import Server

    with tempfile.TemporaryDirectory() as home:
        with Server(vpcflow, "sample-logs") as server:
            terminal.check(server)
            drivers.check(server)
            dashboards.check(server)
            attacks.check(server)
        doors.check(vpcflow, Path(home))
    print("serve: all as expected")


if __name__ == "__main__":
    main()
