#!/usr/bin/env python3
"""Runs the built vpcflow against moto's server, for what the tests' own S3 server does not know: roles taken on,
encryption, requester pays and versions.

    python3 tests/moto/run.py PATH-TO-VPCFLOW

makes a venv under the target folder, installs moto into it, starts its server on 127.0.0.1 and ends it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
REGION = "eu-west-1"


def main() -> None:
    vpcflow = Path(sys.argv[1]).resolve()
    folder = vpcflow.parent / "moto"
    python = folder / "bin" / "python"
    if not (python.exists() and (folder / "installed").exists()):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS], check=True)
        (folder / "installed").touch()
    if os.environ.get("VPCFLOW_MOTO") != "1":
        again = [python, __file__, vpcflow]
        sys.exit(subprocess.run(again, env=os.environ | {"VPCFLOW_MOTO": "1"}).returncode)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [folder / "bin" / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        check(vpcflow, f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        log = server.communicate()[1]
    # STS is asked with POST; S3 is never asked so here.
    expect("the role was taken on", log.count('"POST / HTTP') >= 1, log[-2000:])
    print("moto: all as expected")


def check(vpcflow: Path, url: str) -> None:
    import boto3

    s3 = boto3.client(
        "s3", endpoint_url=url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
    for _ in range(100):
        try:
            s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
            break
        except Exception:  # not listening yet
            time.sleep(0.1)
    s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
    logs = sorted((ROOT / "sample-logs" / "AWSLogs" / "123456789012").rglob("*T10*.log.gz"))
    keys = [str(log.relative_to(ROOT / "sample-logs")) for log in logs]
    for key in keys:
        # An older version that must not be read, and the newest.
        s3.put_object(Bucket="logs", Key=key, Body=b"an older version")
        s3.upload_file(str(ROOT / "sample-logs" / key), "logs", key)
    s3.put_object(Bucket="logs", Key="deleted.log.gz", Body=b"no flow log")
    s3.delete_object(Bucket="logs", Key="deleted.log.gz")

    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL_STS": url,
    }

    def query(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [vpcflow, "query", *arguments, "--format", "csv"]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    sql = "SELECT action, count(*) AS records, sum(bytes) AS bytes FROM flows GROUP BY action ORDER BY action"
    local = query(*map(str, logs), "-c", sql)
    expect("the logs are read from files", local.returncode == 0, local.stderr)
    remote = query("s3://logs/", "--endpoint-url", url, "-c", sql)
    expect("the newest versions are read", remote.stdout == local.stdout, remote.stdout + remote.stderr)
    expect("nothing is said of deleted objects", remote.returncode == 0 and not remote.stderr, remote.stderr)

    role = ["--role-arn", "arn:aws:iam::123456789012:role/reader", "--external-id", "example"]
    paid = query("s3://logs/", "--endpoint-url", url, *role, "--request-payer", "requester", "-c", sql)
    expect("a role may read, and pays", paid.stdout == local.stdout, paid.stdout + paid.stderr)

    for method, key in [("aws:kms", "alias/example"), ("aws:kms", None), ("AES256", None)]:
        to = f"results/{method.replace(':', '-')}-{key is not None}.csv"
        arguments = ["--sse", method] + (["--kms-key-id", key] if key else [])
        written = query("s3://logs/", "--endpoint-url", url, "-c", sql, "-o", f"s3://logs/{to}", *arguments)
        expect(f"a result is written with {method}", written.returncode == 0, written.stderr)
        result = s3.get_object(Bucket="logs", Key=to)
        expect("it is the result", result["Body"].read().decode() == local.stdout, to)
        expect("it is encrypted as told", result.get("ServerSideEncryption") == method, str(result))
        expect("with the key as told", key is None or result.get("SSEKMSKeyId") == key, str(result))


def expect(what: str, is_so: bool, otherwise: str) -> None:
    if not is_so:
        sys.exit(f"moto: not so: {what}\n{otherwise}")


if __name__ == "__main__":
    main()
