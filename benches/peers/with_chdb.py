"""Answers one query with ClickHouse, embedded as chdb: with_chdb.py GLOB SQL THREADS, CSV on stdout.

Tried, on gzip objects of v5 records: CSVWithNames with a space as delimiter (kept; it must be allowed by a setting);
CustomSeparatedWithNames, which the error message without that setting recommends (up to three times slower: it reads
every column); LowCardinality for the columns with few values (up to twice slower); with and without parallel parsing
and trimming of blanks (the same).
"""

import csv
import json
import sys

import chdb
from flow_fields import FIELDS, column, typed

glob, sql, threads = sys.argv[1:]
settings = f"max_threads = {threads}, format_csv_null_representation = '-'"
if glob:
    structure = ", ".join(f"`{field}` Nullable({typed(field, 'String', 'Int32', 'Int64')})" for field in FIELDS)
    columns = ", ".join(f"`{field}` AS `{column(field)}`" for field in FIELDS)
    sql = f"WITH flows AS (SELECT {columns} FROM file('{glob}', CSVWithNames, '{structure}')) {sql}"
    settings += """, format_csv_delimiter = ' ', input_format_csv_allow_whitespace_or_tab_as_delimiter = 1,
        format_csv_allow_double_quotes = 0, format_csv_allow_single_quotes = 0"""
# Not CSV: the settings for CSV would be the answer's as well as the objects'.
answer = str(chdb.query(f"{sql} SETTINGS {settings}", "JSONCompactEachRowWithNames"))
csv.writer(sys.stdout).writerows(json.loads(row) for row in answer.splitlines())
