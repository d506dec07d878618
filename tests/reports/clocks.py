"""Clocks that are set, and moved for summer, and runs that take longer than their period: real processes, whose clock is
libfaketime's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path

from expect import expect

HEADER = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def check(vpcflow: Path, home: Path) -> None:
    summer(vpcflow, home / "summer")
    longer(vpcflow, home / "longer")


def place(folder: Path, schedule: str) -> None:
    folder.mkdir()
    (folder / "logs").mkdir()
    (folder / "schedule.toml").write_text(
        'source = "logs"\nstate.folder = "state"\n[[schedule]]\nname = "s"\ngrace = "0s"\nonly = ["port-scan"]\n'
        + schedule
        + '[[schedule.report]]\nto = "reports"\n'
    )


def runs(folder: Path) -> list[tuple[str, str]]:
    """The periods that were judged, in order."""
    remembered = json.loads((folder / "state" / "s.json").read_text())
    return [(run["from"], run["to"]) for run in remembered["runs"]]


def summer(vpcflow: Path, folder: Path) -> None:
    """A daily run at a time that the clock leaves out, and at one that it shows twice."""
    for name, begin, end, wanted in (
        (
            "forward",
            "2026-03-28T01:30:00Z",
            "2026-03-30 12:00:00",
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        ),
        (
            "back",
            "2026-10-24T00:30:00Z",
            "2026-10-26 12:00:00",
            ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
    ):
        here = folder.with_name(f"summer-{name}")
        place(here, 'cron = "30 2 * * *"\ntime-zone = "Europe/Berlin"\n')
        start = int(datetime.fromisoformat(wanted[0]).timestamp())
        # Records of each half hour.
        lines = [
            f"2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.5 40000 443 6 3 180 {at} {at + 50} ACCEPT OK"
            for at in range(start, start + 3 * 86_400, 1800)
        ]
        (here / "logs" / "all.log").write_text("\n".join([HEADER, *lines, ""]))
        (here / "state").mkdir()
        state = {"form": 1, "done": begin, "runs": [], "known": {}, "untold": [], "failing": None, "refusals": {}}
        (here / "state" / "s.json").write_text(json.dumps(state))
        command = ["faketime", "-f", f"@{end}", vpcflow, "schedule", "schedule.toml", "--once"]
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"})
        expect(f"runs are done over the night in which the clock goes {name}", done.returncode == 0, done.stderr)
        got = runs(here)
        expect("each time is in one run", got == list(zip(wanted, wanted[1:])), got)


def longer(vpcflow: Path, folder: Path) -> None:
    """A run that takes longer than its period: what comes due meanwhile is done after it, in order, and nothing beside it.
    And a clock that is set back, and forward."""
    place(folder, 'cron = "*/10 * * * *"\n')
    begun = datetime.fromisoformat("2026-03-11T00:55:00Z").timestamp()
    lines = [
        f"2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.5 40000 443 6 3 180 {at} {at + 50} ACCEPT OK"
        for at in range(int(begun) - 3600, int(begun) + 86_400, 60)
    ]
    (folder / "logs" / "all.log").write_text("\n".join([HEADER, *lines, ""]))
    began = time.time()
    clock = folder / "clock"

    def set_clock(minutes: int) -> None:
        """So many minutes after the beginning."""
        new = folder / "clock.new"
        new.write_text(f"{begun - began + 60 * minutes:+.0f}\n")
        new.rename(clock)

    set_clock(0)
    environment = {
        **os.environ,
        "LD_PRELOAD": str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    command = [vpcflow, "schedule", "schedule.toml", "--log", "json"]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(command, cwd=folder, stderr=log, env=environment)

    def events() -> list[dict]:
        return [json.loads(line) for line in (folder / "log").read_text().splitlines()]

    def count(name: str) -> int:
        return sum(event["event"] == name for event in events())

    try:
        waited(lambda: count("run_begun"), "a run begins")
        [look] = looks_of(service.pid)
        os.kill(look, signal.SIGSTOP)
        time.sleep(1)
        is_running = count("run_done") == 0
        set_clock(26)
        os.kill(look, signal.SIGCONT)
        waited(lambda: count("run_done") == 4, "what came due meanwhile is done")
        # A service that waits sees that its clock is set; one that does not yet, knows no other.
        waited(lambda: not looks_of(service.pid), "the service waits")
        time.sleep(1)
        set_clock(11)
        waited(lambda: count("clock_set_back"), "it is seen that the clock was set back")
        set_clock(36)
        waited(lambda: count("run_done") == 5, "it goes on when the clock is right again")
    finally:
        service.kill()
        service.wait()
    found = events()
    order = "".join(event["event"][4] for event in found if event["event"] in ("run_begun", "run_done"))
    expect("the run was stopped before it was done", is_running)
    expect("no run begins before the one before is done", order == "bd" * 5, order)
    got = runs(folder)
    wanted = [f"2026-03-11T0{hour}:{minute}0:00Z" for hour, minute in ((0, 4), (0, 5), (1, 0), (1, 1), (1, 2), (1, 3))]
    expect("each period is judged once, in order", got == list(zip(wanted, wanted[1:])), got)
    expect("nothing is told as missed", count("runs_missed") == 0, found)


def looks_of(service: int) -> list[int]:
    found = subprocess.run(["pgrep", "--parent", str(service)], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def waited(for_what, name: str, seconds: int = 120):
    for _ in range(seconds * 20):
        if found := for_what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{name}: not within {seconds} s")
