"""Our constants against the document's own words, with jsonschema-rs as judge."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quo_admin.quo import spec

DOCUMENT = json.loads((Path(__file__).parent.parent / "data/quo-v1.openapi.json").read_text())


def operation(method, path):
    return DOCUMENT["paths"][path][method]


@pytest.fixture(scope="module")
def create():
    return operation("post", spec.MESSAGE_WEBHOOKS)


@pytest.fixture(scope="module")
def body(create):
    return create["requestBody"]["content"]["application/json"]["schema"]


@pytest.fixture(scope="module")
def data(create):
    answer = create["responses"]["201"]["content"]["application/json"]["schema"]
    return answer["properties"]["data"]


def test_paths_match_the_document():
    assert {spec.WEBHOOKS, spec.MESSAGE_WEBHOOKS, spec.PHONE_NUMBERS, spec.USERS} <= set(
        DOCUMENT["paths"]
    )
    assert operation("post", spec.MESSAGE_WEBHOOKS)["operationId"] == "createMessageWebhook_v1"


def test_request_properties_match_the_document(body):
    assert set(spec.REQUEST_PROPERTIES) == set(body["properties"])
    assert set(spec.REQUEST_REQUIRED) == set(body["required"])


def test_request_constraints_match_the_document(body):
    properties = body["properties"]

    assert properties == {
        "events": {
            "type": "array",
            "items": {"type": "string", "enum": [event.value for event in spec.MessageEvent]},
        },
        "label": {"type": "string"},
        "resourceIds": {
            "anyOf": [
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": anchored(spec.PHONE_NUMBER_ID)},
                },
                {"type": "array", "items": {"type": "string", "const": spec.ALL_PHONE_NUMBERS}},
            ]
        },
        "status": {
            "type": "string",
            "enum": [status.value for status in spec.Status],
            "default": spec.DEFAULT_STATUS.value,
        },
        "url": {"type": "string", "format": "uri"},
        "userId": {"type": "string", "pattern": anchored(spec.USER_ID)},
    }


def test_response_fields_and_patterns_match_the_document(data):
    assert set(spec.RESPONSE_REQUIRED) == set(data["required"]) == set(data["properties"])
    assert data["properties"]["id"]["pattern"] == anchored(spec.WEBHOOK_ID)
    assert data["properties"]["userId"]["pattern"] == anchored(spec.USER_ID)
    assert data["properties"]["orgId"]["pattern"] == anchored(spec.ORGANIZATION_ID)


def test_event_families_match_the_document():
    answer = operation("get", spec.WEBHOOKS)["responses"]["200"]["content"]["application/json"]
    text = json.dumps(resolved(answer["schema"]))
    listed = {
        tuple(sorted(re.findall(r'"([a-z.]+)"', enum)))
        for enum in re.findall(r'"enum": \[([^\]]*\.[^\]]*)\]', text)
    }

    assert listed == {tuple(sorted(events)) for events in spec.FAMILIES.values()}


def test_user_page_size_limits_match_the_document():
    parameters = {p["name"]: p["schema"] for p in operation("get", spec.USERS)["parameters"]}

    assert parameters["maxResults"]["minimum"] == spec.USERS_PAGE_MIN
    assert parameters["maxResults"]["maximum"] == spec.USERS_PAGE_MAX


def test_phone_number_pattern_matches_the_document():
    text = json.dumps(DOCUMENT)

    assert json.dumps(anchored(spec.E164)) in text


URI = jsonschema_rs.validator_for(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "string",
        "format": "uri",
    },
    validate_formats=True,
)
PIECES = st.sampled_from(
    [
        *"aZ09-._~!$&'()*+,;=:@/?#[]%<> \"\\^`{|}\t\n\r\x00ü",
        *("%2f", "%zz", "http:", "https://", "//"),
        *("::", "1:2:3:4:5:6:7:8", "::1", "127.0.0.1", "[::1]", "[v1.a]", "ffff:1.2.3.4"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@example("http://[::ffff:1.2.3.4]/")
@example("http://[1:2:3:4:5:6:7::]")
@example("http://[::01.2.3.4]")
@example("http://[fe80::1%25en0]")
@example("https://example.com/\n")
def test_uri_pattern_agrees_with_the_json_schema_validator(text):
    assert bool(spec.URI.fullmatch(text)) == URI.is_valid(text)


@pytest.mark.parametrize("pattern", [spec.PHONE_NUMBER_ID, spec.USER_ID, spec.WEBHOOK_ID])
@given(text=st.text(st.sampled_from("PNUSWHpn1 \n\r/\u2028ü"), max_size=6))
@example(text="PN\n")
@example(text="PN1\nx")
def test_id_patterns_agree_with_the_json_schema_validator(pattern, text):
    judge = jsonschema_rs.validator_for({"type": "string", "pattern": anchored(pattern)})

    assert bool(pattern.fullmatch(text)) == judge.is_valid(text)


def anchored(pattern):
    return f"^{pattern.pattern}$"


def resolved(node):
    """Return the schema with its references to components put in."""
    if isinstance(node, dict):
        if "$ref" in node:
            return resolved(DOCUMENT["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]])
        return {name: resolved(value) for name, value in node.items()}
    return [resolved(item) for item in node] if isinstance(node, list) else node
