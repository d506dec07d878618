#!/usr/bin/env python3
"""Writes the small databases that tests read, in the shapes that vendors give theirs. Addresses are those of
documentation, systems those of RFC 5398, and nothing is taken from a vendor's data.

    pip install mmdb_writer==0.2.7 && python3 make.py
"""

from __future__ import annotations

from pathlib import Path

import mmdb_writer
from mmdb_writer import MMDBWriter, MmdbU32
from netaddr import IPSet

HERE = Path(__file__).resolve().parent
STRANGERS = IPSet(["203.0.113.0/24"])
SERVERS = IPSet(["198.51.100.0/25"])
DOCUMENTATION = IPSet(["2001:db8::/32"])


def country(code: str, name: str) -> dict:
    """As GeoLite2-Country and DB-IP's have it."""
    place = {"iso_code": code, "geoname_id": MmdbU32(1), "names": {"en": name, "de": name.upper()}}
    return {"continent": {"code": "EU", "names": {"en": "Europe"}}, "country": place, "registered_country": place}


def system(number: int, name: str) -> dict:
    """As GeoLite2-ASN and DB-IP's have it."""
    return {"autonomous_system_number": MmdbU32(number), "autonomous_system_organization": name}


def ipinfo(code: str, name: str, number: int, organisation: str) -> dict:
    """As IPinfo Lite has it: everything is text."""
    return {
        "asn": f"AS{number}",
        "as_name": organisation,
        "as_domain": "example.com",
        "continent": "Europe",
        "continent_code": "EU",
        "country": name,
        "country_code": code,
    }


DATABASES = {
    "country": (
        "GeoLite2-Country",
        [(STRANGERS, country("NL", "Netherlands")), (DOCUMENTATION, country("FR", "France"))],
    ),
    "asn": (
        "GeoLite2-ASN",
        [(STRANGERS, system(64496, "Example Hosting B.V.")), (SERVERS, system(4200000000, "Large Numbers Ltd"))],
    ),
    "ipinfo": (
        "ipinfo generic_lite.mmdb",
        [
            (STRANGERS, ipinfo("DE", "Germany", 64500, "Example Carrier")),
            (SERVERS, ipinfo("JP", "Japan", 64501, "Example Cloud")),
        ],
    ),
    # One network in the shape of each: GeoIP2-Enterprise, IPinfo's older country_asn, IPLocate; and what makes no sense.
    "others": (
        "others",
        [
            (STRANGERS, country("NL", "Netherlands") | {"traits": system(64496, "Example Hosting B.V.")}),
            (SERVERS, {"asn": "AS64501", "as_name": "Example Cloud", "country": "JP", "country_name": "Japan"}),
            (IPSet(["192.0.2.0/25"]), {"asn": MmdbU32(64502), "name": "EXAMPLE", "country_code": "BR"}),
            (IPSet(["192.0.2.128/25"]), {"asn": "AS0", "as_name": "", "country": "Nowhere", "country_code": [True, 1.5]}),
        ],
    ),
    "anonymous": ("GeoIP2-Anonymous-IP", [(STRANGERS, {"is_anonymous": True, "is_tor_exit_node": True})]),
}


def main() -> None:
    # The day on which a database was made is part of it.
    mmdb_writer.time.time = lambda: 1773187200
    for name, (kind, networks) in DATABASES.items():
        version = 4 if name == "anonymous" else 6
        writer = MMDBWriter(version, kind, languages=["en"], description="Made for tests", ipv4_compatible=version == 6)
        for network, record in networks:
            writer.insert_network(network, record)
        writer.to_db_file(str(HERE / f"{name}.mmdb"))


if __name__ == "__main__":
    main()
