"""Where an action comes from: the current request, or a command."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

COMMAND = "command"


@dataclass(frozen=True)
class Origin:
    """IP address, request ID and person. Without a request: no address, and "command"."""

    ip: str = ""
    request_id: str = ""
    request: HttpRequest | None = field(default=None, repr=False)

    @property
    def username(self) -> str:
        """The username of who is signed in now; "" if nobody is."""
        if self.request is None:
            return COMMAND
        return self.request.user.get_username()


COMMAND_ORIGIN = Origin()
_current: ContextVar[Origin] = ContextVar("origin", default=COMMAND_ORIGIN)


def current() -> Origin:
    return _current.get()


@contextmanager
def of_request(request: HttpRequest) -> Iterator[Origin]:
    """Attribute everything inside to this request, under an ID of our own."""
    origin = Origin(client_ip(request), secrets.token_hex(6), request)
    token = _current.set(origin)
    try:
        yield origin
    finally:
        _current.reset(token)


def client_ip(request: HttpRequest) -> str:
    """Return the IP address that the request came from, or "" if it is not known.

    Only the last TRUSTED_PROXIES addresses of X-Forwarded-For come from our proxies; the client can
    forge the others.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    ours = forwarded[-settings.TRUSTED_PROXIES :] if settings.TRUSTED_PROXIES else []
    return _address(ours[0] if ours else "") or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    """Return the address without port and brackets, or "" if it is not one."""
    for spelling in (text.strip(), _host(text)):
        try:
            ip = ip_address(spelling)
        except ValueError:
            continue
        return str((isinstance(ip, IPv6Address) and ip.ipv4_mapped) or ip)
    return ""


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text.strip()}").hostname or ""
    except ValueError:
        return ""
