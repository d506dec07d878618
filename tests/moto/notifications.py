"""A queue of moto's in which its S3 tells of new objects: `vpcflow ingest --queue`, in good times, killed, and among messages
that are not for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from doors import Door, Recorder
from expect import expect

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
COUNTS = "SELECT count(*), sum(bytes), sum(start), count(DISTINCT _object) FROM flows"
TWICE = "SELECT object FROM objects GROUP BY object HAVING count(*) > 1"


def check(vpcflow: Path, moto: str) -> None:
    for case in (
        every_way,
        strangers,
        what_is_gone,
        killed,
        full_disk,
        watching,
        wrong,
        servers,
    ):
        with tempfile.TemporaryDirectory() as home, Short(moto) as door:
            case(Flows(vpcflow, door, Path(home), case.__name__.replace("_", "-")))


class Short(Recorder):
    """The door before moto; messages come again after seconds, not minutes."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.hold_seconds: int | None = None
        # Is told of each request before it is passed on; what it returns is the answer in its stead.
        self.before: Callable[[str], tuple | None] = lambda _: None

    def forward(self, request, body: bytes):
        what = self.operation(request, body)
        if self.hold_seconds is not None and what == "sqs:ReceiveMessage":
            body = json.dumps(json.loads(body) | {"VisibilityTimeout": self.hold_seconds}).encode()
            request.headers.replace_header("content-length", str(len(body)))
        answer = self.before(what)
        return answer if answer else super().forward(request, body)


