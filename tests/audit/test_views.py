import re

import pytest
from django.urls import reverse

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record

TRAIL = "/audit/"


def numbers(answer):
    return [entry.number for entry in answer.context["entries"]]


def fill(count):
    for number in range(count):
        record(actor="ada", action=Action.KEY_REVEALED, target=f"WH{number}")


def link(answer, rel):
    found = re.search(f'href="([^"]*)" rel="{rel}"', answer.content.decode())
    return found and found[1]


def test_signed_out_person_is_led_to_sign_in(client, db):
    answer = client.get(TRAIL)

    assert answer["Location"] == f"{reverse('account_login')}?next=/audit/"


def test_person_without_the_permission_is_refused(signed_in):
    assert signed_in(None).get(TRAIL).status_code == 403


def test_trail_is_read_and_never_written(viewer):
    assert viewer.post(TRAIL).status_code == 405


def test_newest_entry_stands_first_with_who_act_object_and_change(viewer):
    record(actor="ada", action=Action.WEBHOOK_CREATED, target="WH1", label="<Support>", after="x")

    page = viewer.get(TRAIL).content.decode()

    assert numbers(viewer.get(TRAIL))[0] == Entry.objects.head().number
    for said in ("ada", "Webhook created", "&lt;Support&gt;", "WH1"):
        assert said in page


def test_refused_act_is_marked_by_a_shape_beside_its_words(viewer):
    record(actor="", action=Action.SIGN_IN_REFUSED)

    page = viewer.get(TRAIL).content.decode()

    assert '<span class="state bad">Sign-in refused</span>' in page
    assert "Not signed in" in page


def test_head_of_the_chain_is_shown_to_be_copied(viewer):
    assert f'data-copy="{Entry.objects.head()}"' in viewer.get(TRAIL).content.decode()


def test_older_and_newer_lead_through_the_whole_trail_and_back(viewer):
    fill(120)
    pages, address = [], TRAIL
    while address:
        pages.append(answer := viewer.get(TRAIL + address.removeprefix(TRAIL)))
        address = link(answer, "next")

    seen = [number for page in pages for number in numbers(page)]
    assert seen == list(range(Entry.objects.head().number, 0, -1))
    back = viewer.get(TRAIL + link(pages[-1], "prev"))
    assert numbers(back) == numbers(pages[-2])
    assert link(pages[0], "prev") is None


@pytest.mark.parametrize("before", ["x", "-1", "9" * 5000, "1.5", "٣"])
def test_address_that_no_page_has_is_not_found(viewer, before):
    assert viewer.get(TRAIL, {"before": before}).status_code == 404


def test_act_of_a_later_version_is_shown_as_it_is_written(viewer):
    entry = Entry.objects.newest_first().first()
    entry.action = "batch.begun"

    assert (entry.act, entry.mark) == ("batch.begun", "")


def test_page_asks_the_database_as_often_for_many_entries_as_for_few(
    viewer, django_assert_num_queries
):
    viewer.get(TRAIL)
    for _ in range(2):
        with django_assert_num_queries(6):  # session, person, two of permissions, head, entries
            viewer.get(TRAIL)
        fill(60)
