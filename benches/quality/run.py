#!/usr/bin/env python3
"""Counts what the shipped detections find, miss and imagine in generated logs. See README.md beside this file."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from matching import Judged

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# The resolvers that the estate's hosts are meant to ask, which its owner would name. The benign days are judged without.
RESOLVERS = "1.1.1.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112"
KINDS = ("loud", "quiet", "fault")
CONTEXT = {
    "--security-groups": "security-groups.json",
    "--interfaces": "interfaces.json",
    "--threat-list": "threat-list.txt",
    "--tor-list": "tor-list.txt",
    "--trusted": "trusted.txt",
    "--aws-ip-ranges": "ip-ranges.json",
}


class Failure(Exception):
    """Ends the run with a sentence for whoever started it."""


@dataclass(frozen=True)
class Shape:
    """A network and the fields of its logs. Seed n is of shape n modulo their number."""

    name: str
    fields: str
    accounts: int
    interfaces: int
    records: int


SHAPES = [
    Shape("one account", "v5", 1, 60, 450_000),
    Shape("three accounts", "all", 3, 150, 300_000),
    Shape("one account, again", "v5", 1, 40, 300_000),
    Shape("default format", "v2", 2, 100, 300_000),
]
BENIGN = Shape("benign day", "v5", 2, 200, 500_000)


@dataclass(frozen=True)
class Setup:
    """The programs and where logs may lie."""

    vpcflow: Path
    generator: Path
    queries: Path | None
    folder: Path


def run(command: list[str], allowed: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode not in allowed:
        raise Failure(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()[-600:]}")
    return done.stdout


def judge(setup: Setup, shape: Shape, seed: int, attacks: bool) -> Judged:
    """Generates one day, runs the detections over it and matches what they found."""
    name = f"{shape.name}, seed {seed}"
    print(name, file=sys.stderr)
    logs = setup.folder / f"{shape.fields}-{shape.accounts}-{shape.interfaces}-{shape.records}-{attacks}-{seed}"
    if not logs.exists():
        partial = logs.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        options = {"fields": shape.fields, "accounts": shape.accounts, "interfaces": shape.interfaces}
        options |= {"records": shape.records, "seed": seed, "to": partial}
        command = [str(setup.generator), "generate", *(["--attacks"] if attacks else [])]
        run(command + [word for option, value in options.items() for word in (f"--{option}", str(value))])
        partial.rename(logs)
    command = [str(setup.vpcflow), "detect", str(logs), "--format", "json"]
    command += [word for option, file in CONTEXT.items() for word in (option, str(logs / file))]
    command += ["--param", f"dns-unapproved.approved={RESOLVERS}"] if attacks else []
    command += ["--queries", str(setup.queries)] if setup.queries else []
    report = json.loads(run(command))
    skipped = {item["detection"]: item["reason"] for item in report["skipped"]}
    labels = json.loads((logs / "labels.json").read_text())
    return Judged(name, skipped, labels, report["findings"])


def detections(days: list[Judged]) -> list[str]:
    named = {label["detection"] for day in days for label in day.labels}
    named |= {finding["detection"] for day in days for finding in day.findings}
    return sorted(named | {name for day in days for name in day.skipped})


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def quality_table(days: list[Judged], flawed_only: bool = False) -> list[str]:
    """One line for each detection: attacks planted and found, loud and quiet, and what was found.

    `flawed_only` leaves out those that found everything and nothing false.
    """
    lines = [
        "| detection | loud | quiet | faults | recall | findings | true | also | false | precision |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    total = Counter()
    for detection in detections(days):
        count = Counter()
        for day in days:
            if detection in day.skipped:
                continue
            for label, hits in zip(day.labels, day.hits):
                if label["detection"] == detection and label["kind"] != "benign":
                    which = label["variant"] or "fault"
                    count[which] += 1
                    count[which, "found"] += bool(hits)
            for finding, verdict in zip(day.findings, day.verdicts):
                count[verdict] += finding["detection"] == detection
        total += count
        is_flawed = count["false"] or any(count[kind] != count[kind, "found"] for kind in KINDS)
        if is_flawed or not flawed_only:
            lines.append(line(f"`{detection}`", count))
    return [*lines, line("all", total)]


def line(name: str, count: Counter) -> str:
    def found(which: str) -> str:
        return f"{count[which, 'found']} / {count[which]}" if count[which] else "-"

    recall = share(sum(count[kind, "found"] for kind in KINDS), sum(count[kind] for kind in KINDS))
    findings = count["true"] + count["also"] + count["false"]
    precision = share(count["true"] + count["also"], findings)
    cells = [name, *map(found, KINDS), recall, findings, count["true"], count["also"], count["false"], precision]
    return "| " + " | ".join(map(str, cells)) + " |"


def benign_table(days: list[Judged]) -> list[str]:
    """Findings on days without attacks, by detection: those of open rules that nothing uses are true."""
    counts = [Counter() for _ in days]
    for day, count in zip(days, counts):
        for finding, verdict in zip(day.findings, day.verdicts):
            count[finding["detection"], verdict == "false"] += 1
    lines = ["| detection | true findings a day | false findings a day, mean | most |", "|---|--:|--:|--:|"]
    for detection in sorted({key[0] for count in counts for key in count}):
        true = sum(count[detection, False] for count in counts) / len(days)
        false = [count[detection, True] for count in counts]
        lines.append(f"| `{detection}` | {true:.1f} | {sum(false) / len(days):.1f} | {max(false)} |")
    return lines


def tell_of(days: list[Judged], verbose: bool) -> None:
    """Every miss and every false finding, to be looked at by hand, and what explains the others."""
    also = Counter()
    for day in days:
        for label, hits in zip(day.labels, day.hits):
            if label["kind"] != "benign" and not hits and label["detection"] not in day.skipped:
                print(f"MISSED {day.name}: {label['variant'] or 'fault'} {label['detection']}: {label['note']}")
        for finding, verdict, reason in zip(day.findings, day.verdicts, day.reasons):
            if verdict == "false":
                near = f" (beside {reason})" if reason else ""
                print(f"FALSE {day.name}: {finding['severity']} {finding['detection']}: {finding['description']}{near}")
            also[finding["detection"], reason] += verdict == "also"
    if verbose:
        for (detection, reason), times in sorted(also.items()):
            if times:
                print(f"ALSO {times} times {detection}, explained by {reason}")


def write_readme(sections: dict[str, list[str]]) -> None:
    """Puts each table between its marks in the README of the repository."""
    path = ROOT / "README.md"
    text = path.read_text()
    for name, lines in sections.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        if begin not in text or end not in text:
            raise Failure(f"README.md has no section between `{begin.strip()}` and `{end}`")
        before, rest = text.split(begin, 1)
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]
    path.write_text(text)


def numbers(text: str) -> list[int]:
    """`101-120` or `101,105,130-132`."""
    ranges = [part.partition("-") for part in text.split(",") if part]
    return [seed for first, dash, last in ranges for seed in range(int(first), int(last if dash else first) + 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vpcflow", type=Path, default=ROOT / "target" / "release" / "vpcflow", help="the program")
    parser.add_argument("--generator", type=Path, help="another build of it, that makes the logs")
    parser.add_argument("--queries", type=Path, help="a folder of detections to judge in place of the shipped ones")
    parser.add_argument("--seeds", type=numbers, default=numbers("301-320"), help="days with attacks (301-320)")
    parser.add_argument("--benign-seeds", type=numbers, default=numbers("401-405"), help="days without (401-405)")
    parser.add_argument("--keep", type=Path, help="folder in which logs stay and are found again")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into README.md")
    parser.add_argument("-v", "--verbose", action="store_true", help="also list what explains findings of other attacks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        setup = Setup(options.vpcflow, options.generator or options.vpcflow, options.queries, folder)
        shaped = [(SHAPES[seed % len(SHAPES)], seed) for seed in options.seeds]
        days = [(shape, judge(setup, shape, seed, attacks=True)) for shape, seed in shaped]
        benign = [judge(setup, BENIGN, seed, attacks=False) for seed in options.benign_seeds]
    report(days, benign, options)


def report(days: list[tuple[Shape, Judged]], benign: list[Judged], options: argparse.Namespace) -> None:
    rich = [day for shape, day in days if shape.fields != "v2"]
    plain = [day for shape, day in days if shape.fields == "v2"]
    tell_of([*rich, *plain, *benign], options.verbose)
    sections = {}
    if rich:
        sections["quality"] = quality_table(rich)
    if plain:
        skipped = sorted({name for day in plain for name in day.skipped})
        skips = f"Skipped: {', '.join(skipped) or 'none'}."
        sections["quality-v2"] = [*quality_table(plain, flawed_only=True), "", skips]
    if benign:
        sections["quality-benign"] = benign_table(benign)
    for name, lines in sections.items():
        print(f"\n## {name}\n", *lines, sep="\n")
    if options.write_readme:
        write_readme(sections)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
