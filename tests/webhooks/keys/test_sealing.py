import hashlib

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from quo_admin.webhooks.keys import sealing
from tests.factories import KEY

NEW, OLD = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_sealed_key_can_be_unsealed_and_hides_the_plaintext():
    sealed = sealing.seal(KEY)

    assert KEY.encode() not in sealed
    assert sealing.unseal(sealed) == KEY


def test_old_field_key_still_decrypts_and_the_new_one_encrypts(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = sealing.seal(KEY)

    settings.FIELD_KEYS = [NEW, OLD]

    assert sealing.unseal(sealed) == KEY
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(sealing.KeyUnreadable):
        sealing.unseal(sealed)


def test_altered_seal_raises():
    sealed = bytearray(sealing.seal(KEY))
    sealed[40] ^= 1

    with pytest.raises(sealing.KeyUnreadable):
        sealing.unseal(bytes(sealed))


@pytest.mark.parametrize("bad", [[], ["short"], [NEW, "not a key"]])
def test_invalid_field_keys_raise_a_configuration_error(settings, bad):
    settings.FIELD_KEYS = bad

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        sealing.box()


def test_fingerprint_is_the_start_of_the_sha256_of_the_key_text():
    assert sealing.fingerprint(KEY) == hashlib.sha256(KEY.encode()).hexdigest()[:8]
