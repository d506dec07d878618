"""Messages at those who take them: topics of SNS, a mail server with TLS and a password, a bucket with a key of KMS."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import os
import socket
import ssl
import subprocess
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

from expect import expect

REGION = "eu-west-1"
PASSWORD = "a password, with spaces"


def yesterday() -> datetime:
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=1)


def scan(ports: int) -> str:
    """A host that tries so many ports of another, in the default format."""
    start = int(yesterday().timestamp()) + 36_000
    lines = [
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
    ]
    lines += [
        f"2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.5 40000 {port} 6 1 44 {start + port} {start + port + 50} REJECT OK"
        for port in range(1, ports + 1)
    ]
    return "\n".join(lines) + "\n"


class Mailbox:
    """A mail server that wants TLS and a password."""

    def __init__(self, home: Path) -> None:
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        self.letters: list[email.message.EmailMessage] = []
        self.refuses = False
        self.unknown: set[str] = set()
        self.certificate, key = home / "mail.pem", home / "mail.key"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
        subprocess.run([*make, "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, key)

        def is_known(server, session, envelope, mechanism, data) -> AuthResult:
            return AuthResult(success=data.login == b"vpcflow" and data.password == PASSWORD.encode())

        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            require_starttls=True,
            tls_context=context,
            auth_required=True,
            auth_require_tls=True,
            authenticator=is_known,
        )
        self.controller.start()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.refuses:
            return "451 come back later"
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


def check(vpcflow: Path, home: Path) -> None:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    mailbox = Mailbox(home)
    try:
        told(vpcflow, home, url, mailbox)
    finally:
        mailbox.controller.stop()
        server.stop()


def told(vpcflow: Path, home: Path, url: str, mailbox: Mailbox) -> None:
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
    client = {name: boto3.client(name, endpoint_url=url, **keys) for name in ["s3", "sns", "sqs", "kms"]}
    client["s3"].create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": REGION})
    key = client["kms"].create_key()["KeyMetadata"]["Arn"]
    topic = client["sns"].create_topic(Name="flows")["TopicArn"]
    queue = client["sqs"].create_queue(QueueName="told")["QueueUrl"]
    arn = client["sqs"].get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    only_low = {"FilterPolicy": json.dumps({"severity": ["low", "medium"]})}
    client["sns"].subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=only_low)

    folder = home / "receivers"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "flows.log").write_text(scan(100))
    (folder / "page.json.j2").write_text(
        '{"summary": {{ subject }}, "actors": [{% for alert in alerts %}{{ alert.actor }}{% endfor %}]}\n'
    )
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "password").chmod(0o600)
    config = f"""