class Flows:
    """A bucket with flow logs to come, a queue, and a lake that they come into."""

    def __init__(self, vpcflow: Path, door: Short, home: Path, name: str) -> None:
        self.vpcflow, self.door, self.home, self.bucket = vpcflow, door, home, f"flows-{name}"
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = lambda service: boto3.client(service, endpoint_url=door.url, region_name=REGION, **keys)  # noqa: E731
        self.s3, self.sqs, self.sns = client("s3"), client("sqs"), client("sns")
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.url, self.arn = self.new_queue(self.bucket)
        self.source, self.lake = f"s3://{self.bucket}/AWSLogs/", home / "lake"
        generated = subprocess.run(
            [vpcflow, "generate", "--to", home / "logs", "--records", "4000", "--interfaces", "20"], capture_output=True
        )
        expect("logs are generated", generated.returncode == 0, generated.stderr.decode())
        self.files = sorted((home / "logs" / "AWSLogs").rglob("*.log.gz"))
        expect("there are some", len(self.files) > 20, str(len(self.files)))
        self.put: list[Path] = []

    def new_queue(self, name: str) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, asked["Attributes"]["QueueArn"]

    def notify(self, **configuration) -> None:
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration=configuration)

    def notify_queue(self) -> None:
        self.notify(QueueConfigurations=[{"QueueArn": self.arn, "Events": ["s3:ObjectCreated:*"]}])

    def key(self, file: Path) -> str:
        return str(file.relative_to(self.home / "logs"))

    def deliver(self, *files: Path) -> None:
        for file in files:
            self.s3.upload_file(str(file), self.bucket, self.key(file))
            self.put.append(file)

    def send(self, body: object) -> str:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.sqs.send_message(QueueUrl=self.url, MessageBody=text)["MessageId"]

    def environment(self, settings: dict[str, str] | None = None) -> dict[str, str]:
        clean = {"PATH": os.environ["PATH"], "HOME": str(self.home), "AWS_EC2_METADATA_DISABLED": "true"}
        endpoint = {"AWS_ENDPOINT_URL": self.door.url, "AWS_REGION": REGION}
        return clean | (endpoint | KEYS if settings is None else settings)

    def command(self, *arguments: str, source: str | None = None, queue: str | None = None) -> list[str]:
        command = [str(self.vpcflow), "ingest", source or self.source, "--to", str(self.lake)]
        return [*command, "--queue", queue or self.url, *arguments]

    def ingest(self, *arguments: str, settings: dict[str, str] | None = None, **named) -> subprocess.CompletedProcess[str]:
        self.door.asked.clear()
        command = self.command(*arguments, **named)
        return subprocess.run(command, env=self.environment(settings), capture_output=True, text=True, timeout=120)

    def listed(self) -> list[str]:
        """Listings of the SOURCE; the look whether it is a lake is none."""
        asked = [parse_qs(urlsplit(a.what).query) for a in self.door.asked if "list-type=2" in a.what]
        prefixes = [query.get("prefix", [""])[0] for query in asked]
        return [prefix for prefix in prefixes if "_delta_log" not in prefix]

    def query(self, source: Path, sql: str) -> str:
        command = [self.vpcflow, "query", str(source), "-c", sql, "--format", "csv"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def expect_whole(self, what: str) -> None:
        """The lake has what was put into the bucket, once."""
        folder = self.home / "put"
        for file in self.put:
            copy = folder / file.relative_to(self.home / "logs")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.exists() or copy.hardlink_to(file)
        expected, got = self.query(folder, COUNTS), self.query(self.lake, COUNTS)
        expect(f"{what}: every record is there once", got == expected, f"{got} instead of {expected}")
        twice = self.query(self.lake, TWICE)
        expect(f"{what}: every object is there once", twice == "object\n", twice)

    def left(self) -> int:
        """Messages that are in the queue, received or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        asked = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(number) for number in asked.values())

    def expect_left(self, what: str, number: int) -> None:
        expect(f"{what}: {number} messages are left", self.left() == number, str(self.left()))

    def fill(self) -> None:
        """Makes the lake of a first object."""
        self.deliver(self.files[0])
        made = self.ingest()
        expect("a lake is made of a listing", made.returncode == 0 and self.listed() != [], made.stdout + made.stderr)
        self.expect_whole("at first")


def event(bucket: str, key: str, name: str = "ObjectCreated:Put", **more: object) -> dict:
    record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name}
    return {"Records": [record | {"s3": {"bucket": {"name": bucket}, "object": {"key": key} | more}}]}


def through_event_bridge(bucket: str, key: str) -> dict:
    detail = {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 1}, "reason": "PutObject"}
    return {"version": "0", "id": "1", "detail-type": "Object Created", "source": "aws.s3", "detail": detail}


def every_way(flows: Flows) -> None:
    """From S3 itself, through SNS in both its forms, through EventBridge; in whatever number of copies."""
    flows.fill()
    flows.notify_queue()
    flows.deliver(*flows.files[1:6])
    # A key that is written in code.
    odd = flows.home / "logs" / "AWSLogs" / "a b+c=%2F" / "\u00e4\u2603.log.gz"
    odd.parent.mkdir()
    flows.files[6].rename(odd)
    flows.deliver(odd)
    flows.expect_left("S3 tells of each object, after a test", 7)
    done = flows.ingest()
    expect("what is told of comes in", done.returncode == 0 and " of 6 objects" in done.stdout, done.stdout + done.stderr)
    expect("nothing is listed for it", flows.listed() == [], str(flows.listed()))
    expect("nothing else is said", done.stderr == "", done.stderr)
    flows.expect_whole("from S3")
    flows.expect_left("from S3", 0)

    topic = flows.sns.create_topic(Name=flows.bucket)["TopicArn"]
    subscribed = flows.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=flows.arn, ReturnSubscriptionArn=True)
    flows.notify(TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}])
    flows.deliver(flows.files[7])
    raw = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    flows.sns.set_subscription_attributes(SubscriptionArn=subscribed["SubscriptionArn"], **raw)
    flows.deliver(flows.files[8])
    flows.notify()
    flows.deliver(flows.files[9])
    for _ in range(3):
        flows.send(through_event_bridge(flows.bucket, flows.key(flows.files[9])))
        flows.send(event(flows.bucket, flows.key(flows.files[1])))
    # With the test that S3 sends through the topic.
    flows.expect_left("of all ways", 9)
    done = flows.ingest()
    expect("all of it comes in", done.returncode == 0 and " of 3 objects" in done.stdout, done.stdout + done.stderr)
    flows.expect_whole("by all ways")
    flows.expect_left("by all ways", 0)
    # A new version, and the message of the one before, which comes a second time and later.
    key = flows.key(flows.files[1])
    tag = lambda: flows.s3.head_object(Bucket=flows.bucket, Key=key)["ETag"].strip('"')  # noqa: E731
    before = tag()
    flows.s3.upload_file(str(flows.files[10]), flows.bucket, key)
    flows.send(event(flows.bucket, key, eTag=tag()))
    flows.send(event(flows.bucket, key, eTag=before))
    done = flows.ingest()
    version = flows.query(flows.lake, f"SELECT version FROM objects WHERE object = 's3://{flows.bucket}/{key}'")
    expect("the version that is there replaces the other", version == f"version\n{tag()}\n", version + done.stderr)
    flows.expect_left("of two versions", 0)
    done = flows.ingest()
    expect("an empty queue is no error", done.returncode == 0 and "nothing new" in done.stdout, done.stdout + done.stderr)


def strangers(flows: Flows) -> None:
    """What is not ours stays, and is told once by its number alone; what a listing would pass over goes."""
    flows.fill()
    flows.deliver(flows.files[1])
    stay = [
        flows.send("a secret that is no JSON"),
        flows.send({"a secret": "of another kind"}),
        flows.send(event(flows.bucket, flows.key(flows.files[2]), "ObjectRemoved:Delete", secret="")),
        flows.send(event("another-bucket", flows.key(flows.files[2]))),
        flows.send(event(flows.bucket, "lake/flows/part.parquet")),
        flows.send("[" * 100_000),
    ]
    flows.send({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": flows.bucket})
    flows.send(event(flows.bucket, "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/11/x.json.gz", size=9))
    flows.send(event(flows.bucket, "AWSLogs/empty/", size=0))
    # One message of two objects, of which the other is not ours.
    both = event(flows.bucket, flows.key(flows.files[1]))
    both["Records"] += event("another-bucket", "x")["Records"]
    flows.send(both)
    flows.door.hold_seconds = 4
    done = flows.ingest()
    expect("what is ours comes in", done.returncode == 0 and " of 1 objects" in done.stdout, done.stdout + done.stderr)
    for number in stay:
        expect(f"message {number} is told once", done.stderr.count(number) == 1, done.stderr)
    expect("and nothing of its text", "secret" not in done.stderr, done.stderr)
    expect("nor of others", len(done.stderr.splitlines()) == len(stay) + 1, done.stderr)
    flows.expect_whole("among strangers")
    flows.expect_left("among strangers", len(stay))

    # An account that is not asked for is none of the SOURCE.
    flows.sqs.purge_queue(QueueUrl=flows.url)
    flows.deliver(flows.files[2])
    flows.send(event(flows.bucket, flows.key(flows.files[2])))
    done = flows.ingest("--account", "999999999999")
    expect("another account's objects are left", "not of what is asked for" in done.stderr, done.stderr)
    flows.expect_left("of another account", 1)


def what_is_gone(flows: Flows) -> None:
    """What S3 no longer has, or does not give, is told, and its message stays; unless the lake has it already."""
    flows.fill()
    flows.notify_queue()
    flows.deliver(*flows.files[1:3])
    gone, denied = flows.key(flows.files[3]), flows.key(flows.files[4])
    flows.s3.upload_file(str(flows.files[3]), flows.bucket, gone)
    flows.s3.delete_object(Bucket=flows.bucket, Key=gone)
    flows.s3.upload_file(str(flows.files[4]), flows.bucket, denied)
    flows.door.before = lambda what: (403, {}, b"") if what.startswith("HEAD") and unquote(what).endswith(denied) else None
    flows.door.hold_seconds = 4
    done = flows.ingest()
    expect("the answer is partial", done.returncode == 3 and " of 2 objects" in done.stdout, done.stdout + done.stderr)
    expect("the gone is told", f"s3://{flows.bucket}/{gone}: is gone" in done.stderr, done.stderr)
    expect("the denied is told", f"{denied}: 403" in done.stderr and "allow s3:GetObject" in done.stderr, done.stderr)
    flows.expect_whole("beside what is gone")
    flows.expect_left("beside what is gone", 2)
    flows.door.before = lambda _: None
    time.sleep(4.2)
    done = flows.ingest()
    expect("what is given at last comes in", done.returncode == 3 and " of 1 objects" in done.stdout, str(done))
    flows.put.append(flows.files[4])
    flows.expect_whole("at last")
    flows.expect_left("at last", 1)

    # What a lifecycle took away since it came in is known.
    flows.sqs.purge_queue(QueueUrl=flows.url)
    head = flows.s3.head_object(Bucket=flows.bucket, Key=denied)
    flows.s3.delete_object(Bucket=flows.bucket, Key=denied)
    flows.send(event(flows.bucket, denied, eTag=head["ETag"].strip('"')))
    done = flows.ingest()
    expect("what the lake has need not be there", done.returncode == 0 and done.stderr == "", done.stdout + done.stderr)
    flows.expect_left("of what the lake has", 0)


def killed(flows: Flows) -> None:
    """Killed before any request of a kind, an ingest leaves nothing that the next does not finish, and nothing twice."""
    flows.fill()
    flows.notify_queue()
    flows.deliver(*flows.files[1:100])
    flows.door.hold_seconds = 2
    kills = 0
    # Before a message is deleted its objects are committed; before an object is read, they are not.
    for kind, number in [("sqs:DeleteMessageBatch", 1), ("GET ", 3), ("sqs:DeleteMessageBatch", 3), ("HEAD ", 2), ("", 40)]:
        running = subprocess.Popen(
            flows.command("--commit-size", "10kB"), env=flows.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        count = 0

        def kill(what: str, kind=kind, number=number, running=running) -> tuple | None:
            nonlocal count
            count += what.startswith(kind)
            if count < number:
                return None
            running.send_signal(signal.SIGKILL)
            return 500, {}, b""

        flows.door.before = kill
        _, told = running.communicate(timeout=120)
        flows.door.before = lambda _: None
        expect(f"it was killed before {kind} {number}", running.returncode == -signal.SIGKILL, told.decode())
        kills += 1
        time.sleep(2.2)
    flows.door.hold_seconds = None
    done = flows.ingest("--commit-size", "10kB")
    expect("the last finishes", done.returncode == 0 and done.stderr == "", done.stdout + done.stderr)
    flows.expect_whole(f"after {kills} kills")
    flows.expect_left(f"after {kills} kills", 0)


def full_disk(flows: Flows) -> None:
    """Where the disk is full an ingest ends with an error, and the queue keeps what the lake does not have."""
    flows.fill()
    flows.notify_queue()
    flows.deliver(*flows.files[1:40])
    flows.door.hold_seconds = 2
    for blocks in (1, 8, 40):
        # A limit on the size of files: without the signal that it sends, a write fails as on a full disk.
        limited = ["sh", "-c", f"trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"", "sh", *flows.command("--commit-size", "10kB")]
        done = subprocess.run(limited, env=flows.environment(), capture_output=True, text=True, timeout=120)
        told = f"{blocks}: {done.returncode}\n{done.stdout}{done.stderr}"
        expect("it ends with an error, or has room", done.returncode in ((2,) if blocks == 1 else (0, 2)), told)
        expect("it says why", done.returncode == 0 or "File too large" in done.stderr, told)
        if blocks == 1:
            flows.expect_left("where nothing can be written", 40)
        time.sleep(2.2)
    flows.door.hold_seconds = None
    done = flows.ingest("--commit-size", "10kB")
    expect("with room it finishes", done.returncode == 0 and done.stderr == "", done.stdout + done.stderr)
    flows.expect_whole("after a full disk")
    flows.expect_left("after a full disk", 0)


def watching(flows: Flows) -> None:
    """A watch begins with a listing, goes on with what it is told of, and outlives what passes."""
    flows.deliver(flows.files[0])
    flows.notify_queue()
    flows.door.hold_seconds = 4
    told = flows.home / "told"
    with told.open("w") as file:
        watch = subprocess.Popen(
            flows.command("--watch", "--every", "1s", "--since", "100000d"), env=flows.environment(), stdout=file, stderr=file
        )
    try:
        wait_until("the first listing", lambda: "objects, " in told.read_text(), told)
        flows.door.asked.clear()
        flows.deliver(*flows.files[1:4])
        wait_until("three objects", lambda: flows.left() == 0, told)
        flows.expect_whole("while watching")
        expect("nothing is listed for it", flows.listed() == [], str(flows.listed()))
        refusal = b'{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"no"}'
        refused = (403, {"content-type": "application/x-amz-json-1.0"}, refusal)
        flows.door.before = lambda what: refused if what == "sqs:DeleteMessageBatch" else None
        flows.deliver(flows.files[4])
        wait_until("a warning", lambda: "allow sqs:DeleteMessage" in told.read_text(), told)
        flows.door.before = lambda _: None
        wait_until("another try", lambda: flows.left() == 0, told)
        flows.expect_whole("after what passed")
    finally:
        watch.terminate()
        code = watch.wait(timeout=20)
    expect("a signal ends it", code == 128 + signal.SIGTERM, f"{code}\n{told.read_text()}")
    # Nothing of the time that is asked for is no reason to end, where there is a lake: S3 will tell.
    with told.open("w") as file:
        watch = subprocess.Popen(
            flows.command("--watch", "--every", "1s", "--since", "1h"), env=flows.environment(), stdout=file, stderr=file
        )
    try:
        wait_until("a note", lambda: "note: nothing in the SOURCE" in told.read_text(), told)
        flows.deliver(flows.files[5])
        wait_until("an old object", lambda: flows.left() == 0, told)
        flows.expect_whole("of an older time than a listing goes back")
    finally:
        watch.terminate()
        watch.wait(timeout=20)


def wait_until(what: str, is_so: Callable[[], bool], told: Path) -> None:
    end = time.monotonic() + 60
    while not is_so():
        expect(f"in a minute: {what}", time.monotonic() < end, told.read_text())
        time.sleep(0.2)


def wrong(flows: Flows) -> None:
    """What is wrong is told at once, with the remedy."""
    flows.fill()
    refusal = b'{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"not authorized"}'
    refused = (403, {"content-type": "application/x-amz-json-1.0"}, refusal)
    missing = flows.url.replace(flows.bucket, "no-such-queue")
    nobody = {"AWS_ENDPOINT_URL": flows.door.url, "AWS_REGION": REGION}
    for arguments, named, settings, words in [
        ([], {"queue": missing}, None, "check the queue's URL, its region and account"),
        ([], {"queue": "flows"}, None, "--queue: no URL of a queue; write https://sqs.REGION.amazonaws.com/ACCOUNT/NAME"),
        ([], {"queue": flows.arn}, None, "--queue: an ARN, not the queue's URL; write https://sqs."),
        ([], {"queue": "https://key:secret@sqs.eu-west-1.amazonaws.com/1/q"}, None, "credentials come from"),
        ([], {}, nobody, "no credentials"),
        (["--no-sign-request"], {}, None, "cannot be used with"),
        (["--date", "2026-03-11"], {}, None, "cannot be used with"),
        ([], {"source": str(flows.home)}, None, "write every SOURCE as s3://bucket/prefix"),
        ([], {"source": f"arn:aws:s3:{REGION}:123456789012:accesspoint/flows"}, None, "not access points"),
    ]:
        done = flows.ingest(*arguments, settings=settings, **named)
        expect(f"told: {words}", done.returncode == 2 and words in done.stderr, done.stdout + done.stderr)
        expect("no secret is told", "secret" not in done.stderr, done.stderr)
    flows.door.before = lambda what: refused if what == "sqs:ReceiveMessage" else None
    done = flows.ingest()
    words = "allow sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility on the queue"
    expect("a refusal is told", done.returncode == 2 and words in done.stderr, done.stdout + done.stderr)


def servers(flows: Flows) -> None:
    """Which server is asked for messages: the URL's own region, or what names another."""
    asked: list[str] = []

    def answer(request, _):
        asked.append(f"{request.command} {request.path}")
        return 403, {}, b""

    path = f"123456789012/{flows.bucket}"
    with Door(answer) as proxy:
        s3 = KEYS | {"AWS_ENDPOINT_URL_S3": flows.door.url, "AWS_REGION": REGION}
        s3 |= {"HTTPS_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"}
        for host, server in [
            ("sqs.ap-south-1.amazonaws.com", "sqs.ap-south-1.amazonaws.com"),
            ("ap-south-1.queue.amazonaws.com", "sqs.ap-south-1.amazonaws.com"),
            ("sqs-fips.us-east-2.amazonaws.com", "sqs-fips.us-east-2.amazonaws.com"),
            ("sqs.eu-west-1.api.aws", "sqs.eu-west-1.api.aws"),
            ("sqs.cn-north-1.amazonaws.com.cn", "sqs.cn-north-1.amazonaws.com.cn"),
            ("vpce-1.sqs.eu-west-3.vpce.amazonaws.com", "vpce-1.sqs.eu-west-3.vpce.amazonaws.com"),
        ]:
            asked.clear()
            done = flows.ingest(settings=s3, queue=f"https://{host}/{path}")
            expect("nothing is read through a proxy that refuses", done.returncode == 2, done.stdout)
            expect(f"{server} is asked", set(asked) == {f"CONNECT {server}:443"}, f"{asked}\n{done.stderr}")
    flows.deliver(flows.files[0])
    s3 = KEYS | {"AWS_ENDPOINT_URL_S3": flows.door.url, "AWS_REGION": REGION}
    of_aws = f"https://sqs.{REGION}.amazonaws.com/{path}"
    for arguments, settings, queue in [
        ([], s3 | {"AWS_ENDPOINT_URL_SQS": flows.door.url}, of_aws),
        # An endpoint for SQS alone goes before the URL's own, of another server too.
        ([], s3 | {"AWS_ENDPOINT_URL_SQS": flows.door.url}, f"http://127.0.0.1:1/{path}"),
        (["--endpoint-url", flows.door.url], KEYS | {"AWS_REGION": REGION}, of_aws),
        ([], s3, f"{flows.door.url}/{path}"),
    ]:
        flows.send(event(flows.bucket, flows.key(flows.files[0])))
        done = flows.ingest(*arguments, settings=settings, queue=queue)
        expect(f"{queue} is asked of moto", done.returncode == 0, f"{arguments} {settings}\n{done.stderr}")
        flows.expect_left(f"after {queue}", 0)
