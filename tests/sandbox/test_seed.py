"""The company that the sandbox begins with."""

import sqlite3
from collections import Counter

import pytest

from quo_admin.sandbox.seed.company import company
from quo_admin.sandbox.server import running
from quo_admin.sandbox.store import Store


def of_kind(kind):
    return [doc for each, doc in company() if each == kind]


def test_company_has_six_members_and_one_owner():
    roles = Counter(user["role"] for user in of_kind("user"))

    assert roles.total() == 6
    assert roles["owner"] == 1


def test_company_has_34_numbers_with_unique_names():
    numbers = of_kind("number")

    assert len({number["name"] for number in numbers}) == 34
    assert len({number["number"] for number in numbers}) == 34
    assert len({number["groupId"] for number in numbers}) == 4


def test_demo_company_has_every_kind_of_problem():
    numbers = {number["id"] for number in of_kind("number")}
    texts = [doc for doc in of_kind("webhook") if "message" in doc["events"][0]]

    ways = Counter(
        (event, number, doc["url"])
        for doc in texts
        for event in doc["events"]
        for number in doc["resourceIds"]
    )
    assert max(ways.values()) == 2
    assert "disabled" in {doc["status"] for doc in texts}
    assert ["*"] in [doc["resourceIds"] for doc in texts]
    assert any(doc["url"].startswith("http:") for doc in texts)
    assert any(set(doc["resourceIds"]) - numbers - {"*"} for doc in texts)


def test_seeding_twice_differs_only_in_the_keys():
    first, second = of_kind("webhook"), of_kind("webhook")

    assert all(one.pop("key") != other.pop("key") for one, other in zip(first, second, strict=True))
    assert first == second


def test_company_is_seeded_once(tmp_path):
    with running(state=tmp_path / "state.sqlite3") as sandbox:
        sandbox.store.delete("webhook", "WHabc123Kf")
    with running(state=tmp_path / "state.sqlite3") as sandbox:
        assert sandbox.store.get("webhook", "WHabc123Kf") is None
        assert len(sandbox.store.all("number")) == 34


def test_failed_seeding_is_rolled_back():
    store = Store()
    docs = [("user", {"id": "US1"}), ("user", {"id": "US1"})]

    with pytest.raises(sqlite3.IntegrityError):
        store.add(docs)

    assert store.is_empty()
