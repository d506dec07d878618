"""Findings in the formats of others, held against the schemas that others publish: botocore's model of Security Hub, and
the OCSF classes of py-ocsf-models."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import boto3
from botocore.validate import ParamValidator
from expect import expect
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

SAMPLE = Path(__file__).resolve().parents[2] / "sample-logs"
GEO = Path(__file__).resolve().parents[1] / "geo"


def check(vpcflow: Path, folder: Path) -> None:
    findings = [json.loads(line) for line in detect(vpcflow, folder, "ndjson").read_text().splitlines()]
    check_asff([json.loads(line) for line in detect(vpcflow, folder, "asff").read_text().splitlines()], findings)
    check_ocsf(detect(vpcflow, folder, "ocsf").read_text().splitlines(), findings)


def detect(vpcflow: Path, folder: Path, form: str) -> Path:
    result = folder / f"findings.{form}"
    context = ["--security-groups", SAMPLE / "security-groups.json", "--interfaces", SAMPLE / "interfaces.json"]
    context += ["--geo", GEO / "country.mmdb", "--geo", GEO / "asn.mmdb", "--tor-list", SAMPLE / "tor-list.txt"]
    done = subprocess.run([vpcflow, "detect", SAMPLE, *context, "--format", form, "-o", result], capture_output=True)
    expect(f"detect --format {form}", done.returncode == 3, done.stderr.decode())
    return result


def check_asff(batches: list[list[dict]], findings: list[dict]) -> None:
    hub = boto3.client("securityhub", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    shape = hub.meta.service_model.operation_model("BatchImportFindings").input_shape
    for batch in batches:
        report = ParamValidator().validate({"Findings": batch}, shape)
        expect("the findings are Security Hub's", not report.has_errors(), report.generate_report())
        places = {tuple(item["ProductArn"].split(":")[3:5]) for item in batch}
        expect("a list is of one region and account", len(places) == 1, str(places))
    asff = [item for batch in batches for item in batch]
    ids = sorted(item["Id"] for item in asff)
    expect("they are the same findings", ids == sorted("vpcflow/" + finding["key"] for finding in findings), str(ids))
    places = [item["Action"]["NetworkConnectionAction"]["RemoteIpDetails"] for item in asff if "Action" in item]
    expect("they know places", any("Country" in place for place in places), str(places))


def check_ocsf(lines: list[str], findings: list[dict]) -> None:
    events = [DetectionFinding(**json.loads(line)) for line in lines]
    ids = [event.finding_info.uid for event in events]
    expect("the events are the same findings", ids == [finding["id"] for finding in findings], str(ids))
    for finding, line in zip(findings, lines):
        evidence = json.loads(line)["evidences"][0]
        end = "src_endpoint" if finding["direction"] == "outbound" else "dst_endpoint"
        other = "dst_endpoint" if finding["direction"] == "outbound" else "src_endpoint"
        is_right = evidence.get(end, {}).get("interface_uid") in (None, finding["interface_id"])
        expect("the interface is at our end", is_right and "interface_uid" not in evidence.get(other, {}), line)
    enriched = [event.enrichments for event in events if event.enrichments]
    expect("they know places", any("country" in one[0].data for one in enriched), str(enriched))
    incidents = [event.metadata.correlation_uid for event in events]
    expect("they name their incidents", incidents == [finding["incident"] for finding in findings], str(incidents))
