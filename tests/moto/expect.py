"""What must be so."""

import sys


def expect(what: str, is_so: bool, otherwise: str) -> None:
    if not is_so:
        sys.exit(f"moto: not so: {what}\n{otherwise}")
