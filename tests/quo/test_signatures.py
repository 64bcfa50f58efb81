"""Vectors: ``tests/data/signature-vectors.json``, made apart from our code (see its "checked")."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quo_admin.quo import signatures
from quo_admin.quo.signature_mistakes import Mistake
from quo_admin.quo.signatures import Kind, Verdict, verify

VECTORS = json.loads((Path(__file__).parents[1] / "data/signature-vectors.json").read_text())
LEGACY = {vector["name"]: vector for vector in VECTORS["legacy"]}
NAMED = {  # what each that is not valid must be called
    "legacy-6 tampered body": Verdict(Kind.NO_MATCH),
    "legacy-7 stale": Verdict(Kind.STALE, 300_001),
    "legacy-9 unknown version": Verdict(Kind.OTHER_VERSION),
    "legacy-10 key used undecoded": Verdict(Kind.MISTAKEN, 0, (Mistake.KEY_AS_TEXT,)),
    "legacy-11 latin1-string key mistake": Verdict(Kind.MISTAKEN, 0, (Mistake.KEY_AS_LATIN1,)),
    "legacy-12 empty header": Verdict(Kind.NO_HEADER),
}
KEY = "/Jq9TK6wQz/A54+AJi+mBzOWK2tOd50D2FFSQ7LyaW0="
NOW_MS = 1_790_847_016_000
TEXT = {"type": "message.received", "text": "Café 💙 a/b", "to": ["+15550100002"], "n": None}
BODY = json.dumps(TEXT, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body, *, key=KEY, begin=f"{NOW_MS}."):
    raw = base64.b64decode(key) if isinstance(key, str) else key
    digest = hmac.new(raw, begin.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def header(body=BODY, *, stamp=NOW_MS, **how):
    how.setdefault("begin", f"{stamp}.")
    return f"hmac;1;{stamp};{signature(body, **how)}"


def check(value, body=BODY, *, now_ms=NOW_MS):
    return verify(value, body, [KEY], now_ms=now_ms)


@pytest.mark.parametrize("name", LEGACY)
def test_vector_gives_the_expected_verdict(name):
    vector = LEGACY[name]
    body = vector["body"].encode()
    assert hashlib.sha256(body).hexdigest() == vector["body_sha256"]

    verdict = verify(
        vector["header"],
        body,
        vector["keys"],
        now_ms=vector["now_ms"],
        tolerance_ms=vector["tolerance_ms"],
    )

    assert (verdict.kind == Kind.VALID) == vector["expect_valid"]
    if not vector["expect_valid"]:
        assert verdict == NAMED[name]


def test_every_legacy_vector_is_present():
    assert len(LEGACY) == 12


# Valid or not


@given(
    body=st.binary(max_size=300),
    raw=st.binary(min_size=32, max_size=32),
    age_ms=st.integers(-300_000, 300_000),
)
def test_signed_body_is_valid_within_the_tolerance(body, raw, age_ms):
    key = base64.b64encode(raw).decode()

    verdict = verify(header(body, key=key), body, [key], now_ms=NOW_MS + age_ms)

    assert verdict == Verdict(Kind.VALID, age_ms)


@given(body=st.binary(min_size=1, max_size=200), data=st.data())
def test_one_altered_bit_is_detected(body, data):
    value = header(body)
    at, bit = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 7))
    altered = bytearray(body)
    altered[at] ^= 1 << bit

    assert check(value, bytes(altered)).kind not in {Kind.VALID, Kind.STALE, Kind.EARLY}


@given(st.text(max_size=200), st.binary(max_size=200), st.text(max_size=50))
def test_arbitrary_header_body_and_key_do_not_raise(value, body, key):
    assert verify(value, body, [key], now_ms=NOW_MS).kind not in {Kind.VALID, Kind.STALE}


@pytest.mark.parametrize("value", ["hmac;1;{};", "hmac;1;{};é", "hmac;1;{};\ud800", "hmac;1;{};="])
def test_signature_that_is_not_base64_does_not_match(value):
    assert check(value.format(NOW_MS)).kind == Kind.NO_MATCH


def test_deeply_nested_body_does_not_crash():
    body = b"[" * 100_000

    assert check(header(b"another"), body).kind == Kind.NO_MATCH
    assert check(header(body), body).kind == Kind.VALID


def test_signature_from_the_future_is_not_valid():
    assert check(header(), now_ms=NOW_MS - 300_000).kind == Kind.VALID
    assert check(header(), now_ms=NOW_MS - 300_001) == Verdict(Kind.EARLY, -300_001)


def test_tolerance_defaults_to_five_minutes():
    assert signatures.TOLERANCE_S == 300
    assert check(header(), now_ms=NOW_MS + 300_000).kind == Kind.VALID
    assert check(header(), now_ms=NOW_MS + 300_001).kind == Kind.STALE
    late = {"now_ms": NOW_MS + 400_000, "tolerance_ms": 400_000}
    assert verify(header(), BODY, [KEY], **late).kind == Kind.VALID


def test_timestamp_is_verified_as_sent():
    value = header(stamp=f"00{NOW_MS}")

    assert check(value).kind == Kind.VALID
    assert check(value.replace(f"00{NOW_MS}", str(NOW_MS))).kind == Kind.NO_MATCH


def test_valid_signature_takes_precedence_over_a_mistaken_one():
    wrong = header(key=KEY.encode())

    assert check(f"{wrong}, {header()}").kind == Kind.VALID
    other = base64.b64encode(b"x" * 32).decode()
    assert verify(wrong + "," + header(key=other), BODY, [KEY, other], now_ms=NOW_MS) == Verdict(
        Kind.VALID, 0
    )


# The header


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", Kind.NO_HEADER),
        ("  \n", Kind.NO_HEADER),
        ("openphone-signature:", Kind.NO_HEADER),
        ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Kind.NEWER_SYSTEM),
        ("webhook-signature: v1,g0hM9SsE=", Kind.NEWER_SYSTEM),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Kind.NEWER_SYSTEM),
        ("sha256=deadbeef", Kind.UNREADABLE),
        ("hmac;1;1790847016000", Kind.UNREADABLE),
        ("hmac;1;2026-10-01;abc=", Kind.UNREADABLE),
        ("hmac;1;١٧٩٠;abc=", Kind.UNREADABLE),
        ("hmac;1;-1;abc=", Kind.UNREADABLE),
        ("hmac;1;1790847016000;abc=;", Kind.UNREADABLE),
        ("rsa;1;1790847016000;abc=", Kind.OTHER_SCHEME),
        ("hmac;2;1790847016000;abc=", Kind.OTHER_VERSION),
        ("hmac;1;1790847016000;abc=", Kind.NO_MATCH),
    ],
)
def test_invalid_header_is_classified(value, kind):
    assert check(value) == Verdict(kind)


@pytest.mark.parametrize("name", ["openphone-signature: ", "OpenPhone-Signature:", " "])
def test_header_name_may_precede_its_value(name):
    assert check(f"{name}{header()}\r\n").kind == Kind.VALID


def test_unreadable_signature_does_not_hide_a_valid_one():
    assert check(f"hmac;2;{NOW_MS};abc=,,rsa;1;1;x,{header()}").kind == Kind.VALID


def test_only_the_first_five_signatures_are_checked():
    wrong = f"hmac;1;{NOW_MS};x,"

    assert check(wrong * 4 + header()).kind == Kind.VALID
    assert check(wrong * 5 + header()).kind == Kind.NO_MATCH


# The usual mistakes

ANEW = {
    Mistake.BODY_COMPACT: json.dumps(TEXT, ensure_ascii=False, separators=(",", ":")),
    Mistake.BODY_ASCII: json.dumps(TEXT, separators=(",", ":")),
    Mistake.BODY_PHP: json.dumps(TEXT, separators=(",", ":")).replace("/", "\\/"),
    Mistake.BODY_SPACED: json.dumps(TEXT),
    Mistake.BODY_PRETTY: json.dumps(TEXT, ensure_ascii=False, indent=2),
}


@pytest.mark.parametrize("mistake", ANEW)
def test_reserialized_body_is_recognized(mistake):
    raw = json.dumps(TEXT, ensure_ascii=False, indent=7).encode()

    verdict = check(header(ANEW[mistake].encode()), raw)

    assert verdict == Verdict(Kind.MISTAKEN, 0, (mistake,))


def test_lone_surrogates_are_serialized_as_in_javascript():
    raw = b'{ "text": "\\ud83d" }'

    verdict = check(header(b'{"text":"\\ud83d"}'), raw)

    assert verdict.mistakes == (Mistake.BODY_COMPACT,)


def test_timestamp_in_seconds_is_recognized_with_its_age():
    verdict = check(header(stamp=NOW_MS // 1000), now_ms=NOW_MS + 1500)

    assert verdict == Verdict(Kind.MISTAKEN, 1500, (Mistake.TIME_IN_SECONDS,))


def test_signature_over_seconds_with_a_milliseconds_header_is_recognized():
    value = header(begin=f"{NOW_MS // 1000}.")

    assert check(value).mistakes == (Mistake.SIGNED_SECONDS,)


def test_signature_without_a_timestamp_is_recognized():
    assert check(header(begin="")).mistakes == (Mistake.SIGNED_NO_TIME,)


def test_two_combined_mistakes_are_both_recognized():
    value = header(ANEW[Mistake.BODY_SPACED].encode(), key=KEY.encode())

    assert check(value).mistakes == (Mistake.KEY_AS_TEXT, Mistake.BODY_SPACED)


def test_mistake_does_not_make_an_old_delivery_valid():
    verdict = check(header(key=KEY.encode()), now_ms=NOW_MS + 10**9)

    assert verdict.kind == Kind.MISTAKEN
    assert verdict.age_ms == 10**9


def test_key_that_is_not_base64_never_verifies():
    key = "not base64 at all"

    assert verify(header(key=key.encode()), BODY, [key], now_ms=NOW_MS).mistakes == (
        Mistake.KEY_AS_TEXT,
    )
    assert verify(header(), BODY, [key], now_ms=NOW_MS).kind == Kind.NO_MATCH
