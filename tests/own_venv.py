"""A venv under the target folder for a checker in Python, made anew when its requirements change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path


def enter(vpcflow: Path, script: str) -> None:
    """Returns in a venv with the requirements that lie beside the script, which it starts anew there if need be."""
    requirements = Path(script).resolve().parent / "requirements.txt"
    folder = vpcflow.parent / requirements.parent.name
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if Path(sys.prefix).resolve() == folder.resolve() and installed.exists():
        return
    if not (installed.exists() and installed.read_text() == requirements.read_text()):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
        installed.write_text(requirements.read_text())
    sys.exit(subprocess.run([python, script, vpcflow, *sys.argv[2:]], env=os.environ).returncode)
