"""How many wrong passwords are looked at, and who is kept out by them."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest
import requests
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/reauthenticate/"
FIVE_MINUTES_S = 300
SERVE = """
import socketserver
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from quo_admin.wsgi import application

class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass

server = make_server("127.0.0.1", 0, application, Server, Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(autouse=True)
def ada(person):
    return person("Operators", "ada")


def sign_in(client, password=PASSWORD, username="ada", ip="127.0.0.1"):
    """Whether this password let the person in."""
    client.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=ip)
    return "_auth_user_id" in client.session


def checked_password_count():
    """How many wrong passwords were looked at: each of these is on the audit log, no other is."""
    return Entry.objects.filter(action=Action.SIGN_IN_FAILED).count()


@pytest.fixture
def advance_time(monkeypatch):
    def resume(seconds):
        now = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: now)

    return resume


def test_user_is_locked_out_after_five_wrong_passwords(client):
    for _ in range(8):
        assert not sign_in(client, "wrong")

    answer = client.post(LOGIN, {"login": "ada", "password": PASSWORD})

    assert checked_password_count() == 5
    assert "_auth_user_id" not in client.session
    assert "Too many failed sign-ins. Wait five minutes" in answer.content.decode()


def test_lockout_ends_after_five_minutes(client, advance_time):
    for _ in range(8):
        sign_in(client, "wrong")

    advance_time(FIVE_MINUTES_S + 1)

    assert sign_in(client)


def test_username_limit_applies_to_all_addresses_and_spellings(client):
    for number in range(8):
        spelling = "ada" if number % 2 else " ADA "
        sign_in(client, "wrong", username=spelling, ip=f"203.0.113.{number}")

    assert checked_password_count() == 5
    assert not sign_in(client, ip="198.51.100.9")


def test_ip_address_limit_applies_to_all_usernames(client):
    for number in range(14):
        sign_in(client, "wrong", username=f"name{number}")

    assert checked_password_count() == 10


def test_ip_address_limit_applies_to_the_ipv6_network(client):
    for number in range(14):
        sign_in(client, "wrong", username=f"name{number}", ip=f"2001:db8::{number}")

    assert checked_password_count() == 10


def test_forwarded_for_header_from_the_client_is_ignored(client):
    for number in range(14):
        client.post(
            LOGIN,
            {"login": f"name{number}", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )

    assert checked_password_count() == 10


def test_known_browser_signs_in_while_others_are_locked_out(client):
    mine = Client()
    sign_in(mine)
    mine.post("/accounts/logout/")
    for number in range(20):
        sign_in(client, "wrong", ip=f"203.0.113.{number}")

    assert not sign_in(client, ip="198.51.100.9")
    assert sign_in(mine)


def test_known_browser_is_limited_to_five_attempts(client):
    sign_in(client)
    client.post("/accounts/logout/")

    for _ in range(8):
        sign_in(client, "wrong")

    assert checked_password_count() == 5


def test_known_browser_is_exempt_only_for_its_own_user(client, person):
    person("Viewers", "bob")
    sign_in(client, username="bob")
    client.post("/accounts/logout/")
    for number in range(5):
        sign_in(Client(), "wrong", ip=f"203.0.113.{number}")

    assert not sign_in(client)


def test_wrong_passwords_of_a_signed_in_user_are_limited(client):
    sign_in(client)

    for _ in range(8):
        answer = client.post(CONFIRM, {"password": "wrong"})

    assert checked_password_count() == 5
    assert "Too many failed sign-ins" in answer.content.decode()


def test_too_many_requests_page_shows_when_to_try_again(client):
    answers = [client.post(LOGIN, {"login": "", "password": ""}) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "Wait one minute, then try again." in answers[-1].content.decode()


def test_counters_are_not_evicted_by_many_other_cache_entries():
    cache.set("allauth:0", "counted", 300)
    for number in range(320):
        cache.set(f"flood{number}", 1, 300)

    assert cache.get("allauth:0") == "counted"


def database_url():
    """The address of this test's own database."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    who = f"{held['USER']}:{quote(held['PASSWORD'])}"
    return f"postgres://{who}@{quote(held['HOST'], safe='')}:{held['PORT']}/{held['NAME']}"


@pytest.fixture
def three_web_processes(transactional_db):
    """Three web processes on this test's database; their addresses."""
    cache.clear()
    command = [sys.executable, "-c", SERVE]
    env = os.environ | {"DATABASE_URL": database_url()}
    with ExitStack() as running:
        started = [
            running.enter_context(
                subprocess.Popen(
                    command,
                    cwd=settings.BASE_DIR,
                    env=env,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            )
            for _ in range(3)
        ]
        for process in started:
            running.callback(process.kill)
        yield [f"http://127.0.0.1:{process.stdout.readline().strip()}" for process in started]
    cache.clear()


@pytest.mark.parametrize("page", [LOGIN, "/admin/login/"])
def test_wrong_passwords_are_limited_across_three_processes(three_web_processes, page, ada):
    def browse(number):
        browser = requests.Session()
        site = three_web_processes[number % 3]
        form = browser.get(site + page)  # the admin's page leads to ours
        typed = {"login": "ada", "username": "ada", "password": f"wrong {number}", "next": "/"}
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        for address in {site + page, form.url}:
            browser.post(address, typed | token)
        return browser

    with ThreadPoolExecutor(6) as pool:
        browsers = list(pool.map(browse, range(60)))

    assert 1 <= checked_password_count() <= 5
    assert not any("sessionid" in browser.cookies for browser in browsers)
