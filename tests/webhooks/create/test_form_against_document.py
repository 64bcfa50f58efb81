"""The form accepts what the document accepts, checked on thousands of bodies."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema_rs
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quo_admin.quo import spec
from quo_admin.webhooks.create.forms import MessageWebhookForm

DOCUMENT = json.loads((Path(__file__).parents[2] / "data/quo-v1.openapi.json").read_text())
OPERATION = DOCUMENT["paths"][spec.MESSAGE_WEBHOOKS]["post"]
JUDGE = jsonschema_rs.validator_for(
    OPERATION["requestBody"]["content"]["application/json"]["schema"], validate_formats=True
)

CHARACTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.text(CHARACTERS, max_size=12)
NO_SPACES = WORDS.filter(lambda text: text and not any(c.isspace() or c == "," for c in text))
TRIMMED = WORDS.filter(lambda text: text and text == text.strip())
MESSAGE_EVENTS = [event.value for event in spec.MessageEvent]


def mostly(right, odd):
    """Draw what is right five times out of six, so that whole bodies are often valid."""
    return st.integers(0, 5).flatmap(lambda n: odd if n == 0 else right)


EVENTS = mostly(
    st.lists(st.sampled_from(MESSAGE_EVENTS), min_size=1, max_size=3),
    st.lists(st.sampled_from([*MESSAGE_EVENTS, "call.ringing", "x"]), max_size=3),
)
IDS = mostly(
    st.one_of(st.just(["*"]), st.lists(NO_SPACES.map("PN{}".format), min_size=1, max_size=4)),
    st.lists(st.one_of(st.just("*"), NO_SPACES, NO_SPACES.map("PN{}".format)), max_size=4),
)
PARTS = st.tuples(
    mostly(st.sampled_from(["https:", "http:"]), st.sampled_from(["ftp:", "urn:", "HTTPS:", ""])),
    mostly(st.just("//"), st.sampled_from(["/", ""])),
    mostly(st.just(""), st.sampled_from(["ada:pw@", "@"])),
    mostly(
        st.sampled_from(["example.com", "[::1]", "127.0.0.1"]),
        st.sampled_from(["exämple.com", "%41", ""]),
    ),
    mostly(st.sampled_from([":8443", ":", ""]), st.just(":x")),
    mostly(
        st.sampled_from(["/quo", "?q=1", "#f", "", "/%41;a=b"]),
        st.one_of(st.sampled_from(["/a b", "/%zz", "/\n"]), WORDS.map("/{}".format)),
    ),
).map("".join)
BODIES = st.fixed_dictionaries(
    {"events": EVENTS, "url": mostly(PARTS, WORDS), "resourceIds": IDS},
    optional={
        "label": WORDS,
        "status": mostly(
            st.sampled_from(["enabled", "disabled"]), st.sampled_from(["Enabled", "x"])
        ),
        "userId": mostly(TRIMMED.map("US{}".format), TRIMMED),
    },
)


def is_rejected_by_form(body):
    """What only we reject: no event or number, an unusable URL, a NUL."""
    try:
        parts = urlsplit(body["url"])
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        usable = False
    return (
        not body["events"]
        or not body["resourceIds"]
        or not usable
        or "\x00" in json.dumps(body, ensure_ascii=False).replace("\\u0000", "\x00")
    )


def posted(body):
    return MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in body.items()}
    )


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(BODIES)
@example({"events": ["message.received"], "url": "https://a.example", "resourceIds": ["PN"]})
@example({"events": ["message.received"], "url": "https://a.example", "resourceIds": ["*", "*"]})
@example({"events": ["message.received"], "url": "https://a.example", "resourceIds": ["PN1", "*"]})
@example({"events": ["message.received"] * 2, "url": "https://%41/", "resourceIds": ["*"]})
@example({"events": ["message.received"], "url": "a:b", "resourceIds": ["*"], "userId": "US"})
@example({"events": ["message.received"], "url": "https://a.example", "resourceIds": ["pn1"]})
def test_form_accepts_bodies_valid_by_the_specification(body):
    form = MessageWebhookForm(posted(body))
    body["url"] = body["url"].strip()  # as the form sends it

    assert form.is_valid() == (JUDGE.is_valid(body) and not is_rejected_by_form(body)), form.errors


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(BODIES)
def test_every_valid_form_gives_a_body_valid_by_the_specification(body):
    form = MessageWebhookForm(posted(body))

    if form.is_valid():
        assert JUDGE.is_valid(form.to_webhook().to_json())
