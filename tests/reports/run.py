#!/usr/bin/env python3
"""Looks at what `vpcflow schedule` makes with the programs of others: reports in a browser (Chromium), messages at SNS and S3
(moto) and at a mail server (aiosmtpd), the files of `deploy` with cfn-lint and systemd-analyze, and by other clocks than the
machine's (libfaketime).

    python3 tests/reports/run.py PATH-TO-VPCFLOW [FOLDER FOR PICTURES]

makes a venv under the target folder. Chromium, openssl, systemd-analyze and faketime are the system's.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import own_venv


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    own_venv.enter(vpcflow, __file__)
    import clocks
    import deploy
    import pages
    import receivers

    # What a library says of its own future.
    warnings.simplefilter("ignore")
    pictures = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as home:
        deploy.check(vpcflow, Path(home))
        clocks.check(vpcflow, Path(home))
        receivers.check(vpcflow, Path(home))
        pages.check(vpcflow, Path(home), pictures)
    print("reports: all as expected")


if __name__ == "__main__":
    main()
