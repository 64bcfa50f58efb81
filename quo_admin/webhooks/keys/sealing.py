"""A webhook's key at rest, sealed with FIELD_KEYS. Only services that store and reveal come here.

Losing FIELD_KEYS is no disaster: Quo's list returns the keys. Set a new one and sync, which
seals each key with the newest of them.
"""

import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class KeyUnreadable(Exception):
    """The sealed key does not open with any of FIELD_KEYS. The text is for the staff member."""


def box() -> MultiFernet:
    """Return what seals with the first of FIELD_KEYS and opens with any.

    Raises:
        ImproperlyConfigured: FIELD_KEYS is empty, or one of them is no Fernet key.
    """
    try:
        return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    except ValueError as exc:
        raise ImproperlyConfigured(
            "FIELD_KEYS must hold at least one Fernet key: 32 bytes in URL-safe base64."
        ) from exc


def seal(key: str) -> bytes:
    return box().encrypt(key.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Return the key.

    Raises:
        KeyUnreadable: it was sealed with another of FIELD_KEYS, or altered.
    """
    try:
        return box().decrypt(bytes(sealed)).decode()
    except InvalidToken as exc:
        raise KeyUnreadable(
            "The stored key cannot be decrypted with the current FIELD_KEYS. "
            "Quo still has it. Ask your administrator to sync."
        ) from exc


def is_sealed_newly(sealed: bytes | memoryview) -> bool:
    """Say whether the newest of FIELD_KEYS opens it. Nothing that was opened leaves here."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(bytes(sealed))
    except InvalidToken:
        return False
    return True


def fingerprint(key: str) -> str:
    """Return the first eight hex digits of SHA-256 of the key as text. Safe to show and to say:
    a key is 32 random bytes, and the receiving team can work it out without us."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]
