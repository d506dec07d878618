"""What somebody sees who asks with psql."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress

from server import Server

LONG = "SELECT count(*) FROM flows a, flows b WHERE a.srcaddr < b.dstaddr"


def check(server: Server) -> None:
    rows = server.psql("SELECT action, count(*) AS records, sum(bytes) AS bytes FROM flows GROUP BY action ORDER BY action")
    assert rows.stdout == (
        " action | records |     bytes     \n"
        "--------+---------+---------------\n"
        " ACCEPT |   53105 | 6919827696530\n"
        " REJECT |    5276 |     137655624\n"
        "        |    1619 |              \n"
        "(3 rows)\n\n"
    ), rows.stdout
    # sample-logs holds one damaged object on purpose, and whoever asks is told.
    assert "WARNING:  1 of 585 objects could not be read; the result is without them" in rows.stderr, rows.stderr

    tables = server.psql("\\dt").stdout
    for table in ("connections", "conversations", "flows", "found", "security_group_rules", "vpc_flow_logs"):
        assert f" public | {table} " in tables, tables
    columns = server.psql("\\d flows").stdout
    for column, kind in (
        ("srcaddr", "text"),
        ("dstport", "integer"),
        ("bytes", "bigint"),
        ("start_time", "timestamp without time zone"),
        ("_date", "date"),
    ):
        assert any(line.split("|")[:2] == [f" {column:<19} ", f" {kind:<27} "] for line in columns.splitlines()), columns
    assert " public | " not in server.psql("\\dv").stdout
    assert "pg_catalog" not in server.psql("\\dn").stdout
    for command, shown in (
        ("\\d+ flows", "| text "), ("\\dt+", " public | flows "), ("\\dp", " public | flows "), ("\\l+", " datafusion "),
        ("\\dn+", " public "), ("\\du", "List of roles"), ("\\df", "List of functions"), ("\\dT", "List of data types"),
        ("\\db", "List of tablespaces"), ("\\dx", "List of installed extensions"),
    ):
        said = server.psql(command)
        assert shown in said.stdout and said.stderr == "", (command, said.stdout, said.stderr)

    for sql, said in (
        ("SELECT srcadr FROM flows", "ERROR:  there is no column srcadr\nLINE 1: SELECT srcadr FROM flows\n               ^\nHINT:  did you mean srcaddr?\n"),
        ("SELECT 1 FROM flow", "ERROR:  there is no table flow\nLINE 1: SELECT 1 FROM flow\n                      ^\nHINT:  did you mean flows?\n"),
        ("SELEC 1", "ERROR:  Expected: an SQL statement, found: SELEC\nLINE 1: SELEC 1\n        ^\nHINT:  did you mean SELECT?\n"),
    ):
        assert server.psql(sql).stderr == said, server.psql(sql).stderr
    # The place is that of the text that was sent, not of one of its statements.
    second = server.psql("SELECT 'é'; SELECT srcadr FROM flows").stderr
    assert second.endswith("LINE 1: SELECT 'é'; SELECT srcadr FROM flows\n                           ^\nHINT:  did you mean srcaddr?\n"), second

    for sql, answer in (
        ("SHOW server_version", "16.6"),
        ("SELECT version()", "PostgreSQL 16.6 (vpcflow 0.1.0)"),
        ("SELECT current_schema, current_database()", "public|datafusion"),
        ("SHOW transaction_isolation", "read committed"),
        ("SHOW default_transaction_read_only", "on"),
        ("SELECT current_setting('server_version_num')", "160006"),
        ("SELECT country('203.0.113.7') IS NULL, is_private('10.1.2.3'), service_name(3389, 6)", "t|t|rdp"),
        ("SELECT count(*) > 0 FROM connections", "t"),
        ("SELECT count(*) FROM information_schema.columns WHERE table_name = 'flows' AND table_schema = 'public'", "36"),
        ("SELECT NULL, '', true, 1.5", "||t|1.5"),
    ):
        shown = subprocess.run(
            ["psql", "-XAt", "-c", sql, server.dsn()], capture_output=True, text=True, env=server.environment
        )
        assert shown.stdout == answer + "\n", (sql, shown.stdout, shown.stderr)

    # What a connection sets is its own, and harmless.
    said = server.psql(
        "SET application_name = 'x'", "SET client_encoding TO 'UTF8'", "SET search_path = other", "SET extra_float_digits = 3",
        "SHOW search_path", "BEGIN", "SELECT 1 AS one", "COMMIT", "ROLLBACK", "DISCARD ALL", "SHOW search_path",
    )
    assert (said.returncode, said.stderr) == (0, ""), said.stderr
    assert " other\n" in said.stdout and " public\n" in said.stdout, said.stdout
    assert " public\n" in server.psql("SHOW search_path").stdout
    failed = server.psql("BEGIN", "SELECT nothing", "SELECT 1", "ROLLBACK", "SELECT 2 AS two")
    assert "ERROR:  current transaction is aborted" in failed.stderr and " two \n" in failed.stdout, failed.stderr

    # Of what reads no flows nothing is missing.
    assert server.psql("SELECT 1 AS one").stderr == ""
    timeouts(server)
    cancelled(server)


def timeouts(server: Server) -> None:
    """How long a statement may take is said in many ways, and in each of them heard."""
    for options in ("-c statement_timeout=300", "-cstatement_timeout=300ms", "--statement-timeout=300"):
        late = subprocess.run(
            ["psql", "-X", "-c", LONG, server.dsn()], capture_output=True, text=True, env=server.environment | {"PGOPTIONS": options}
        )
        assert late.stderr == "ERROR:  canceling statement due to statement timeout\n", (options, late.stderr)
    late = server.psql(f"SET statement_timeout = '300ms'; {LONG}")
    assert late.stderr == "ERROR:  canceling statement due to statement timeout\n", late.stderr
    assert " 5min\n" in server.psql("SHOW statement_timeout").stdout
    wrong = subprocess.run(
        ["psql", "-X", "-c", "SELECT 1", server.dsn()], capture_output=True, text=True,
        env=server.environment | {"PGOPTIONS": "-c statement_timeout=soon"},
    )
    assert 'FATAL:  invalid value for parameter "statement_timeout": "soon"' in wrong.stderr, wrong.stderr


def cancelled(server: Server) -> None:
    """Ctrl-C ends the statement and not psql; who goes away ends it, too; and so does the time it may take."""
    running = subprocess.Popen(
        ["psql", "-X", "-c", LONG, server.dsn()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=server.environment
    )
    stderr = ""
    # One that comes too early ends nothing.
    while running.poll() is None:
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _, stderr = running.communicate(timeout=5)
    assert "Cancel request sent\nERROR:  canceling statement due to user request\n" in stderr, stderr

    leaving = subprocess.Popen(["psql", "-X", "-c", LONG, server.dsn()], stdout=subprocess.PIPE, env=server.environment)
    time.sleep(1)
    leaving.kill()
    leaving.wait()
    assert idles(server), "a query goes on without its client"

    late = server.psql("SET statement_timeout = '500ms'", LONG, "RESET statement_timeout", "SELECT 'lives' AS server")
    assert late.stderr == "ERROR:  canceling statement due to statement timeout\n" and "lives" in late.stdout, late.stderr
    assert idles(server), "a query goes on after its time"


def idles(server: Server, seconds: int = 10) -> bool:
    """Whether the server stops working within so many seconds."""
    def ticks() -> int:
        fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    for _ in range(seconds * 5):
        before = ticks()
        time.sleep(0.2)
        if ticks() - before <= 2:
            return True
    return False
