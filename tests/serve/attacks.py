"""What nobody should send, and what nobody should get."""

from __future__ import annotations

import os
import socket
import struct
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from psycopg import errors

from server import ROOT, Server
from terminal import LONG, idles

STARTUP = b"\0\x03\0\0user\0anna\0database\0x\0\0"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def connected(server: Server) -> socket.socket:
    """A connection that was let in."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    line.sendall(struct.pack("!i", len(STARTUP) + 4) + STARTUP)
    read(line, b"Z\0\0\0\x05I")
    return line


def read(line: socket.socket, end: bytes = b"") -> bytes:
    """What comes, up to an end, or until the server hangs up."""
    got = b""
    while not (end and got.endswith(end)):
        try:
            more = line.recv(65536)
        except ConnectionResetError:
            return got
        if not more:
            return got
        got += more
    return got


def memory(server: Server) -> int:
    """What the server has in memory, in bytes."""
    status = open(f"/proc/{server.process.pid}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def check(server: Server) -> None:
    forbidden(server)
    garbage(server)
    silent(server)
    many(server)
    assert idles(server)
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT count(*) FROM flows").fetchone() == (60_000,)


def greedy(vpcflow: Path) -> None:
    """What never ends, takes all there is, or can't be stopped, keeps nobody from being answered."""
    with Server(vpcflow, "sample-logs", "--memory-limit", "300MB", "--threads", "2") as server:
        begun = memory(server)
        # Rows of which no column is wanted take memory, too.
        with psycopg.connect(server.dsn()) as connection:
            try:
                connection.execute("SELECT count(*) FROM flows a, flows b, flows c")
            except errors.OutOfMemory as error:
                assert "Resources exhausted" in str(error), error
            else:
                raise AssertionError("it was counted")
        assert memory(server) - begun < 700 << 20, memory(server) - begun
        assert idles(server)
        # What finds nothing yields, too.
        nothing = "SELECT count(*) FROM flows a, flows b WHERE a.srcaddr || b.dstaddr LIKE '%99x%'"
        terms = " + ".join(["bytes"] * 900)
        for sql in (nothing, nothing, nothing, f"SELECT {terms} FROM flows"):
            with psycopg.connect(server.dsn(), options="-c statement_timeout=500") as connection:
                with suppress(errors.QueryCanceled):
                    connection.execute(sql).fetchall()
            with psycopg.connect(server.dsn()) as connection:
                asked = time.monotonic()
                assert connection.execute("SELECT count(*) FROM flows").fetchone() == (60_000,)
                assert time.monotonic() - asked < 20, (sql[:50], time.monotonic() - asked)
        # 900 terms are planned to their end, which a build without optimizations needs a while for.
        assert idles(server, seconds=60)
        # Planning takes the square of the terms of an expression.
        with psycopg.connect(server.dsn()) as connection:
            asked = time.monotonic()
            try:
                connection.execute(f"SELECT {' + '.join(['bytes'] * 20_000)} FROM flows")
            except errors.StatementTooComplex as error:
                assert "an expression has too many terms, one within another: 1000 are taken" in str(error), error
            else:
                raise AssertionError("20,000 terms were planned")
            assert time.monotonic() - asked < 20, time.monotonic() - asked
        assert idles(server)


def silent(server: Server) -> None:
    """Who connects and says nothing keeps nobody out."""
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(300)]
    with psycopg.connect(server.dsn(), connect_timeout=8) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for line in lines:
        line.close()


