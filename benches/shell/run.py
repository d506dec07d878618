#!/usr/bin/env python3
"""How fast the shell is at a terminal: to its prompt, to stop a query, and to answer a question again.

    python3 benches/shell/run.py --vpcflow PATH --logs FOLDER-OF-A-LARGE-DAY [--runs N]

Prints medians. The prompt is that over sample-logs; a query is stopped, and asked again, over the large day.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import subprocess
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "vpcflow>"
# Long enough that it is stopped in its middle.
LONG = "SELECT srcaddr, dstaddr, dstport, count(*), sum(bytes) FROM flows GROUP BY 1, 2, 3 ORDER BY 5 DESC LIMIT 5;"
QUESTIONS = [
    "SELECT action, count(*), sum(bytes) FROM flows GROUP BY action ORDER BY action;",
    "SELECT srcaddr, sum(bytes) AS b FROM flows GROUP BY srcaddr ORDER BY b DESC LIMIT 10;",
]
ESCAPES = re.compile(rb"\x1b(\[[0-9;?<>=]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])")


class Terminal:
    """The shell at a terminal of its own."""

    def __init__(self, vpcflow: Path, source: Path) -> None:
        self.home = tempfile.TemporaryDirectory()
        main, worker = pty.openpty()
        self.begun = time.monotonic()
        environment = os.environ | {"HOME": self.home.name, "TERM": "xterm-256color", "PAGER": "cat"}
        # Ctrl-C is for who has the terminal.
        own = lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # noqa: E731
        streams = {"stdin": worker, "stdout": worker, "stderr": worker}
        command = [vpcflow, "shell", source]
        self.child = subprocess.Popen(command, **streams, env=environment, start_new_session=True, preexec_fn=own)
        os.close(worker)
        self.main = main

    def until(self, text: str, seconds: float = 300) -> float:
        """Seconds until a text stands on the screen."""
        begun, seen = time.monotonic(), b""
        while text.encode() not in ESCAPES.sub(b"", seen):
            if time.monotonic() - begun > seconds:
                raise SystemExit(f"{text!r} did not come: {seen[-2000:]!r}")
            if select.select([self.main], [], [], 0.05)[0]:
                got = os.read(self.main, 65536)
                # Editors ask where the cursor is, and terminals answer.
                if b"\x1b[6n" in got:
                    os.write(self.main, b"\x1b[1;1R")
                seen += got
        return time.monotonic() - begun

    def drain(self, seconds: float) -> bytes:
        """What comes in so many seconds."""
        begun, seen = time.monotonic(), b""
        while time.monotonic() - begun < seconds:
            if select.select([self.main], [], [], 0.01)[0]:
                seen += os.read(self.main, 65536)
        return seen

    def type(self, text: str) -> None:
        os.write(self.main, text.encode())

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self.main)
        self.home.cleanup()


def start(vpcflow: Path) -> float:
    terminal = Terminal(vpcflow, ROOT / "sample-logs")
    terminal.until(PROMPT)
    seconds = time.monotonic() - terminal.begun
    terminal.close()
    return seconds


def cancel(vpcflow: Path, logs: Path) -> float:
    terminal = Terminal(vpcflow, logs)
    terminal.until(PROMPT)
    terminal.type(LONG + "\r")
    # What was typed is echoed behind the old prompt.
    terminal.drain(0.5)
    terminal.type("\x03")
    seconds = terminal.until(PROMPT)
    rest = ESCAPES.sub(b"", terminal.drain(1.0))
    if b" rows" in rest:
        raise SystemExit("the query had ended before it was stopped: take a larger day")
    terminal.close()
    return seconds


def again(vpcflow: Path, logs: Path, question: str) -> tuple[float, float]:
    terminal = Terminal(vpcflow, logs)
    terminal.until(PROMPT)
    times = []
    for _ in range(2):
        begun = time.monotonic()
        terminal.type(question + "\r")
        terminal.until(" rows")
        times.append(time.monotonic() - begun)
        terminal.until(PROMPT)
    terminal.close()
    return times[0], times[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vpcflow", type=Path, required=True)
    parser.add_argument("--logs", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    vpcflow = given.vpcflow.resolve()
    starts = [start(vpcflow) for _ in range(given.runs + 1)][1:]
    print(f"start to prompt on sample-logs: {statistics.median(starts) * 1000:.0f} ms (bound 150 ms)")
    cancels = [cancel(vpcflow, given.logs) for _ in range(given.runs)]
    print(f"Ctrl-C to the next prompt: {statistics.median(cancels) * 1000:.0f} ms, {max(cancels) * 1000:.0f} at most (bound 200 ms)")
    for question in QUESTIONS:
        firsts, seconds = zip(*(again(vpcflow, given.logs, question) for _ in range(given.runs)))
        first, second = statistics.median(firsts), statistics.median(seconds)
        print(f"asked again: {second:.2f} s after {first:.2f} s, ratio {second / first:.2f} (bound 0.4): {question}")


if __name__ == "__main__":
    main()
