"""Sealing (encrypting) keys with FIELD_KEYS. Used only by services that store and reveal keys.

Losing FIELD_KEYS is no disaster for webhooks that exist: Quo's lists return their keys. Set a new
one and sync. For a webhook that is missing at Quo, our copy is the last one: before an old one of
FIELD_KEYS is removed, ``manage.py rotate_keys`` must have sealed every key with the newest.
"""

import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class KeyUnreadable(Exception):
    """None of FIELD_KEYS can decrypt the key. The text is for the user."""


def box() -> MultiFernet:
    """Return what encrypts with the first of FIELD_KEYS and decrypts with any.

    Raises:
        ImproperlyConfigured: FIELD_KEYS is empty, or one of them is not a Fernet key.
    """
    return _box(*settings.FIELD_KEYS)


@lru_cache(maxsize=4)  # preparing one takes as long as sealing
def _box(*field_keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in field_keys])
    except ValueError as exc:
        raise ImproperlyConfigured(
            "FIELD_KEYS must hold at least one Fernet key: 32 bytes in URL-safe base64."
        ) from exc


def seal(key: str) -> bytes:
    return box().encrypt(key.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Return the key.

    Raises:
        KeyUnreadable: it was sealed with another key than FIELD_KEYS, or altered.
    """
    try:
        return box().decrypt(bytes(sealed)).decode()
    except InvalidToken as exc:
        raise KeyUnreadable(
            "The stored key cannot be decrypted with the current FIELD_KEYS. "
            "Quo still has it. Ask your administrator to sync."
        ) from exc


def is_sealed_newly(sealed: bytes | memoryview) -> bool:
    """Whether it is sealed with the newest of FIELD_KEYS. Does not return the key."""
    try:
        _box(settings.FIELD_KEYS[0]).decrypt(bytes(sealed))
    except InvalidToken:
        return False
    return True


def mark_of(field_key: str) -> str:
    """Return the mark of one of FIELD_KEYS, which is stored beside what it sealed.

    The first eight hex digits of SHA-256: it tells 32 random bytes apart, and gives nothing away.
    """
    return hashlib.sha256(field_key.encode()).hexdigest()[:8]


def newest_mark() -> str:
    return mark_of(settings.FIELD_KEYS[0])


def known_marks() -> list[str]:
    return sorted(mark_of(field_key) for field_key in settings.FIELD_KEYS)


def fingerprint(key: str) -> str:
    """Return the first eight hex digits of SHA-256 of the key as text. Safe to show: a key is 32
    random bytes, and the receiving team can compute the fingerprint without us.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:8]
