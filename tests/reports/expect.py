"""What must be so."""

import sys


def expect(what: str, is_so: bool, otherwise: object = "") -> None:
    if not is_so:
        sys.exit(f"reports: not so: {what}\n{otherwise}")
