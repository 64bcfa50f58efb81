"""The main menu and the second-level navigation."""

import re

import pytest

from tests.factories import make_batch, make_webhook

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="([^"]*)"( aria-current="page")?>([^<]*)</a>')
WEBHOOKS = {
    "All webhooks": "/webhooks/",
    "Findings": "/webhooks/findings/",
    "Attempts": "/webhooks/attempts/",
    "Check a key": "/webhooks/check/",
    "Signature debugger": "/webhooks/signature/",
    "Key access": "/webhooks/access/",
}
NUMBERS = {"Coverage": "/numbers/", "Map": "/numbers/map/", "Notes": "/numbers/notes/"}
ONBOARDING = {"Overview": "/onboarding/", "Batches": "/batches/"}


def nav(browser, address, label):
    """Return the links of one navigation by their label, and the current one."""
    page = browser.get(address).content.decode()
    found = re.search(rf'<nav[^>]* aria-label="{label}">(.*?)</nav>', page, re.S)
    links = LINK.findall(found[1]) if found else []
    return {word: href for href, _, word in links}, [word for _, now, word in links if now]


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/", "Home"),
        ("/webhooks/", "Webhooks"),
        ("/webhooks/access/", "Webhooks"),
        ("/webhooks/WHone/", "Webhooks"),
        ("/numbers/", "Numbers"),
        ("/sync/", "Numbers"),
        ("/onboarding/", "Onboarding"),
        ("/onboarding/new/", "Onboarding"),
        ("/batches/", "Onboarding"),
        ("/batches/1000/", "Onboarding"),
        ("/audit/", "Audit log"),
        ("/accounts/password/change/", None),
    ],
)
def test_menu_marks_the_section_of_the_page(operator, address, section):
    make_webhook(quo_id="WHone")
    make_batch(pk=1000)

    links, current = nav(operator, address, "Main")

    assert list(links) == ["Home", "Webhooks", "Numbers", "Onboarding", "Audit log"]
    assert current == ([section] if section else [])


@pytest.mark.parametrize("pages", [WEBHOOKS, NUMBERS, ONBOARDING])
def test_each_page_of_a_section_links_to_all_of_them(viewer, pages):
    for label, address in pages.items():
        assert nav(viewer, address, "Section") == (pages, [label])


@pytest.mark.parametrize("address", ["/", "/webhooks/WHone/", "/audit/"])
def test_other_pages_have_no_second_level_menu(viewer, address):
    make_webhook(quo_id="WHone")

    assert nav(viewer, address, "Section") == ({}, [])


def test_user_without_a_group_gets_an_empty_menu(signed_in):
    browser = signed_in(None)

    assert nav(browser, "/accounts/password/change/", "Main") == ({}, [])
