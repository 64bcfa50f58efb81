"""The sandbox against Quo's published document, with schemathesis as judge."""

import json
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks

from quo_admin.sandbox.app import Quo
from quo_admin.sandbox.seed.company import company
from quo_admin.sandbox.server import running
from quo_admin.sandbox.store import Store

DOCUMENT = Path(__file__).parent.parent / "data" / "quo-v1.openapi.json"
FUZZ = [sys.executable, "-m", "schemathesis.cli", "run", "--checks", "all"]
FUZZ += ["--max-examples", "25", "--seed", "20261122", "--no-color"]
KEY = "the-documents-key"


def test_sandbox_with_document_shapes_passes_every_check_of_schemathesis(tmp_path):
    with running(shapes="document", api_keys=[KEY]) as sandbox:
        fuzz = subprocess.run(
            [*FUZZ, str(DOCUMENT), "--url", sandbox.url, "--header", f"Authorization: {KEY}"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    assert fuzz.returncode == 0, fuzz.stdout + fuzz.stderr
    assert "11 selected / 11 total" in fuzz.stdout


def operations():
    """Every operation of the document, to be asked of a sandbox in its usual mode."""
    store = Store()
    store.add(company())
    document = schemathesis.openapi.from_path(DOCUMENT)
    document.app = Quo(store)
    return [pytest.param(each.ok(), id=each.ok().label) for each in document.get_all_operations()]


# Not by schema.parametrize(): its eleven tests bear one name, and xdist runs one of each name.
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", operations())
@hypothesis.settings(max_examples=25, deadline=None, derandomize=True, database=None)
@hypothesis.given(data=st.data())
def test_sandbox_by_default_never_fails_and_returns_2xx_as_documented(operation, mode, data):
    case = data.draw(operation.as_strategy(generation_mode=mode))

    response = case.call(headers={"Authorization": KEY})

    assert response.status_code < 500
    if response.status_code < 300:
        conformance = [checks.response_schema_conformance, checks.status_code_conformance]
        case.validate_response(response, checks=conformance)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("webhook", "/v1/webhooks/{id}"),
        ("number", "/v1/phone-numbers/{phoneNumberId}"),
        ("user", "/v1/users/{userId}"),
    ],
)
def test_seed_company_matches_the_document_schema(kind, path):
    document = json.loads(DOCUMENT.read_text())
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"] | {"components": document["components"]}
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)

    for each, doc in company():
        if each == kind:
            validator.validate({"data": doc})
