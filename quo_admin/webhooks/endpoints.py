"""Endpoint URLs: host, what may be shown, whether two are equal, whether Quo can reach one."""

import hashlib
import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit, urlunsplit

OWN_PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 255  # characters; RFC 1035 allows 253
PATH_SHOWN = 20  # characters; the rest of a path, and every query, may be a secret
# Most URLs are shown as they are. Taking them apart costs ten times as much as to see that.
SHOWN_IN_FULL = re.compile(rf"https?://[a-z0-9.-]+(/[A-Za-z0-9._/-]{{0,{PATH_SHOWN - 1}}})?")
LONGEST_OFFERED = 200  # characters of a URL that forms offer


def host_of(url: str | None) -> str:
    """Return the host of a URL in lower case, or "".

    At most 255 characters: real hosts are not longer, and indexes are limited.
    """
    try:
        return (urlsplit(url or "").hostname or "")[:LONGEST_HOST]
    except ValueError:
        return ""


def display_url(url: str | None) -> str:
    """Return what may be shown of a URL anywhere: scheme, host, 20 characters of the path."""
    if url and SHOWN_IN_FULL.fullmatch(url):
        return url
    try:
        parts = urlsplit(url or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    path = parts.path if len(parts.path) <= PATH_SHOWN else parts.path[:PATH_SHOWN] + "…"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{path}" if parts.scheme else ""


def offered_url(url: str | None) -> str:
    """Return a URL if forms may offer it to everybody: it is shown in full, and not too long."""
    return url if url and len(url) <= LONGEST_OFFERED and url == display_url(url) else ""


def endpoint_hash_of(url: str | None) -> str:
    """Return 16 hex digits that are equal for URLs of the same endpoint."""
    return hashlib.sha256(normalized_url(url).encode()).hexdigest()[:16] if url else ""


def normalized_url(url: str | None) -> str:
    """Return a URL in the form in which URLs are compared.

    Scheme and host in lower case, without the default port, a trailing slash and a fragment. Quo's
    own example returns a slash that its request did not have.
    """
    try:
        parts = urlsplit(url or "")
        port = f":{parts.port}" if parts.port not in (None, OWN_PORTS.get(parts.scheme)) else ""
    except ValueError:
        return url or ""
    host = f"{parts.hostname or ''}{port}"
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, ""))


LOCAL_SUFFIXES = (".localhost", ".local", ".internal")


def is_unreachable(url: str | None) -> bool:
    """Whether Quo cannot send to this URL, because its host is local or private.

    That is localhost, a name without a dot, a name below .localhost, .local or .internal, and a
    loopback, private or link-local IP literal in any spelling that a resolver accepts, such as
    127.1. Source: our own policy (``unreachable``). Nothing is looked up.
    """
    try:
        host = (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return False
    if not host:
        return False
    address = _ip_literal(host)
    if address is None:
        return "." not in host or host.endswith(LOCAL_SUFFIXES)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return not address.is_global or address.is_multicast


def _ip_literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a host spells, or None if it is a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if not host[0].isdigit():
        return None
    try:
        return IPv4Address(socket.inet_aton(host))  # also 127.1, 0x7f000001 and 2130706433
    except OSError:
        return None
