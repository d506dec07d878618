#!/usr/bin/env python3
"""Asks `vpcflow serve` with the clients of others: psql, psycopg, asyncpg, and the queries of the Grafana dashboard; and
does to it what nobody should.

    python3 tests/serve/run.py PATH-TO-VPCFLOW

makes a venv under the target folder and installs the drivers into it. psql and openssl are the system's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import own_venv


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    own_venv.enter(vpcflow, __file__)
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
        attacks.greedy(vpcflow)
        doors.check(vpcflow, Path(home))
    print("serve: all as expected")


if __name__ == "__main__":
    main()
