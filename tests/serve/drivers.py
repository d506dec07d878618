"""Every column and type, as drivers of Python have them, in text and in binary, held against `vpcflow query`."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from uuid import UUID

import asyncpg
import psycopg
import sqlalchemy
from psycopg import errors

from server import Server

# Of both accounts, whose objects have different fields; with records that have no traffic.
ROWS = """SELECT * FROM flows WHERE start < 1773190000 AND (_account = '012345678901' OR srcport < 1000 OR log_status <> 'OK')
    ORDER BY start, interface_id, srcaddr, dstaddr, srcport, dstport, flow_direction, bytes LIMIT 1000"""

VALUES = {
    "1": 1,
    "3000000000": 3000000000,
    "arrow_cast(7, 'Int8')": 7,
    "arrow_cast(9223372036854775807, 'UInt64')": 9223372036854775807,
    "CAST(18446744073709551615 AS DECIMAL(20, 0))": Decimal(18446744073709551615),
    "CAST(-1.25 AS DECIMAL(10, 2))": Decimal("-1.25"),
    "arrow_cast(1.5, 'Decimal256(50, 3)')": "1.500",
    "1.5": 1.5,
    "arrow_cast(0.5, 'Float16')": 0.5,
    "true": True,
    "NULL": None,
    "CAST(NULL AS BIGINT)": None,
    "CAST(NULL AS INTERVAL)": None,
    "'ü'": "ü",
    "''": "",
    "['a', NULL]": ["a", None],
    "arrow_cast('x', 'Dictionary(Int32, Utf8)')": "x",
    "DATE '2026-03-11'": date(2026, 3, 11),
    "TIMESTAMP '2026-03-11T01:02:03.5'": datetime(2026, 3, 11, 1, 2, 3, 500000),
    "arrow_cast(to_timestamp(0), 'Timestamp(Second, Some(\"UTC\"))')": datetime(1970, 1, 1, tzinfo=UTC),
    "TIME '12:13:14'": time(12, 13, 14),
    "INTERVAL '1 day 2 hours'": timedelta(days=1, hours=2),
    "X'00ff'": b"\x00\xff",
    "arrow_cast(X'00ff', 'FixedSizeBinary(2)')": b"\x00\xff",
    "MAP {'a': 1}": "{a: 1}",
}

PARAMETERS = [
    ("SELECT count(*) FROM flows WHERE dstport = {} AND action = {}", [22, "REJECT"]),
    ("SELECT count(*) FROM flows WHERE srcaddr IN ({}, {}) AND bytes > {}", ["203.0.113.19", "203.0.113.20", 1000]),
    ("SELECT count(*) FROM flows WHERE start_time >= {} AND _date = {}", [datetime(2026, 3, 11, 12), date(2026, 3, 11)]),
    ("SELECT count(*) FROM flows WHERE start BETWEEN {} AND {}", [1773190000, 1773200000]),
    ("SELECT count(*) FROM flows WHERE cidr_contains({}, srcaddr)", ["203.0.113.0/24"]),
    ("SELECT count(*) FROM (SELECT 1 FROM flows LIMIT {})", [7]),
    ("SELECT {}", ["text"]),
]

# Of types other than what they are compared with, which not all drivers send.
OTHERS = [
    ("SELECT count(*) FROM flows WHERE bytes > {}", [1000.5]),
    ("SELECT count(*) FROM flows WHERE bytes > {}", [Decimal("1000.5")]),
    ("SELECT count(*) FROM flows WHERE dstport < {}", [3_000_000_000]),
    ("SELECT count(*) FROM flows WHERE _date < {}", [datetime(2026, 3, 12, 1)]),
    ("SELECT count(*) FROM flows WHERE srcaddr = {}", [ip_address("203.0.113.19")]),
    ("SELECT count(*) FROM flows WHERE cidr_contains({}, srcaddr)", [ip_network("203.0.113.0/24")]),
    ("SELECT count(*) FROM flows WHERE 'a' || {} <> interface_id", [UUID(int=1)]),
]

# Lists, and what they are one by one.
LISTS = [
    ("srcaddr = ANY(%s)", ["203.0.113.19", "203.0.113.20"], "srcaddr IN ('203.0.113.19', '203.0.113.20')"),
    ("NOT srcaddr = ANY(%s)", ["203.0.113.19"], "srcaddr <> '203.0.113.19'"),
    ("dstport = ANY(%s)", [22, 3389], "dstport IN (22, 3389)"),
]


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


def check(server: Server) -> None:
    wanted = json.loads(server.query(ROWS, "--format", "json"))
    assert len(wanted) == 967 and len(wanted[0]) == 36, len(wanted)
    assert {row["_account"] for row in wanted} == {"012345678901", "123456789012"}
    assert any(row["bytes"] is None for row in wanted)
    for binary in (False, True):
        for prepare in (False, True):
            with psycopg.connect(server.dsn()) as connection:
                cursor = connection.cursor(binary=binary)
                cursor.execute(ROWS, prepare=prepare)
                names = [column.name for column in cursor.description]
                rows = [dict(zip(names, map(plain, row))) for row in cursor.fetchall()]
                assert rows == wanted, next((seen, want) for seen, want in zip(rows, wanted) if seen != want)
        with psycopg.connect(server.dsn()) as connection:
            for sql, value in VALUES.items():
                seen = connection.cursor(binary=binary).execute(f"SELECT {sql}").fetchone()[0]
                assert seen == value and type(seen) is type(value), (sql, binary, seen)
            for sql, values in PARAMETERS + OTHERS:
                asked = connection.cursor(binary=binary).execute(sql.format(*["%s"] * len(values)), values).fetchone()[0]
                literal = sql.format(*map(quoted, values))
                plainly = connection.execute(literal).fetchone()[0]
                assert asked == plainly and asked, (literal, asked, plainly)
            for condition, values, plainly in LISTS:
                count = "SELECT count(*) FROM flows WHERE "
                asked = connection.cursor(binary=binary).execute(count + condition, [values]).fetchone()
                assert asked == connection.execute(count + plainly).fetchone() and asked[0], (condition, asked)
            later = "SELECT count(*) FROM flows WHERE start_time > (SELECT max(start_time) FROM flows) - %s"
            assert connection.execute(later, [timedelta(hours=1)]).fetchone()[0] > 0
            few = connection.cursor(binary=binary)
            for listed in ([Decimal("40.4")], [40.4], [Decimal("40.0"), None]):
                few.execute("SELECT count(*) FROM flows WHERE bytes = ANY(%s)", [listed])
                assert few.fetchone()[0] == (629 if None in listed else 0), listed
            assert few.execute("SELECT %s", [[Decimal("1.5"), Decimal("0.25")]]).fetchone()[0] == [1.5, 0.25]
            since = "SELECT count(*) FROM flows WHERE start_time >= "
            noon = connection.execute(since + "'2026-03-11T12:00:00'").fetchone()
            cursor = connection.cursor(binary=binary)
            for condition, values in (
                ("%s", ["2026-03-11 12:00"]),
                ("%s - %s", [datetime(2026, 3, 11, 13), timedelta(hours=1)]),
                ("%s", [datetime(2026, 3, 11, 12, tzinfo=UTC)]),
            ):
                assert cursor.execute(since + condition, values).fetchone() == noon, (condition, values)
            try:
                connection.execute("SELECT count(*) FROM flows WHERE start > %s", [datetime(2026, 3, 11)])
            except errors.InvalidParameterValue as error:
                assert "parameter $1 can't be timestamp, where int8 is meant" in str(error), error
                assert "start_time and end_time are the times" in str(error), error
            else:
                raise AssertionError("seconds were compared with a time")
            connection.rollback()
            try:
                connection.execute("SELECT count(*) FROM flows WHERE account_id = %s", [12345678901])
            except errors.DatatypeMismatch as error:
                assert "parameter $1 is compared with text, and int8 came; send it as text" in str(error), error
            else:
                raise AssertionError("a number was compared with text")
            connection.rollback()
    psycopg_more(server)
    types_that_are_made_of_several(server)
    of_sqlalchemy(server)
    asyncio.run(of_asyncpg(server, wanted))


def quoted(value: object) -> str:
    return str(value) if isinstance(value, (int, float, Decimal)) else f"'{plain(value)}'"


def psycopg_more(server: Server) -> None:
    with psycopg.connect(server.dsn()) as connection:
        assert connection.info.server_version == 160006 and connection.info.encoding == "utf-8"
        for sql, kind in (
            ("SELECT srcadr FROM flows", errors.UndefinedColumn),
            ("SELECT 1 FROM flow", errors.UndefinedTable),
            ("SELEC 1", errors.SyntaxError),
            ("SELECT no_such_function(1)", errors.UndefinedFunction),
            ("SELECT 1 / 0 FROM flows", errors.DivisionByZero),
            ("CREATE TABLE t (a INT)", errors.ReadOnlySqlTransaction),
            ("SELECT %s::int", errors.InvalidTextRepresentation),
            ("SELECT arrow_cast(18446744073709551615, 'UInt64')", errors.NumericValueOutOfRange),
        ):
            try:
                connection.execute(sql, ["x"] if "%s" in sql else None).fetchall()
            except kind as error:
                assert sql != "SELECT srcadr FROM flows" or (
                    error.diag.message_hint == "did you mean srcaddr?" and error.diag.statement_position == "8"
                ), error.diag
            else:
                raise AssertionError(f"{sql}: no error")
            connection.rollback()
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(f"{notice.severity}: {notice.message_primary}"))
        assert connection.execute("SELECT count(*) FROM interfaces WHERE is_tor(addresses)").fetchone() == (0,)
        assert told == [
            "NOTICE: interfaces has no row without --interfaces FILE",
            "NOTICE: is_tor() knows no address without --tor-list FILE",
        ], told
        # As SQLAlchemy does when it connects.
        assert psycopg.types.TypeInfo.fetch(connection, "hstore") is None
        with connection.transaction(), connection.transaction():
            assert connection.execute("SELECT 1").fetchone() == (1,)
        # More statements than are kept prepared: old ones are deallocated.
        for number in range(300):
            assert connection.execute(f"SELECT %s + {number}", [number], prepare=True).fetchone() == (2 * number,)


def types_that_are_made_of_several(server: Server) -> None:
    """What CASE and UNION make of two types is told as it is sent, and a parameter is what the client says."""
    long, day = 53575645398, date(2026, 3, 11)
    with psycopg.connect(server.dsn()) as connection:
        for sql, values, wanted in (
            ("SELECT max(x) FROM (SELECT 1::int AS x UNION ALL SELECT %s::bigint) AS t", [long], long),
            ("SELECT CASE WHEN count(*) = 0 THEN 0 ELSE sum(bytes) / 1e9 END * 0 + 2.5 FROM flows", [], 2.5),
            ("SELECT CASE WHEN count(*) < 0 THEN 1::int ELSE 53575645398 END FROM flows", [], long),
            ("SELECT sum(x) FROM (SELECT 1 AS x UNION ALL SELECT 1.5) AS t", [], 2.5),
            ("SELECT min(x) FROM (SELECT NULL AS x UNION ALL SELECT 1.5) AS t", [], 1.5),
            (
                "SELECT CASE WHEN count(*) < 0 THEN DATE '2026-03-11' ELSE TIMESTAMP '2026-03-11T23:59:00' END FROM flows",
                [],
                datetime(2026, 3, 11, 23, 59),
            ),
            ("SELECT CAST(6919965352154 AS float)", [], 6919965352154.0),
            ("SELECT row_number() OVER () FROM flows LIMIT 1", [], 1),
            ("SELECT %s / 2", [5.0], 2.5),
            ("SELECT %s / 2", [5], 2),
            ("SELECT 3 * %s", [0.5], 1.5),
            ("SELECT 3 * %s", [Decimal("0.5")], 1.5),
            ("SELECT 443::int * %s", [2**40], 443 * 2**40),
            ("SELECT sum(CASE WHEN 200 > %s THEN 200 * %s ELSE 0 END)", [100.5, 0.5], 100.0),
            ("SELECT max(x) FROM (SELECT 1 AS x UNION ALL SELECT %s) AS t", [1.5], 1.5),
            ("SELECT TIMESTAMP '2026-03-11T00:00:00' + %s", [timedelta(hours=1)], datetime(2026, 3, 11, 1)),
            ("SELECT substr('203.0.113.7', %s, %s)", [1, 3], "203"),
            ("SELECT %s", [day], day),
        ):
            for binary in (False, True):
                found = connection.execute(sql, values or None, binary=binary).fetchone()
                assert found == (wanted,) and type(found[0]) is type(wanted), (sql, values, binary, found)


def of_sqlalchemy(server: Server) -> None:
    """As pandas asks: by SQL, and for a table that is read off the catalog."""
    engine = sqlalchemy.create_engine(f"postgresql+psycopg://anna@127.0.0.1:{server.port}/flows")
    seen = sqlalchemy.inspect(engine)
    assert "flows" in seen.get_table_names() and seen.has_table("connections") and not seen.has_table("nothing")
    assert "public" in seen.get_schema_names()
    flows = sqlalchemy.Table("flows", sqlalchemy.MetaData(), autoload_with=engine)
    columns = {column.name: str(column.type) for column in flows.columns}
    assert len(columns) == 36 and columns["srcaddr"] == "TEXT" and columns["bytes"] == "BIGINT", columns
    assert (list(flows.primary_key), flows.indexes, flows.foreign_keys) == ([], set(), set())
    few = sqlalchemy.select(flows.c.srcaddr, sqlalchemy.func.count().label("records")).where(flows.c.dstport == 22)
    few = few.group_by(flows.c.srcaddr).order_by(sqlalchemy.desc("records"), flows.c.srcaddr).limit(1)
    with engine.connect() as connection:
        plainly = "SELECT srcaddr, count(*) FROM flows WHERE dstport = 22 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
        assert connection.execute(few).one() == connection.execute(sqlalchemy.text(plainly)).one()
    engine.dispose()


async def of_asyncpg(server: Server, wanted: list[dict]) -> None:
    address = {"host": "127.0.0.1", "port": server.port, "user": "anna", "database": "flows"}
    async with asyncpg.create_pool(min_size=1, max_size=3, **address) as pool:
        async with pool.acquire() as connection:
            rows = [{name: plain(value) for name, value in row.items()} for row in await connection.fetch(ROWS)]
            assert rows == wanted
            for sql, value in VALUES.items():
                seen = await connection.fetchval(f"SELECT {sql}")
                assert seen == value and type(seen) is type(value), (sql, seen)
            for sql, values in PARAMETERS:
                asked = await connection.fetchval(sql.format(*[f"${number + 1}" for number in range(len(values))]), *values)
                assert asked == await connection.fetchval(sql.format(*map(quoted, values))) and asked, sql
            # A cursor gets a part at a time, and is left in the middle.
            async with connection.transaction():
                cursor = await connection.cursor("SELECT start FROM flows ORDER BY start")
                assert len(await cursor.fetch(10)) == 10 and len(await cursor.fetch(20_000)) == 20_000
            try:
                await connection.fetch("SELECT count(*) FROM flows a, flows b WHERE a.srcaddr < b.dstaddr", timeout=0.5)
            except TimeoutError:
                pass
            else:
                raise AssertionError("a long query ended at once")
            try:
                await connection.fetch("SELECT array_agg(dstport) FROM (SELECT dstport FROM flows LIMIT 3)")
            except asyncpg.PostgresError as error:
                assert "give it text: array_to_string(array_agg(x), ',')" in str(error), error
            else:
                raise AssertionError("asyncpg knows this list by now; say so in the README")
            assert await connection.fetchval("SELECT 5") == 5
        counts = await asyncio.gather(*[pool.fetchval("SELECT count(*) FROM flows") for _ in range(12)])
        assert counts == [60_000] * 12, counts
        made = [pool.fetchval(f"SELECT count(*) FROM {table}") for table in ("connections", "conversations", "found") * 3]
        numbers = await asyncio.gather(*made)
        assert numbers[:3] == numbers[3:6] == numbers[6:] and all(numbers), numbers
