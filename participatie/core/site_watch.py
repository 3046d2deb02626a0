"""Looking at the site from outside, by the address of its visitors: what is behind may be well."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

WELL = "/gezond"
PATIENCE = 10.0


def answers(base_url: str) -> bool:
    """Whether the site at an address says that it is well."""
    address = urlsplit(base_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.netloc, timeout=PATIENCE)
    try:
        connection.request("GET", WELL, headers={"User-Agent": "participatie"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
