"""The fields of versions 2 to 5, in the order `vpcflow generate --fields v5` writes them.

Every engine is told names and types, as its users do with a format this well known: guessing costs time and gets
account ids with leading zeros wrong.
"""

INT32 = {"version", "srcport", "dstport", "protocol", "tcp-flags", "traffic-path"}
INT64 = {"packets", "bytes", "start", "end"}

FIELDS = """
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id
pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path
""".split()


def column(field: str) -> str:
    """The SQL name of a field."""
    return field.replace("-", "_")


def typed(field: str, text, int32, int64):
    """Whichever of an engine's three types the field has."""
    return int32 if field in INT32 else int64 if field in INT64 else text
