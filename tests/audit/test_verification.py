import pytest

from quo_admin.audit import services, triggers, verification
from quo_admin.audit.actions import Action
from quo_admin.audit.chain import Head
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record
from tests.words import text

VERIFY = "/audit/verify/"


@pytest.fixture
def in_chunks(monkeypatch):
    """Two entries a request."""
    monkeypatch.setattr(services, "STEP", 2)
    monkeypatch.setattr(verification, "STEP_S", 0)


def started_verification(browser, **posted):
    """Press the button, and return the address that the verification begins at."""
    return browser.post(VERIFY, posted)["Location"]


def run_to_end(browser, address):
    """Go on as a browser does by itself, and return the last page."""
    for _ in range(100):
        page = browser.get(address)
        if "Refresh" not in page:
            return page
        address = page["Refresh"].removeprefix("1; url=")
    raise AssertionError("it does not end")


def verifications():
    return list(Entry.objects.filter(action=Action.AUDIT_LOG_VERIFIED).newest_first())


def fill(count):
    for number in range(count):
        record(actor="ada", action=Action.KEY_REVEALED, target=f"WH{number}")


def test_intact_audit_log_is_verified_with_count_time_and_head(viewer):
    head = Entry.objects.head()

    page = viewer.post(VERIFY, follow=True)

    page_text = text(page)
    assert f"{head.number} entries, none altered, removed, inserted or reordered." in page_text
    assert f"Verified at {verifications()[0].moment:%H:%M} UTC" in page_text
    assert f'data-copy="{head}"' in page.content.decode()
    assert " ".join(head.groups) in page_text


def test_long_verification_continues_automatically_and_shows_progress(viewer, in_chunks):
    fill(6)
    total = Entry.objects.head().number

    page = viewer.get(started_verification(viewer))

    assert f"2 of {total} checked" in text(page)
    assert "The audit log is intact" in text(
        run_to_end(viewer, page["Refresh"].removeprefix("1; url="))
    )


def test_reloading_a_chunk_gives_the_same_result(viewer, in_chunks):
    fill(4)
    address = started_verification(viewer)

    assert text(viewer.get(address)) == text(viewer.get(address))


def test_finished_verification_is_recorded_once_when_reloaded(viewer):
    head, address = Entry.objects.head(), started_verification(viewer)
    assert verifications() == []

    for _ in range(3):
        viewer.get(address)

    (entry,) = verifications()
    assert (entry.actor, entry.target) == (viewer.user.username, "audit log")
    assert entry.after.startswith(f"{head.number} entries, none altered")
    assert str(head) in entry.after


def test_entries_added_during_verification_are_not_included(viewer, in_chunks):
    total, address = Entry.objects.head().number, started_verification(viewer)
    fill(10)

    page = run_to_end(viewer, address)

    assert f"{total} entries, none" in text(page)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_altered_entry_is_reported_with_its_number_in_any_chunk(viewer, in_chunks, number):
    fill(6)
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=number).update(label="eve")

    page = run_to_end(viewer, started_verification(viewer))

    assert "The audit log was tampered with" in text(page)
    assert f"Entry {number} was altered (label)." in text(page)
    assert verifications()[0].after.startswith("Not intact. ")


def test_moved_entry_is_detected_at_a_chunk_boundary(viewer, in_chunks):
    fill(4)
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=3).update(number=2_000_000)

    page = run_to_end(viewer, started_verification(viewer))

    assert "Entry 3 was" in text(page)


def test_truncation_during_verification_is_detected(viewer, in_chunks):
    fill(6)
    address = started_verification(viewer)
    with triggers.temporarily_dropped():
        Entry.objects.newest_first().first().delete()

    assert "Entries were removed from the end" in text(run_to_end(viewer, address))


def test_earlier_printed_head_detects_a_truncated_log(viewer):
    fill(3)
    head = Entry.objects.head()
    printed = f"{head.number}: {' '.join(head.groups).upper()}"
    page = run_to_end(viewer, started_verification(viewer, earlier=printed))
    assert ", which matches" in text(page)
    with triggers.temporarily_dropped():
        Entry.objects.filter(number__gte=head.number).delete()

    page = run_to_end(viewer, started_verification(viewer, earlier=printed))

    words = f"Entries were removed from the end: the earlier head is entry {head.number}"
    assert words in text(page)


def test_earlier_printed_head_detects_a_rewritten_log(viewer, in_chunks):
    page = run_to_end(viewer, started_verification(viewer, earlier=f"1:{'0' * 64}"))

    assert "Entry 1 does not match the earlier head" in text(page)


@pytest.mark.parametrize("typed", ["12", "x" * 3000, "1:abc", "\x00", "-1:" + "0" * 64])
def test_invalid_head_gives_an_error_and_starts_no_verification(viewer, typed):
    page = viewer.post(VERIFY, {"earlier": typed})

    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"earlier"}
    assert page.context["form"]["earlier"].value() == typed
    assert verifications() == []


@pytest.mark.parametrize("change", [lambda at: at[:-1], lambda at: "x", lambda at: "", str.upper])
def test_tampered_verification_url_cannot_be_continued(viewer, change):
    address = started_verification(viewer)
    start, _, token = address.partition("?at=")

    page = viewer.get(start, {"at": change(token)})

    assert "cannot continue" in text(page)
    assert verifications() == []


def test_verification_url_of_another_user_cannot_be_continued(viewer, signed_in):
    address = started_verification(viewer)

    page = signed_in("Viewers", "zoe").get(address)

    assert "cannot continue" in text(page)


def test_expired_verification_url_cannot_be_continued(viewer, monkeypatch):
    address = started_verification(viewer)
    monkeypatch.setattr(verification, "TOKEN_MAX_AGE", -verification.TOKEN_MAX_AGE)

    assert "cannot continue" in text(viewer.get(address))


def test_opening_the_page_does_not_start_a_verification(viewer):
    head = Entry.objects.head()

    page = viewer.get(VERIFY)

    assert f"Verify {head.number} entr" in text(page)
    assert Entry.objects.head() == head


def test_missing_triggers_are_reported_next_to_an_intact_audit_log(viewer):
    with triggers.temporarily_dropped():
        page = run_to_end(viewer, started_verification(viewer))

    assert "the database does not protect them" in text(page)


def test_audit_log_shows_the_time_and_result_of_the_last_verification(viewer):
    assert "Not verified here yet" in text(viewer.get("/audit/"))
    count = Entry.objects.head().number
    run_to_end(viewer, started_verification(viewer))
    assert f"Verified up to entry {count}, just now" in text(viewer.get("/audit/"))
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=1).update(actor="eve")
    run_to_end(viewer, started_verification(viewer))

    page_text = text(viewer.get("/audit/"))

    assert "The audit log was tampered with" in page_text
    assert "Entry 1 was altered (actor)." in page_text


def test_head_is_split_into_groups_of_four():
    assert Head(7, "0123456789abcdef" * 4).groups == ["0123", "4567", "89ab", "cdef"] * 4
