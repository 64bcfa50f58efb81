"""The base URL of the Quo API, and whether an API key may be sent to it."""

from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def base_address(url: str) -> str:
    """Return the base URL without a trailing slash.

    Raises:
        ValueError: it is neither https nor http on this machine, so the API key would be readable.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return url.rstrip("/")
    raise ValueError("QUO_API_URL must be https, or http on this machine only.")