def forbidden(server: Server) -> None:
    before = sorted(path.name for path in ROOT.iterdir())
    for sql in (
        "COPY (SELECT 1) TO 'taken.csv'",
        "COPY flows TO STDOUT",
        "COPY flows FROM STDIN",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t AS SELECT 1",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "INSERT INTO flows SELECT * FROM flows",
        "DELETE FROM flows",
        "UPDATE flows SET bytes = 0",
        "DROP TABLE flows",
        "TRUNCATE flows",
        "ALTER TABLE flows RENAME TO f",
        "SET datafusion.runtime.memory_limit = '100G'",
        "SET datafusion.execution.batch_size = 1",
        "PREPARE p AS SELECT 1",
        "GRANT ALL ON flows TO anna",
        "VACUUM",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'taken.csv'",
        "WITH a AS (SELECT 1) INSERT INTO flows SELECT * FROM a",
    ):
        for ask in (lambda connection: connection.pgconn.exec_(sql.encode()), lambda connection: connection.pgconn.exec_params(sql.encode(), [])):
            with psycopg.connect(server.dsn()) as connection:
                result = ask(connection)
                code = (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"none").decode()
                assert code in ("25006", "42601", "0A000"), (sql, code, result.error_message)
    for sql in ("SELECT * FROM '/etc/passwd'", "SELECT * FROM read_csv('/etc/passwd')", "SELECT pg_read_file('/etc/passwd')"):
        try:
            with psycopg.connect(server.dsn()) as connection:
                connection.execute(sql)
        except psycopg.Error as error:
            assert "root:" not in str(error), error
        else:
            raise AssertionError(f"{sql} was answered")
    assert sorted(path.name for path in ROOT.iterdir()) == before
    with psycopg.connect(server.dsn()) as connection:
        settings = connection.execute("SELECT value FROM information_schema.df_settings WHERE name = 'datafusion.execution.batch_size'")
        assert settings.fetchone() == ("8192",)


def garbage(server: Server) -> None:
    begun = memory(server)
    strange = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        os.urandom(4096),
        b"\x16\x03\x01\x02\x00\x01",
        struct.pack("!i", 0x7FFFFFFF) + b"\0\x03\0\0",
        struct.pack("!i", -1) + b"\0\x03\0\0",
        struct.pack("!i", 8) + b"\0\x02\0\0",
        struct.pack("!i", 12) + b"\0\x03\0\0user",
        struct.pack("!ii", 16, 80877102) + b"\0\0\0\x01\0\0\0\0",
        b"\0",
        b"",
    ]
    for sent in strange:
        with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as line:
            with suppress(OSError):
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
            assert len(read(line)) < 1000, sent
    for sent in (
        b"Q" + struct.pack("!i", 0x7FFFFFFF) + b"SELECT",
        b"Q" + struct.pack("!i", 3),
        b"Q" + struct.pack("!i", -5),
        b"!" + struct.pack("!i", 4),
        b"\0" + os.urandom(4096),
    ):
        with closing(connected(server)) as line:
            line.sendall(sent)
            answer = read(line)
            assert b"08P01" in answer or not answer, (sent[:40], answer)
    # What keeps to the protocol and makes no sense is an error, and the connection lives.
    parse = message(b"P", b"\0SELECT bytes, packets FROM flows LIMIT 3\0\0\0")
    spans = message(b"P", b"\0SELECT $1\0\0\1" + struct.pack("!I", 1186))
    for sent, code in (
        (message(b"P", b""), b"C08P01"),
        (message(b"P", b"\0SELECT 1\0\xff\xff"), b"C08P01"),
        (message(b"P", b"\0SELECT '\xe9'\0\0\0"), b"C22021"),
        (message(b"B", b"\0\0\0\x01\0\x01\0\x01\x7f\xff\xff\xff"), b"C08P01"),
        (message(b"B", b"\0\0\xff\xff"), b"C08P01"),
        (message(b"E", b"\0"), b"C08P01"),
        (message(b"D", b"?\0"), b"C08P01"),
        # Spans that are none, or of three hundred years.
        (spans + message(b"B", b"\0\0\0\1\0\1\0\1\0\0\0\1x\0\0"), b"an interval has 16 bytes"),
        (message(b"P", b'\0SELECT 1 AS "' + b"A" * 2000 + b'"\0\0\0'), b"a name has 1000 bytes at most"),
        (message(b"P", b"\0SELECT repeat('x', 200000000)\0\0\0") + message(b"B", b"\0\0\0\0\0\0\0\0") + message(b"E", b"\0\0\0\0\0"), b"make smaller texts and lists"),
        (parse + message(b"B", b"\0\0\0\0\0\0\0\x03\0\1\0\1\0\1"), b"C08P01"),
        (parse + message(b"B", b"\0\0\0\0\0\1\0\0\0\0\0\0"), b"C08P01"),
        (message(b"B", b"\0nothing\0\0\0\0\0\0\0"), b"C26000"),
        (message(b"E", b"nothing\0\0\0\0\0"), b"C34000"),
        (message(b"P", b"\0SELECT $70000\0\0\0"), b"C"),
        (message(b"P", b"\0" + b"(" * 100_000 + b"\0\0\0"), b"C42601"),
        (message(b"P", b"\0SELECT 1; SELECT 2\0\0\0"), b"C42601"),
    ):
        with closing(connected(server)) as line:
            line.sendall(sent + message(b"S", b""))
            answer = read(line, b"Z\0\0\0\x05I")
            assert code in answer, (sent[:60], answer)
            line.sendall(message(b"Q", b"SELECT 'lives' AS server\0"))
            assert b"lives" in read(line, b"Z\0\0\0\x05I")
    for sent, code in (
        (message(b"Q", b"SELECT 1"), b"C08P01"),
        (message(b"Q", b"\xff\xfe\0"), b"C22021"),
        (message(b"F", b"\0\0\0\1"), b"C0A000"),
        (message(b"Q", b"WITH a AS (SELECT repeat('x', 15000000) AS x) SELECT x || x FROM a\0"), b"C54000"),
    ):
        with closing(connected(server)) as line:
            line.sendall(sent)
            answer = read(line, b"Z\0\0\0\x05I")
            assert code in answer, (sent[:60], answer[:300])
            line.sendall(message(b"Q", b"SELECT 'lives' AS server\0"))
            assert b"lives" in read(line, b"Z\0\0\0\x05I")
    # However many rows a client says that it wants, it gets those that there are.
    for rows in (0x7FFFFFFF, -1):
        with closing(connected(server)) as line:
            execute = message(b"E", b"\0" + struct.pack("!i", rows))
            line.sendall(parse + message(b"B", b"\0\0\0\0\0\0\0\0") + execute + message(b"S", b""))
            assert b"SELECT 3\0" in read(line, b"Z\0\0\0\x05I")
    assert memory(server) - begun < 200 << 20


