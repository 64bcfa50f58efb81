"""The base URL of the Quo API and the API key: whether the one may be sent to the other."""

from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MUST_BE_HTTPS = "QUO_API_URL must be https, or http on this machine only."
NO_PATH = (
    "QUO_API_URL must end after the host: no path, query, user name or space. Write "
    "https://api.quo.com. The version, such as /v1, is added for each call."
)


def base_address(url: str) -> str:
    """Return the base URL without a trailing slash.

    Raises:
        ValueError: it is neither https nor http on this machine, so the API key would be readable;
            or it has more than scheme, host and port. The text does not quote it.
    """
    try:
        parts = urlsplit(url)
        host = parts.port != 0 and parts.hostname
    except ValueError:  # its text quotes the URL
        raise ValueError("QUO_API_URL is no URL. Write https://api.quo.com.") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host:
        raise ValueError(MUST_BE_HTTPS)
    if parts.path.strip("/") or set(url) & set("?#@ \t\r\n"):
        raise ValueError(NO_PATH)
    return url.rstrip("/")


def api_key_problem(key: str) -> str:
    """Return what is wrong with the form of an API key, and what to write; "" if nothing is.

    Quo's keys are sent as they are, without a scheme, and a header is one line of ASCII.
    """
    if key.strip().lower().split(maxsplit=1)[:1] == ["bearer"]:
        return "QUO_API_KEY begins with “Bearer”. Write the key alone, without “Bearer”."
    if "\n" in key or "\r" in key:
        return "QUO_API_KEY has a line break in it. Write the key in one line."
    if any(sign.isspace() for sign in key):
        return "QUO_API_KEY has white space in it. Write the key without spaces and tabs."
    if not (key.isascii() and key.isprintable()):
        return "QUO_API_KEY has characters that no key has. Copy it from Quo again."
    return ""
