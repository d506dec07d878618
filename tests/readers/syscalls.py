"""The order in which an ingest has the disk take what it writes: after a power cut the log of a table must name nothing
that is not there. A file's content is on the disk when it is synced, its name when its folder is; and both must be before
the entry of the log appears that names the file."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+=\s+(-?\d+)")
TRACED = "openat,close,fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat"


def check(vpcflow: Path, source: Path, home: Path) -> None:
    """Ingests under strace and judges every entry of every log."""
    lake, trace = home / "traced", home / "trace"
    ingest = [vpcflow, "ingest", source, "--to", lake, "--commit-size", "100kB"]
    subprocess.run(["strace", "-f", "-s", "4096", "-e", f"trace={TRACED}", "-o", trace, *ingest], check=True, capture_output=True)
    judged = judge(trace.read_text().splitlines(), lake.resolve())
    assert judged["entries"] >= 10 and judged["files"] >= 10, judged


def judge(lines: list[str], lake: Path) -> dict[str, int]:
    """Follows the calls; fails at the first entry of a log that could be there without what it names."""
    open_files: dict[int, Path] = {}
    contents: set[Path] = set()  # whose content is on the disk
    unsynced: dict[Path, set[Path]] = {}  # folders, and the names in them that are not on the disk
    judged = {"entries": 0, "files": 0}
    for name, arguments, result in calls(lines):
        paths = [Path(path) for path in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)]
        if result < 0:
            continue
        if name == "openat":
            open_files[result] = paths[0]
            if "O_CREAT" in arguments and lake in paths[0].parents:
                contents.discard(paths[0])
                unsynced.setdefault(paths[0].parent, set()).add(paths[0])
        elif name == "close":
            open_files.pop(int(arguments), None)
        elif name in ("mkdir", "mkdirat") and (paths[0] == lake or lake in paths[0].parents):
            unsynced.setdefault(paths[0].parent, set()).add(paths[0])
        elif name in ("fsync", "fdatasync"):
            path = open_files.get(int(arguments))
            if path is not None:
                contents.add(path)
                unsynced.pop(path, None)
        elif name.startswith(("rename", "link")) and lake in paths[1].parents:
            source, target = paths[0], paths[1]
            assert source in contents, f"{target} appears before its content is on the disk"
            contents.add(target)
            unsynced.setdefault(target.parent, set()).add(target)
            if target.parent.name == "_delta_log" and target.suffix == ".json":
                judged["entries"] += 1
                table = target.parent.parent
                for entry in target.read_text().splitlines():
                    action = json.loads(entry)
                    if "add" not in action:
                        continue
                    judged["files"] += 1
                    named = table / action["add"]["path"]
                    assert named in contents, f"{target} names {named} before its content is on the disk"
                    for folder in [named, *named.parents]:
                        if folder == lake.parent:
                            break
                        waiting = unsynced.get(folder.parent, set())
                        assert folder not in waiting, f"{target} names {named} before {folder} is on the disk"
    for folder, names in unsynced.items():
        left = [name for name in names if name.exists() and "_delta_log" in name.parts]
        assert not left, f"{left} in {folder} are not on the disk at the end"
    return judged


def calls(lines: list[str]):
    """The calls in the order in which they ended, those that were interrupted put together again."""
    begun: dict[str, str] = {}
    for line in lines:
        thread = line.split(maxsplit=1)[0]
        if line.endswith("<unfinished ...>"):
            begun[thread] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        if "resumed>" in line:
            line = begun.pop(thread, thread) + line.split("resumed>", 1)[1]
        call = CALL.match(line)
        if call:
            yield call[1], call[2], int(call[3])