def many(server: Server) -> None:
    """Half-open connections hold up nobody, clients are counted, and what one has is bounded."""
    half_open = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(40)]
    for line in half_open:
        line.sendall(b"\0\0\0\x20")
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for line in half_open:
        line.close()
    time.sleep(0.5)
    clients = []
    try:
        for _ in range(100):
            clients.append(psycopg.connect(server.dsn()))
        try:
            psycopg.connect(server.dsn())
        except psycopg.OperationalError as error:
            assert "sorry, 100 clients are served already" in str(error), error
        else:
            raise AssertionError("one client too many was taken")
        # A cancel needs no seat.
        clients[0].cancel_safe(timeout=5)
    finally:
        for client in clients:
            client.close()
    time.sleep(0.5)
    with closing(connected(server)) as line:
        for number in range(1001):
            line.sendall(message(b"P", b"s%d\0SHOW timezone\0\0\0" % number))
        line.sendall(message(b"S", b""))
        assert b"C53400" in read(line, b"Z\0\0\0\x05I")
    # An answer that nobody takes is held back at its source.
    begun = memory(server)
    with closing(connected(server)) as line:
        line.sendall(message(b"Q", b"SELECT a.* FROM flows a, flows b\0"))
        time.sleep(3)
        assert memory(server) - begun < 300 << 20, memory(server) - begun
    # Nobody ends the statement of another.
    with psycopg.connect(server.dsn()) as other, psycopg.connect(server.dsn()) as connection:
        process = connection.info.backend_pid
        for secret in (b"\0\0\0\0", b"", os.urandom(4), os.urandom(200)):
            with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as line:
                line.sendall(struct.pack("!iii", 12 + len(secret), 80877102, process) + secret)
                assert read(line) == b""
        assert other.execute("SELECT 1").fetchone() == connection.execute("SELECT 1").fetchone()
        try:
            connection.execute("SET statement_timeout = 300")
            connection.execute(LONG)
        except errors.QueryCanceled:
            pass
