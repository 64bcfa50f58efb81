import pytest

from tests.factories import make_member, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db


def test_empty_list_says_what_to_do(operator, viewer):
    assert "Create the first one" in text(operator.get("/webhooks/"))
    assert "Create the first one" not in text(viewer.get("/webhooks/"))


def test_page_shows_every_field_and_the_numbers_by_name(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    webhook = make_webhook(
        label="Desk", resourceIds=["PN1", "PN2"], url="https://example.com/quo?token=hush"
    )

    words = text(viewer.get(webhook.get_absolute_url()))

    for fact in (
        "Desk",
        "Enabled",
        "Received",
        "message.received",
        "https://example.com/quo?token=hush",
    ):
        assert fact in words
    for fact in (webhook.quo_id, "Maya Ortiz", "OR2fWc9x", "Front desk", "Not known here"):
        assert fact in words


def test_what_quo_did_not_tell_is_said_so(viewer):
    webhook = make_webhook(label=None, url=None, key=None, events=None, resourceIds=None)

    words = text(viewer.get(webhook.get_absolute_url()))

    assert words.count("Not told by Quo") >= 6
    assert "Reveal" not in words


def test_labels_of_quo_are_data_not_markup(viewer):
    webhook = make_webhook(label="<script>alert(1)</script>", events=["<b>"], status="<i>")

    for page in ("/webhooks/", webhook.get_absolute_url()):
        html = viewer.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<b>" not in html.replace("<b>Quo</b>", "").replace(f"<b>{viewer.user}</b>", "")


def test_list_costs_the_same_number_of_queries_however_long_it_is(
    viewer, django_assert_max_num_queries
):
    for _ in range(60):
        make_webhook()

    with django_assert_max_num_queries(9):
        response = viewer.get("/webhooks/")

    assert "Page 1 of 2" in text(response)


def test_webhook_that_nobody_knows_is_not_found(viewer):
    assert viewer.get("/webhooks/WHnone/").status_code == 404
