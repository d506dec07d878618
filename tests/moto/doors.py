"""Small HTTP servers on 127.0.0.1, and among them the door before moto that notes who asks."""

from __future__ import annotations

import http.client
import re
import sys
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """A request as it came."""

    what: str
    access_key: str | None
    token: str | None
    payer: str | None


class Door:
    """A server that runs while it is entered; `answer` gets each request."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler, bytes], tuple[int, dict[str, str], bytes]]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, headers, content = answer(self, body)
                self.send_response_only(status)
                for name, value in headers.items():
                    if self.command == "HEAD" or name.lower() != "content-length":
                        self.send_header(name, value)
                if self.command != "HEAD":
                    self.send_header("content-length", str(len(content)))
                try:
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(content)
                except ConnectionError:  # who has its answer already need not wait for this one
                    self.close_connection = True

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_CONNECT = handle_any

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                if not isinstance(sys.exc_info()[1], ConnectionError):  # who was killed waits for nothing
                    super().handle_error(*_)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()


class Recorder(Door):
    """Passes requests on to `target` and notes them."""

    def __init__(self, target: str) -> None:
        super().__init__(self.forward)
        self.target = target
        self.asked: list[Asked] = []

    def count(self, what: str) -> int:
        return sum(asked.what == what for asked in self.asked)

    @staticmethod
    def operation(request: BaseHTTPRequestHandler, body: bytes) -> str:
        """What is asked for: an operation of STS or SQS, or a method and a path of S3."""
        if target := request.headers.get("x-amz-target"):
            return target.replace("AmazonSQS.", "sqs:")
        action = urllib.parse.parse_qs(body.decode(errors="replace")).get("Action") if request.command == "POST" else None
        return f"sts:{action[0]}" if action else f"{request.command} {request.path}"

    def forward(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "expect"}
        signed = re.search(r"Credential=([^/]+)/", request.headers.get("authorization", ""))
        self.asked.append(
            Asked(
                what=self.operation(request, body),
                access_key=signed and signed[1],
                token=request.headers.get("x-amz-security-token"),
                payer=request.headers.get("x-amz-request-payer"),
            )
        )
        # The path goes on as it came: S3 takes // and . for names.
        passed = http.client.HTTPConnection(self.target)
        passed.request(request.command, request.path, body, headers)
        answer = passed.getresponse()
        return answer.status, clean(answer.headers), answer.read()


def clean(headers) -> dict[str, str]:
    """The headers of an answer, less those that belong to the connection."""
    own = {"connection", "transfer-encoding", "date", "server"}
    return {name: value for name, value in headers.items() if name.lower() not in own}
