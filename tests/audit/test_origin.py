import re

import pytest
from django.test import RequestFactory

from quo_admin.audit import origin
from quo_admin.audit.models import Entry
from tests.conftest import PASSWORD

CLIENT, NEAR, FAR, LIE = "203.0.113.7", "10.0.0.1", "10.0.0.2", "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, None, NEAR),
        (0, LIE, NEAR),
        (1, CLIENT, CLIENT),
        (1, f"{LIE}, {CLIENT}", CLIENT),
        (2, f"{LIE}, {CLIENT}, {FAR}", CLIENT),
        (2, CLIENT, CLIENT),
        (1, None, NEAR),
        (1, "unknown", NEAR),
        (1, f"{CLIENT}:4711", CLIENT),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, f"::ffff:{CLIENT}", CLIENT),
        (1, "[", NEAR),
    ],
)
def test_client_ip_is_taken_from_trusted_proxies(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=NEAR)

    assert origin.client_ip(request) == seen


def test_client_ip_is_empty_for_a_unix_socket():
    request = RequestFactory().get("/", REMOTE_ADDR="")

    assert origin.client_ip(request) == ""


def test_every_response_has_our_request_id(client):
    answers = [client.get("/accounts/login/", headers={"X-Request-ID": "mine"}) for _ in range(2)]

    ids = {answer["X-Request-ID"] for answer in answers}
    assert len(ids) == 2
    assert all(re.fullmatch("[0-9a-f]{12}", id) for id in ids)


def test_entry_has_the_request_id_and_client_ip(client, person):
    person(None)

    answer = client.post(
        "/accounts/login/", {"login": "ada", "password": PASSWORD}, REMOTE_ADDR=CLIENT
    )

    entry = Entry.objects.newest_first().first()
    assert (entry.ip, entry.request_id) == (CLIENT, answer["X-Request-ID"])


def test_origin_is_reset_to_command_after_a_request(client):
    client.get("/accounts/login/")

    assert origin.current() == origin.Origin()
    assert origin.current().username == "command"
