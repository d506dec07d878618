"""A server of the built program, on a free port of this machine, that ends with its test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, vpcflow: Path, *arguments: object, environment: dict[str, str] | None = None) -> None:
        self.vpcflow = vpcflow
        self.arguments = [str(argument) for argument in arguments]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "VPCFLOW_SERVE_P"))}
        self.environment |= environment or {}

    def __enter__(self) -> Server:
        command = [self.vpcflow, "serve", "--listen", "127.0.0.1:0", *self.arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self.port = 0
        while not self.port:
            line = self.process.stderr.readline()
            assert line, f"{command} ended: {self.said}"
            self.said.append(line)
            heard = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", line)
            self.port = int(heard[1]) if heard else 0
        threading.Thread(target=self.said.extend, args=[self.process.stderr], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.poll() is None, f"the server ended by itself: {''.join(self.said)}"
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 143, self.process.returncode
        assert not any("the program is at fault" in line for line in self.said), "".join(self.said)

    def psql(self, *commands: str, options: str = "", timeout: float = 60, user: str = "anna") -> subprocess.CompletedProcess[str]:
        """What psql makes of some commands."""
        arguments = [argument for command in commands for argument in ("-c", command)]
        address = f"host=127.0.0.1 port={self.port} user={user} dbname=flows {options}"
        return subprocess.run(["psql", "-X", *arguments, address], capture_output=True, text=True, timeout=timeout, env=self.environment)

    def dsn(self, user: str = "anna") -> str:
        return f"host=127.0.0.1 port={self.port} user={user} dbname=flows"

    def query(self, sql: str, *arguments: str) -> str:
        """What `vpcflow query` says to the same question."""
        command = [self.vpcflow, "query", "sample-logs", "-c", sql, *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
