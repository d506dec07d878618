"""Who comes in: passwords, TLS, addresses."""

from __future__ import annotations

import socket
import struct
import subprocess
from pathlib import Path

import psycopg

from server import ROOT, Server

PASSWORD = "correct horse, ünlikely"


def check(vpcflow: Path, home: Path) -> None:
    password = home / "password"
    password.write_text(PASSWORD + "\n")
    password.chmod(0o600)
    cert, key = home / "cert.pem", home / "key.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run([*make.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    key.chmod(0o600)
    refused(vpcflow, home, password, cert, key)

    with Server(vpcflow, "sample-logs", "--password-file", password) as server:
        assert fails(server, "password=wrong", "anna") == 'FATAL:  password authentication failed for user "anna"'
        assert fails(server, "password=wrong") == 'FATAL:  password authentication failed for user "vpcflow"'
        assert fails(server, f"password='{PASSWORD}'", "anna") == 'FATAL:  password authentication failed for user "anna"'
        assert fails(server, "") == "fe_sendauth: no password supplied"
        asked(server, f"password='{PASSWORD}' sslmode=disable")
        with psycopg.connect(server.dsn("vpcflow"), password=PASSWORD) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        try:
            psycopg.connect(server.dsn("vpcflow"), password="wrong")
        except psycopg.OperationalError as error:
            assert error.sqlstate == "28P01" or "password authentication failed" in str(error), error
        # Before it is known who it is, nothing is answered.
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
            line.sendall(b"\0\0\0\x14\0\x03\0\0user\0vpcflow\0\0"[:0] + b"\0\0\0\x16\0\x03\0\0user\0vpcflow\0\0" + b"Q\0\0\0\x0dSELECT 1\0")
            answer = b"".join(iter(lambda: line.recv(4096), b""))
            assert b"SCRAM-SHA-256\0" in answer and b"C08P01" in answer and b"SELECT" not in answer, answer
        # Of a user that there is not as much is told as of the right one: a salt of its own, and always the same.
        salts = {user: {salt(server, user) for _ in range(3)} for user in ("vpcflow", "nobody", "anna")}
        assert all(len(of_user) == 1 for of_user in salts.values()) and len(set.union(*salts.values())) == 3, salts
    assert not any(PASSWORD in line for line in server.said), server.said

    environment = {"VPCFLOW_SERVE_PASSWORD": PASSWORD}
    with Server(vpcflow, "sample-logs", "--user", "grafana", "--tls-cert", cert, "--tls-key", key, environment=environment) as server:
        secure = f"password='{PASSWORD}' sslmode=verify-full sslrootcert={cert}"
        asked(server, secure.replace("127.0.0.1", "localhost"), "grafana")
        asked(server, f"{secure} channel_binding=require", "grafana")
        assert fails(server, f"password='{PASSWORD}' sslmode=disable", "grafana") == "FATAL:  this server is asked over TLS only (sslmode=require)"
        assert fails(server, "password=wrong sslmode=require", "grafana").startswith("FATAL:  password authentication failed")
        # What is slipped in before encryption begins is not taken for the client's.
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
            line.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f" + b"\0\0\0\x16\0\x03\0\0user\0grafana\0\0")
            answer = b"".join(iter(lambda: line.recv(4096), b""))
            assert answer in (b"S", b""), answer
        cancel(server, secure)


def salt(server: Server, user: str) -> bytes:
    """The salt that is told to who says that he is this user."""
    startup = b"\0\x03\0\0user\0" + user.encode() + b"\0\0"
    first = b"n,,n=,r=rOprNGfwEbeRWgbNEkqO"
    chosen = b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(struct.pack("!i", len(startup) + 4) + startup)
        line.recv(4096)
        line.sendall(b"p" + struct.pack("!i", len(chosen) + 4) + chosen)
        told = line.recv(4096)
    return next(part for part in told.split(b",") if part.startswith(b"s="))


def asked(server: Server, options: str, user: str = "vpcflow") -> None:
    answer = server.psql("SELECT count(*) AS n FROM flows", options=options, user=user)
    assert "60000" in answer.stdout, answer.stderr


def fails(server: Server, options: str, user: str = "vpcflow") -> str:
    answer = server.psql("SELECT 1", options=options, user=user)
    assert answer.returncode == 2, answer
    return answer.stderr.strip().split("failed: ", 1)[1].splitlines()[0]


def cancel(server: Server, options: str) -> None:
    late = server.psql("SET statement_timeout = 300", "SELECT count(*) FROM flows a, flows b WHERE a.srcaddr < b.dstaddr", options=options, user="grafana")
    assert "canceling statement due to statement timeout" in late.stderr, late.stderr


def refused(vpcflow: Path, home: Path, password: Path, cert: Path, key: Path) -> None:
    """What does not begin at all, and says why."""
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    loose, empty = home / "loose", home / "empty"
    loose.write_text("x\n")
    loose.chmod(0o644)
    empty.write_text("\n")
    tls = ["--tls-cert", cert, "--tls-key", key]
    for arguments, said in (
        (["--listen", f"127.0.0.1:{port}"], f"error: --listen 127.0.0.1:{port}: another program listens there; choose another port, 0 for a free one"),
        (["--listen", "0.0.0.0:0"], "error: --listen 0.0.0.0:0: others can reach this address, so it needs a password"),
        (["--listen", "0.0.0.0:0", "--password-file", password], "error: --listen 0.0.0.0:0: others can reach"),
        (["--listen", "0.0.0.0:0", *tls], "error: --listen 0.0.0.0:0: others can reach"),
        (["--listen", "[::]:0"], "error: --listen [::]:0: others can reach"),
        (["--listen", "192.0.2.1:5432", "--password-file", password, *tls], "error: --listen 192.0.2.1:5432: this machine does not have the address"),
        (["--password-file", home / "none"], f"error: {home}/none: No such file"),
        (["--password-file", empty], f"error: {empty}: the password is empty; write one, alone on its line"),
        (["--tls-cert", cert], "--tls-key"),
        (["--tls-cert", password, "--tls-key", key], f"error: --tls-cert {password}: has no certificate"),
        (["--tls-cert", cert, "--tls-key", cert], f"error: --tls-key {cert}: has no private key in PEM"),
        (["--tls-cert", cert, "--tls-key", home / "none"], f"error: --tls-key {home}/none: No such file"),
        (["--password", "secret"], "unexpected argument '--password'"),
        (["--statement-timeout", "0s"], "error: --statement-timeout"),
    ):
        command = [vpcflow, "serve", "sample-logs", *arguments]
        done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and said in done.stderr and PASSWORD not in done.stderr, (arguments, done.stderr)
    taken.close()
    with Server(vpcflow, "sample-logs", "--password-file", loose) as server:
        assert server.said[0] == f"warning: {loose}: others may read it; chmod 600 {loose}\n", server.said
    nothing = subprocess.run([vpcflow, "serve"], capture_output=True, text=True)
    assert nothing.stderr == "error: no SOURCE was given: vpcflow serve SOURCE --listen 127.0.0.1:5432\n", nothing.stderr
