"""The files of deploy/, as those read them whom they are for."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from expect import expect

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def check(vpcflow: Path, home: Path) -> None:
    template(home)
    units(vpcflow, home)
    cronjob(vpcflow, home)


def template(home: Path) -> None:
    from cfnlint.api import lint_all

    all_found = lint_all((DEPLOY / "aws" / "schedule.yaml").read_text())
    # Errors and warnings; what begins with I informs.
    found = [match for match in all_found if not match.rule.id.startswith("I")]
    expect("cfn-lint finds nothing wrong with the stack", not found, found)


def units(vpcflow: Path, home: Path) -> None:
    """systemd takes the units, and finds them closed to what they do not need."""
    folder = home / "units"
    folder.mkdir()
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        # The binary is where it was built.
        (folder / unit.name).write_text(unit.read_text().replace("/usr/local/bin/vpcflow", str(vpcflow)))
    names = [str(unit) for unit in sorted(folder.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True)
    expect("systemd-analyze verifies the units", done.returncode == 0, done.stderr)
    # What it says of other units of the machine is not ours.
    ours = [line for line in done.stderr.splitlines() if "vpcflow" in line]
    expect("it has nothing to say of them", not ours, ours)


def cronjob(vpcflow: Path, home: Path) -> None:
    """The configuration in the CronJob is one, and the job is what Kubernetes calls restricted."""
    import yaml

    account, config, job = yaml.safe_load_all((DEPLOY / "kubernetes" / "cronjob.yaml").read_text())
    file = home / "schedule.toml"
    file.write_text(config["data"]["schedule.toml"])
    command = [vpcflow, "schedule", file, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env={"SLACK_URL": "https://hooks.example"})
    expect("the CronJob's schedule.toml is right", done.returncode == 0, done.stderr)
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    expect("what is mounted is there", mounted == {volume["name"] for volume in pod["volumes"]}, mounted)
    expect("its account is there", pod["serviceAccountName"] == account["metadata"]["name"])
    is_restricted = (
        pod["securityContext"]["runAsNonRoot"]
        and container["securityContext"]["readOnlyRootFilesystem"]
        and container["securityContext"]["capabilities"]["drop"] == ["ALL"]
        and not container["securityContext"]["allowPrivilegeEscalation"]
    )
    expect("the job is restricted", is_restricted, json.dumps(container))
    help_text = subprocess.run([vpcflow, "schedule", "--help"], capture_output=True, text=True).stdout
    options = [argument for argument in container["args"] if argument.startswith("--")]
    expect("its options are there", all(option in help_text for option in options), options)
    expect("there is a program to look at units with", shutil.which("systemd-analyze") is not None)
