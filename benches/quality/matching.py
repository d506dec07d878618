"""Which finding belongs to which label. README.md beside this file says the same in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class What:
    """The entities and the window of a label or a finding; `None` is what it does not name."""

    detection: str
    account_id: str | None
    region: str | None
    interface_id: str | None
    actor: str | None
    target: str | None
    port: int | None
    start: float
    end: float

    @staticmethod
    def of(json: dict) -> What:
        """Labels and findings have the same names for these."""
        names = ("detection", "account_id", "region", "interface_id", "actor", "target", "port")
        named = {name: json.get(name) for name in names}
        return What(**named, start=seconds(json["window_start"]), end=seconds(json["window_end"]))


def seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def agrees(label: What, finding: What) -> bool:
    """Whether a finding is about what a label says.

    Their windows overlap, nothing that both name differs, and at least one of actor, target and interface is named by
    both. A detection leaves an entity out when there were several.
    """
    if label.start > finding.end or finding.start > label.end:
        return False
    names = ("account_id", "region", "interface_id", "actor", "target", "port")
    both = {name: (getattr(label, name), getattr(finding, name)) for name in names}
    both = {name: pair for name, pair in both.items() if None not in pair}
    if any(one != other for one, other in both.values()):
        return False
    return any(name in both for name in ("actor", "target", "interface_id"))


def explains(label: What, finding: What) -> bool:
    """Whether an attack of another detection is what a finding shows: the same actor or target, not just a neighbour."""
    if not agrees(label, finding):
        return False
    return any(getattr(label, side) and getattr(label, side) == getattr(finding, side) for side in ("actor", "target"))


@dataclass
class Judged:
    """What came of one run of `detect` over one set of logs."""

    name: str
    skipped: dict[str, str]
    labels: list[dict]
    findings: list[dict]
    # For each label the findings that hit it; for each finding what it is.
    hits: list[list[int]] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        labels = [What.of(label) for label in self.labels]
        self.hits = [[] for _ in labels]
        for number, finding in enumerate(map(What.of, self.findings)):
            true, also, benign = [], [], []
            for place, label in enumerate(labels):
                kind, same = self.labels[place]["kind"], label.detection == finding.detection
                if kind != "benign" and same and agrees(label, finding):
                    self.hits[place].append(number)
                    true.append(label.detection)
                # An open rule that nothing uses explains nothing that happened.
                elif kind == "attack" and self.labels[place]["records"] and explains(label, finding):
                    also.append(label.detection)
                # A look-alike is no excuse, only a hint at why.
                elif kind == "benign" and agrees(label, finding):
                    benign.append(f"benign {label.detection}")
            self.verdicts.append("true" if true else "also" if also else "false")
            self.reasons.append(", ".join(sorted({*(true or also or benign)})))
