#!/usr/bin/env python3
"""Runs the built vpcflow against moto's server, for what the tests' own S3 server does not know: roles taken on,
encryption, requester pays, versions, keys that are no paths, every place that credentials may come from, and a queue of
notifications.

    python3 tests/moto/run.py PATH-TO-VPCFLOW

makes a venv under the target folder, installs moto into it, starts its server on 127.0.0.1 and ends it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import own_venv

from expect import expect

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-1"
SQL = "SELECT action, count(*) AS records, sum(bytes) AS bytes FROM flows GROUP BY action ORDER BY action"


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    own_venv.enter(vpcflow, __file__)
    from moto.server import ThreadedMotoServer

    import credentials
    import findings
    import notifications
    from doors import Recorder

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    moto = "{}:{}".format(*server.get_host_and_port())
    with tempfile.TemporaryDirectory() as home, Recorder(moto) as recorder:
        bucket = Bucket(vpcflow, recorder, Path(home))
        bucket.fill()
        bucket.check_reading()
        bucket.check_writing()
        credentials.check(bucket)
        findings.check(vpcflow, Path(home))
        notifications.check(vpcflow, moto)
    server.stop()
    print("moto: all as expected")


class Bucket:
    """The bucket `logs` of moto's, behind a door that notes who asks."""

    def __init__(self, vpcflow: Path, recorder, home: Path) -> None:
        import boto3

        self.vpcflow = vpcflow
        self.recorder = recorder
        self.home = home
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.s3 = boto3.client("s3", endpoint_url=recorder.url, region_name=REGION, **keys)
        self.logs = sorted((ROOT / "sample-logs" / "AWSLogs" / "123456789012").rglob("*T10*.log.gz"))

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs `vpcflow query` with these and no other settings of AWS."""
        clean = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_STS": self.recorder.url,
        }
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        command = [self.vpcflow, "query", *arguments, "--format", "csv"]
        everything = clean | (keys if environment is None else environment)
        return subprocess.run(command, env=everything, capture_output=True, text=True)

    def ask(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return self.run("s3://logs/", "--endpoint-url", self.recorder.url, *arguments, "-c", SQL, environment=environment)

    def fill(self) -> None:
        self.s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
        for log in self.logs:
            key = str(log.relative_to(ROOT / "sample-logs"))
            # An older version that must not be read, and the newest.
            self.s3.put_object(Bucket="logs", Key=key, Body=b"an older version")
            self.s3.upload_file(str(log), "logs", key, ExtraArgs={"ACL": "public-read"})
        self.s3.put_object(Bucket="logs", Key="deleted.log.gz", Body=b"no flow log")
        self.s3.delete_object(Bucket="logs", Key="deleted.log.gz")
        # What a console makes for an empty folder.
        self.s3.put_object(Bucket="logs", Key="empty/", Body=b"")

    def check_reading(self) -> None:
        local = self.run(*map(str, self.logs), "-c", SQL)
        expect("the logs are read from files", local.returncode == 0, local.stderr)
        self.expected = local.stdout
        remote = self.ask()
        expect("the newest versions are read", remote.stdout == local.stdout, remote.stdout + remote.stderr)
        expect("nothing is said of deleted objects", remote.returncode == 0 and not remote.stderr, remote.stderr)
        # A flow log whose prefix ends, or begins, with a slash writes keys that are no paths.
        for prefix in ["slash//", "/", "a/./"]:
            key = f"{prefix}AWSLogs/123456789012/vpcflowlogs/{REGION}/2026/03/11/{self.logs[0].name}"
            self.s3.upload_file(str(self.logs[0]), "logs", key)
            source = [f"s3://logs/{prefix}", "--endpoint-url", self.recorder.url, "--date", "2026-03-11"]
            odd = self.run(*source, "-c", "SELECT _object, count(*) > 0 AS any FROM flows GROUP BY _object")
            expect(f"{key} is read", odd.stdout == f"_object,any\ns3://logs/{key},true\n", odd.stdout + odd.stderr)
            self.s3.delete_object(Bucket="logs", Key=key)
        role = ["--role-arn", "arn:aws:iam::123456789012:role/reader", "--external-id", "example"]
        taken = self.recorder.count("sts:AssumeRole")
        paid = self.ask(*role, "--request-payer", "requester")
        expect("a role may read", paid.stdout == local.stdout, paid.stdout + paid.stderr)
        expect("the role was taken on", self.recorder.count("sts:AssumeRole") > taken, str(self.recorder.asked))
        expect("and it pays", self.recorder.asked[-1].payer == "requester", str(self.recorder.asked[-1]))

    def check_writing(self) -> None:
        for method, key in [("aws:kms", "alias/example"), ("aws:kms", None), ("AES256", None)]:
            to = f"results/{method.replace(':', '-')}-{key is not None}.csv"
            arguments = ["--sse", method] + (["--kms-key-id", key] if key else [])
            written = self.ask("-o", f"s3://logs/{to}", *arguments)
            expect(f"a result is written with {method}", written.returncode == 0, written.stderr)
            result = self.s3.get_object(Bucket="logs", Key=to)
            expect("it is the result", result["Body"].read().decode() == self.expected, to)
            expect("it is encrypted as told", result.get("ServerSideEncryption") == method, str(result))
            expect("with the key as told", key is None or result.get("SSEKMSKeyId") == key, str(result))
            self.s3.delete_object(Bucket="logs", Key=to)


if __name__ == "__main__":
    main()
