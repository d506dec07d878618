"""Every place of AWS' default chain that credentials may come from, spoken to as AWS documents it; the keys that arrive at
S3 tell which were used. And where requests would go in AWS itself, seen from a proxy."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone

from doors import Door
from expect import expect


def check(bucket) -> None:
    static_keys(bucket)
    instance_role(bucket)
    container_role(bucket)
    web_identity(bucket)
    single_sign_on(bucket)
    process(bucket)
    nobody(bucket)
    addresses(bucket)


def document(number: int, seconds: int, names=("AccessKeyId", "SecretAccessKey", "Token")) -> bytes:
    """Credentials that differ by number and expire after so many seconds."""
    expiration = (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    key, secret, token = names
    values = {key: f"ASIAEXAMPLE{number:04}", secret: "secret", token: f"token-{number}"}
    return json.dumps({"Code": "Success", "Type": "AWS-HMAC", "Expiration": expiration} | values).encode()


def arrives(bucket, what: str, key: str, environment: dict[str, str], *arguments: str) -> None:
    """The logs are read, and every request to S3 was signed with `key`."""
    bucket.recorder.asked.clear()
    answer = bucket.ask(*arguments, environment=environment)
    expect(f"{what} may read", answer.stdout == bucket.expected, answer.stdout + answer.stderr)
    used = {asked.access_key for asked in bucket.recorder.asked if not asked.what.startswith("sts:")}
    expect(f"{what} signs", used == {key}, f"{used} instead of {key}")


def static_keys(bucket) -> None:
    (bucket.home / ".aws").mkdir()
    (bucket.home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = secret\n"
        "[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = secret\n"
    )
    arrives(bucket, "the default profile", "AKIADEFAULT", {})
    arrives(bucket, "a named profile", "AKIAOTHER", {}, "--profile", "other")
    # As in the AWS CLI, what is named goes before what lies about.
    keys = {"AWS_ACCESS_KEY_ID": "AKIALIESABOUT", "AWS_SECRET_ACCESS_KEY": "secret"}
    arrives(bucket, "a named profile beside keys", "AKIAOTHER", keys, "--profile", "other")
    unknown = bucket.ask("--profile", "nope", environment=keys)
    expect("an unknown profile is an error", unknown.returncode == 2 and "nope" in unknown.stderr, str(unknown))
    (bucket.home / ".aws" / "credentials").unlink()


def instance_role(bucket) -> None:
    def answer(request, _):
        if request.command == "PUT" and request.path == "/latest/api/token":
            ttl = request.headers["x-aws-ec2-metadata-token-ttl-seconds"]
            return 200, {"x-aws-ec2-metadata-token-ttl-seconds": ttl}, b"session"
        # Version 2 of the service only: nothing without the session's token.
        if request.headers.get("x-aws-ec2-metadata-token") != "session":
            return 401, {}, b""
        return {
            "/latest/meta-data/iam/security-credentials/": (200, {}, b"reader"),
            "/latest/meta-data/iam/security-credentials/reader": (200, {}, document(1, 3600)),
        }.get(request.path, (404, {}, b""))

    with Door(answer) as metadata:
        environment = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url}
        arrives(bucket, "an instance's role (IMDSv2)", "ASIAEXAMPLE0001", environment)


def container_role(bucket) -> None:
    seconds, given = 3600, []

    def answer(request, _):
        if request.headers.get("authorization") != "task":
            return 403, {}, b""
        given.append(f"ASIAEXAMPLE{len(given) + 10:04}")
        return 200, {"content-type": "application/json"}, document(len(given) + 9, seconds)

    with Door(answer) as task:
        environment = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{task.url}/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "task",
        }
        arrives(bucket, "a container's role (ECS)", "ASIAEXAMPLE0010", environment)
        file = bucket.home / "pod-token"
        file.write_text("task")
        environment.pop("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = str(file)
        arrives(bucket, "a pod's identity (EKS)", "ASIAEXAMPLE0011", environment)
        # Such as end within seconds are renewed on the way.
        seconds, before = 5, len(given)
        bucket.recorder.asked.clear()
        renewed = bucket.ask(environment=environment)
        expect("renewed credentials may read", renewed.stdout == bucket.expected, renewed.stdout + renewed.stderr)
        used = {asked.access_key for asked in bucket.recorder.asked}
        expect("they are renewed", len(given) > before + 1 and len(used) > 1 and used <= set(given), f"{used} of {given}")


def web_identity(bucket) -> None:
    file = bucket.home / "web-token"
    file.write_text("a.web.token")
    environment = {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/reader",
        "AWS_ROLE_SESSION_NAME": "example",
    }
    bucket.recorder.asked.clear()
    answer = bucket.ask(environment=environment)
    expect("a web identity (IRSA) may read", answer.stdout == bucket.expected, answer.stdout + answer.stderr)
    asked = bucket.recorder.asked
    expect("its role is taken on", asked[0].what == "sts:AssumeRoleWithWebIdentity", str(asked[0]))
    expect("with its token", all(asked.token for asked in asked[1:]), str(asked))


def single_sign_on(bucket) -> None:
    def answer(request, _):
        known = request.headers.get("x-amz-sso_bearer_token") == "signed in"
        if not (known and request.path.startswith("/federation/credentials?")):
            return 401, {}, b"{}"
        expiration = int((datetime.now(timezone.utc) + timedelta(hours=1)).timestamp() * 1000)
        keys = {"accessKeyId": "ASIAEXAMPLE0002", "secretAccessKey": "secret", "sessionToken": "token"}
        return 200, {"content-type": "application/json"}, json.dumps(
            {"roleCredentials": keys | {"expiration": expiration}}
        ).encode()

    with Door(answer) as portal:
        (bucket.home / ".aws" / "config").write_text(
            "[profile work]\nsso_session = company\nsso_account_id = 123456789012\nsso_role_name = reader\n"
            "[sso-session company]\nsso_region = eu-west-1\nsso_start_url = https://company.example/start\n"
        )
        cache = bucket.home / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        # What `aws sso login` leaves behind.
        session = {"startUrl": "https://company.example/start", "region": "eu-west-1", "accessToken": "signed in"}
        session["expiresAt"] = (datetime.now(timezone.utc) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        (cache / f"{hashlib.sha1(b'company').hexdigest()}.json").write_text(json.dumps(session))
        environment = {"AWS_ENDPOINT_URL_SSO": portal.url}
        arrives(bucket, "single sign-on", "ASIAEXAMPLE0002", environment, "--profile", "work")


def process(bucket) -> None:
    file = bucket.home / "process.json"
    document_of_process = json.loads(document(3, 3600, ("AccessKeyId", "SecretAccessKey", "SessionToken")))
    file.write_text(json.dumps(document_of_process | {"Version": 1}))
    (bucket.home / ".aws" / "config").write_text(f"[profile tool]\ncredential_process = cat {file}\n")
    arrives(bucket, "a process", "ASIAEXAMPLE0003", {"AWS_PROFILE": "tool"})


def nobody(bucket) -> None:
    (bucket.home / ".aws" / "config").unlink()
    answer = bucket.ask(environment={})
    expect("nobody may not read", answer.returncode == 2 and not answer.stdout, answer.stdout)
    expect("and is told to sign in", "aws sso login" in answer.stderr, answer.stderr)
    bucket.recorder.asked.clear()
    public = bucket.ask("--no-sign-request", environment={})
    expect("a public bucket is read unsigned", public.stdout == bucket.expected, public.stdout + public.stderr)
    signed = [asked for asked in bucket.recorder.asked if asked.access_key]
    expect("without a signature", not signed, str(signed))


def addresses(bucket) -> None:
    """Which host is asked for, as the proxy of the environment hears it; it lets nobody through."""
    asked: list[str] = []

    def answer(request, _):
        asked.append(f"{request.command} {request.path}")
        return 403, {}, b""

    arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/flows"
    fips, dual = {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_USE_DUALSTACK_ENDPOINT": "true"}
    with Door(answer) as proxy:
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "HTTPS_PROXY": proxy.url}
        for source, settings, host in [
            ("s3://logs/", {}, "logs.s3.eu-west-1.amazonaws.com"),
            ("s3://logs/", fips, "logs.s3-fips.eu-west-1.amazonaws.com"),
            ("s3://logs/", dual, "logs.s3.dualstack.eu-west-1.amazonaws.com"),
            ("s3://logs/", fips | dual, "logs.s3-fips.dualstack.eu-west-1.amazonaws.com"),
            (f"s3://{arn}/", {}, "flows-123456789012.s3-accesspoint.eu-west-1.amazonaws.com"),
        ]:
            asked.clear()
            answered = bucket.run(source, "-c", "SELECT 1 FROM flows", environment=keys | settings)
            expect("nothing is read through a proxy that refuses", answered.returncode == 2, answered.stdout)
            expect(f"{host} is asked", set(asked) == {f"CONNECT {host}:443"}, f"{asked}\n{answered.stderr}")
