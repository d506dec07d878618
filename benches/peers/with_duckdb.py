"""Answers one query with DuckDB: with_duckdb.py GLOB SQL THREADS, CSV on stdout.

Tried, on gzip objects of v5 records: naming the columns and no quote character (kept); the same with the sniffer on,
`strict_mode = false` or `preserve_insertion_order = false` (no faster); `union_by_name` (twenty times slower over some
hundred objects); leaving names and types to the sniffer (slower, and account ids become numbers).
"""

import csv
import sys

import duckdb
from flow_fields import FIELDS, column, typed

glob, sql, threads = sys.argv[1:]
connection = duckdb.connect(config={"threads": int(threads)})
if glob:
    columns = {column(field): typed(field, "VARCHAR", "INTEGER", "BIGINT") for field in FIELDS}
    # A view, not a table: every run reads the objects.
    connection.execute(
        f"""CREATE VIEW flows AS SELECT * FROM read_csv('{glob}', columns = {columns}, auto_detect = false,
        delim = ' ', header = true, nullstr = '-', quote = '', escape = '')"""
    )
answer = connection.sql(sql)
writer = csv.writer(sys.stdout)
writer.writerow(answer.columns)
writer.writerows(answer.fetchall())