source = "logs"
[aws]
endpoint-url = "{url}"
region = "{REGION}"
[state]
folder = "s3://reports/state"
[notify.topic]
kind = "sns"
topic-arn = "{topic}"
from-severity = "low"
[notify.mail]
kind = "email"
host = "localhost"
port = {mailbox.port}
user = "vpcflow"
password = {{ file = "password" }}
from = "vpcflow@example.com"
to = ["one@example.com", "Two <two@example.com>"]
from-severity = "low"
[[schedule]]
name = "daily"
cron = "0 0 * * *"
grace = "0s"
only = ["port-scan"]
notify = ["topic", "mail"]
[[schedule.report]]
to = "s3://reports/pages/"
formats = ["html", "ocsf", "asff"]
sse = "aws:kms"
kms-key-id = "{key}"
"""
    (folder / "schedule.toml").write_text(config)
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SSL_CERT_FILE": str(mailbox.certificate),
        "NO_PROXY": "127.0.0.1,localhost",
        "PATH": os.environ["PATH"],
        "HOME": str(home),
    }

    def run(*arguments: str, code: int) -> str:
        command = [vpcflow, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
        expect(f"{' '.join(arguments)} ends with {code}", done.returncode == code, done.stdout + done.stderr)
        expect("no password is told", PASSWORD not in done.stdout + done.stderr, done.stderr)
        return done.stdout + done.stderr

    out = run("notify", "schedule.toml", "--test", code=0)
    expect("both took the test", out == "mail: took the message\ntopic: took the message\n", out)
    expect("the test arrived", "This is a test of vpcflow" in mailbox.letters[0]["Subject"], mailbox.letters)
    mailbox.letters.clear()

    # Somebody has left.
    mailbox.unknown = {"one@example.com"}
    out = run("notify", "schedule.toml", "mail", "--test", code=0)
    expect("the others have it", len(mailbox.letters) == 1, mailbox.letters)
    expect("who has not is told", "mail: took the message" in out and "one@example.com: " in out and "550" in out, out)
    mailbox.unknown = {"one@example.com", "two@example.com"}
    out = run("notify", "schedule.toml", "mail", "--test", code=2)
    expect("where nobody has it, it was refused", len(mailbox.letters) == 1 and "550" in out, out)
    mailbox.unknown = set()
    mailbox.letters.clear()

    # The mail server is out of order, and the topic is not.
    mailbox.refuses = True
    out = run("schedule", "schedule.toml", "--once", code=2)
    expect("that mail was not taken is told", "mail was not told, and will be" in out and "come back later" in out, out)
    mailbox.refuses = False
    run("schedule", "schedule.toml", "--once", code=0)
    run("schedule", "schedule.toml", "--once", code=0)
    expect("the letter came once", len(mailbox.letters) == 1, mailbox.letters)
    [letter] = mailbox.letters
    text = letter.get_content()
    expect("it says what was found", "203.0.113.9" in text and "port-scan" in text, text)
    expect("it goes to both", letter["To"] == "one@example.com, Two <two@example.com>", letter["To"])
    expect("its id stays the same", letter["Message-ID"].startswith("<daily-"), letter["Message-ID"])
    answer = client["sqs"].receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    messages = [json.loads(message["Body"]) for message in answer["Messages"]]
    expect("the topic was told once", len(messages) == 1, messages)
    expect("with what was found", "203.0.113.9" in messages[0]["Message"], messages[0])
    expect("with attributes", messages[0]["MessageAttributes"]["schedule"]["Value"] == "daily", messages[0])

    names = [item["Key"] for item in client["s3"].list_objects_v2(Bucket="reports", Prefix="pages/")["Contents"]]
    fire = (yesterday() + timedelta(days=1)).strftime("%Y-%m-%dT%H%MZ")
    endings = ["asff.ndjson", "html", "ocsf.ndjson"]
    wanted = [f"pages/daily/{fire}.{ending}" for ending in endings] + ["pages/daily/index.html"]
    expect("the reports lie in the bucket", names == wanted, names)
    for name in names:
        head = client["s3"].head_object(Bucket="reports", Key=name)
        is_encrypted = head.get("ServerSideEncryption") == "aws:kms" and head.get("SSEKMSKeyId") == key
        expect(f"{name} is encrypted with the key", is_encrypted, head)
    asff = client["s3"].get_object(Bucket="reports", Key=f"pages/daily/{fire}.asff.ndjson")["Body"].read()
    [findings] = [json.loads(line) for line in asff.splitlines()]
    expect("Security Hub can take the findings", findings[0]["SchemaVersion"] == "2018-10-08", findings)

    webhook(vpcflow, folder, run)


def webhook(vpcflow: Path, folder: Path, run) -> None:
    """A webhook with a form of its own, and Slack."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    got: list[tuple[str, str]] = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append((self.path, body))
            if self.path == "/moved":
                self.send_response(307)
                self.send_header("Location", "/elsewhere")
            else:
                self.send_response(200)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    sink = HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    for name in ["own", "slack", "moved"]:
        (folder / f"{name}.url").write_text(f"http://127.0.0.1:{sink.server_port}/{name}")
        (folder / f"{name}.url").chmod(0o600)
    receivers = [("own", "webhook", 'template = "page.json.j2"'), ("slack", "slack", ""), ("moved", "webhook", "")]
    config = 'source = "logs"\n[state]\nfolder = "state"\n'
    for name, kind, more in receivers:
        config += f'[notify.{name}]\nkind = "{kind}"\nurl = {{ file = "{name}.url" }}\nfrom-severity = "low"\n{more}\n'
    names = json.dumps([name for name, _, _ in receivers])
    config += f'[[schedule]]\nname = "daily"\ncron = "0 0 * * *"\ngrace = "0s"\nonly = ["port-scan"]\nnotify = {names}\n'
    (folder / "webhooks.toml").write_text(config)
    out = run("schedule", "webhooks.toml", "--once", code=2)
    expect("who points elsewhere is not followed", "moved was not told" in out and "307" in out, out)
    paths = [path for path, _ in got]
    expect("each was asked once, and nobody else", sorted(paths) == ["/moved", "/own", "/slack"], paths)
    bodies = dict(got)
    own = json.loads(bodies["/own"])
    expect("the template made it", own["actors"] == ["203.0.113.9"] and "203.0.113.9" in own["summary"], own)
    slack = json.loads(bodies["/slack"])
    kinds = [block["type"] for block in slack["blocks"]]
    expect("Slack gets blocks", kinds[0] == "header" and "section" in kinds, slack)
    sink.shutdown()
