"""The client against the sandbox: real HTTP, and every way in which it can go wrong."""

import logging
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.util import connection

from quo_admin.quo import client as client_module
from quo_admin.quo import retry, spec
from quo_admin.quo.client import Client, base_address
from quo_admin.quo.exceptions import (
    KeyRejected,
    NotAllowed,
    NotFound,
    NotSent,
    NoTurn,
    OutcomeUnknown,
    QuoRefused,
    QuoUnavailable,
    RateLimited,
)
from quo_admin.sandbox import server
from tests.factories import make_wanted, webhook_json

CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"
API_KEY = "sandbox-api-key-0123456789"


class Turns:
    """The rate limit of one caller who is alone: no waiting, and a note of what was held."""

    def __init__(self):
        self.taken = 0
        self.held = []

    def wait(self, at_most_s):
        self.taken += 1

    def hold(self, seconds):
        self.held.append(seconds)


@pytest.fixture
def sandbox():
    with server.running(api_keys=[API_KEY]) as sandbox:
        yield sandbox


@pytest.fixture
def slept():
    return []


@pytest.fixture
def quo(sandbox, slept):
    return Client(url=sandbox.url, key=API_KEY, turns=Turns(), sleep=slept.append)


@pytest.fixture
def short(monkeypatch):
    """Half a second for an exchange, so that silence does not take long."""
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, call_s=0.5))
    monkeypatch.setattr(retry, "READ", replace(retry.READ, call_s=0.5, tries=1))


def sent(sandbox):
    return [(call.method, call.path) for call in sandbox.calls.all()]


def labels(sandbox):
    return [webhook["label"] for webhook in sandbox.store.all("webhook")]


# What Quo can do


def test_webhook_is_created_as_quo_echoes_it_with_its_key(quo):
    webhook = quo.create_message_webhook(make_wanted(label="Desk"))

    assert webhook.label == "Desk"
    assert webhook.resource_ids == ("*",)
    assert len(webhook.key) == 44


def test_created_webhook_can_be_got_and_listed_with_its_key(quo):
    webhook = quo.create_message_webhook(make_wanted())

    assert quo.get_webhook(webhook.id) == webhook
    assert webhook in quo.list_webhooks()


def test_list_of_one_member_holds_only_theirs(quo):
    members = [member.id for member in quo.list_users()]
    webhook = quo.create_message_webhook(make_wanted(user_id=members[-1]))

    assert webhook in quo.list_webhooks(members[-1])
    assert webhook not in quo.list_webhooks(members[0])


def test_deleted_webhook_is_gone(quo):
    webhook = quo.create_message_webhook(make_wanted())

    quo.delete_webhook(webhook.id)

    with pytest.raises(NotFound):
        quo.get_webhook(webhook.id)
    with pytest.raises(NotFound):
        quo.delete_webhook(webhook.id)


def test_numbers_of_the_whole_company_are_listed(quo):
    numbers = quo.list_phone_numbers()

    assert len(numbers) == 34
    assert "Front desk" in {number.name for number in numbers}


def test_members_are_listed_page_by_page(quo, sandbox, monkeypatch):
    monkeypatch.setattr(spec, "USERS_PAGE_MAX", 4)

    members = quo.list_users()

    assert len({member.id for member in members}) == 6
    assert len(sent(sandbox)) == 2


def test_list_of_members_that_never_ends_is_given_up(quo, sandbox, monkeypatch):
    monkeypatch.setattr(client_module, "MOST_USER_PAGES", 3)
    sandbox.faults.add(
        "status", f"GET {spec.USERS}", times=3, status=200, body={"data": [], "nextPageToken": "x"}
    )

    with pytest.raises(QuoUnavailable, match="does not end"):
        quo.list_users()


def test_id_with_odd_characters_stays_one_part_of_the_address(quo, sandbox):
    with pytest.raises(NotFound):
        quo.get_webhook("WH?x=1#y%2f")

    assert sent(sandbox) == [("GET", f"{spec.WEBHOOKS}/WH%3Fx%3D1%23y%252f")]


# The key


def test_api_key_travels_raw_and_netrc_does_not_replace_it(quo, sandbox, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    quo._session.trust_env = True

    assert quo.list_phone_numbers()  # the sandbox takes this key alone


def test_api_key_is_in_no_log_and_no_error(quo, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add("status", status=403, body={"message": f"no, {API_KEY}", "trace": API_KEY})

    with pytest.raises(NotAllowed) as caught:
        quo.list_phone_numbers()

    assert API_KEY not in caplog.text
    assert API_KEY not in str(caught.value)
    assert "[API key]" in str(caught.value)


def test_key_of_a_webhook_is_in_no_log(quo, caplog):
    caplog.set_level(logging.DEBUG)

    webhook = quo.create_message_webhook(make_wanted())

    assert webhook.key not in caplog.text


@pytest.mark.parametrize(
    "url", ["http://api.quo.com", "ftp://x", "https://", "quo", "http://127.0.0.1.example"]
)
def test_api_key_is_never_sent_in_clear_to_another_machine(url):
    with pytest.raises(ValueError, match="https"):
        base_address(url)


def test_base_address_may_be_https_or_this_machine():
    assert base_address("https://api.quo.com/") == "https://api.quo.com"
    assert base_address("http://[::1]:8100") == "http://[::1]:8100"


# Refusals: Quo answered no, and nothing changed


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, QuoRefused),
        (401, KeyRejected),
        (403, NotAllowed),
        (404, NotFound),
        (409, QuoRefused),
        (422, QuoRefused),
    ],
)
def test_refused_create_changes_nothing_and_is_not_sent_again(quo, sandbox, status, kind):
    sandbox.faults.add("status", CREATE, status=status, body={"message": "no", "trace": "19"})

    with pytest.raises(kind, match=r"no \(trace 19\)") as caught:
        quo.create_message_webhook(make_wanted())

    assert type(caught.value) is kind
    assert len(sent(sandbox)) == 1


def test_wrong_api_key_is_told_in_the_sign_in_layers_words(sandbox):
    quo = Client(url=sandbox.url, key="wrong", turns=Turns())

    with pytest.raises(KeyRejected, match="Unauthorized"):
        quo.list_phone_numbers()


def test_validation_error_names_the_fields(quo):
    with pytest.raises(QuoRefused) as caught:
        quo.create_message_webhook(make_wanted(url="no address"))

    assert [field.path for field in caught.value.fault.fields] == ["/url"]


@pytest.mark.parametrize("body", ["", "slow down", "<h1>Too Many</h1>", {"message": "slow"}])
def test_rate_limit_is_waited_out_and_the_create_sent_again(quo, sandbox, slept, body):
    sandbox.faults.add("status", CREATE, status=429, body=body, headers={"Retry-After": "2"})

    webhook = quo.create_message_webhook(make_wanted(label="After the limit"))

    assert slept == [2.0]
    assert quo._turns.held == [2.0]
    assert labels(sandbox).count("After the limit") == 1
    assert webhook.label == "After the limit"


def test_rate_limit_without_a_word_is_a_second(quo, sandbox, slept):
    sandbox.faults.add("status", CREATE, status=429)

    quo.create_message_webhook(make_wanted())

    assert slept == [1.0]


def test_rate_limit_of_a_day_is_a_refusal_at_once(quo, sandbox, slept):
    sandbox.faults.add("status", CREATE, status=429, headers={"Retry-After": "86400"})

    with pytest.raises(RateLimited):
        quo.create_message_webhook(make_wanted())

    assert slept == []
    assert len(sent(sandbox)) == 1


# Nothing was sent


def test_refused_connection_is_tried_again_and_then_nothing_was_sent(slept):
    quo = Client(url=f"http://127.0.0.1:{free_port()}", key="k", turns=Turns(), sleep=slept.append)

    with pytest.raises(NotSent, match="No connection"):
        quo.create_message_webhook(make_wanted())

    assert len(slept) == retry.WRITE.tries - 1


def test_server_whose_certificate_nobody_vouches_for_is_sent_nothing(tmp_path):
    heard = []
    with tls_server(tmp_path, heard) as port:
        quo = Client(
            url=f"https://127.0.0.1:{port}", key=API_KEY, turns=Turns(), sleep=lambda s: None
        )

        with pytest.raises(NotSent):
            quo.create_message_webhook(make_wanted())

    assert heard == []


def test_no_turn_means_that_nothing_was_sent(sandbox):
    class NoTurns(Turns):
        def wait(self, at_most_s):
            raise NoTurn("too many calls stand in line")

    quo = Client(url=sandbox.url, key=API_KEY, turns=NoTurns())

    with pytest.raises(NoTurn):
        quo.create_message_webhook(make_wanted())

    assert sent(sandbox) == []


def test_connection_that_comes_too_late_never_sends(monkeypatch, short, sandbox):
    connected = threading.Event()
    create = connection.create_connection

    def slow_name_server(*args, **kwargs):
        connected.wait(5)
        return create(*args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", slow_name_server)
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, tries=1))
    quo = Client(url=sandbox.url, key=API_KEY, turns=Turns())

    with pytest.raises(NotSent):
        quo.create_message_webhook(make_wanted(label="Too late"))
    connected.set()
    for thread in threading.enumerate():
        if thread.name.endswith("(_work)"):
            thread.join(5)

    assert "Too late" not in labels(sandbox)


# It may have happened


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_answer_before"},
        {"kind": "no_answer_after"},
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "reset_after", "sent": 40},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "slow", "seconds": 0.05},
        {"kind": "late", "seconds": 0.1},
        {"kind": "redirect", "location": "https://elsewhere.example/"},
        {"kind": "odd", "drop": ["id"]},
        {"kind": "odd", "merge": {"id": "WH/1"}},
        {"kind": "odd", "body": []},
        {"kind": "odd", "body": {"data": None}},
        {"kind": "status", "status": 200, "body": ""},
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 500, "body": {"message": "x"}, "after": True},
        {
            "kind": "status",
            "status": 502,
            "body": "<h1>Bad gateway</h1>",
            "content_type": "text/html",
        },
        {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_create_without_a_usable_answer_is_unknown_and_never_repeated(quo, sandbox, short, fault):
    sandbox.faults.add(on=CREATE, **fault)

    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted())

    assert sent(sandbox).count(("POST", spec.MESSAGE_WEBHOOKS)) == 1


def test_deadline_holds_for_the_whole_call_however_slowly_the_answer_drips(quo, sandbox, short):
    sandbox.faults.add("slow", CREATE, seconds=0.2)
    began = monotonic()

    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted())

    assert monotonic() - began < 2


def test_client_works_on_after_a_lost_answer(quo, sandbox, short):
    sandbox.faults.add("no_answer_after", CREATE)
    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted(label="Lost"))

    assert "Lost" in {webhook.label for webhook in quo.list_webhooks()}


def test_created_webhook_with_odd_fields_is_not_thrown_away(quo, sandbox):
    sandbox.faults.add("odd", CREATE, drop=["key"], merge={"label": 7, "createdAt": "soon"})

    webhook = quo.create_message_webhook(make_wanted())

    assert webhook.id.startswith("WH")
    assert (webhook.key, webhook.label, webhook.created_at) == (None, None, None)


def test_lost_answer_to_a_delete_is_unknown(quo, sandbox):
    webhook = quo.create_message_webhook(make_wanted())
    sandbox.faults.add("reset_after", "DELETE")

    with pytest.raises(OutcomeUnknown):
        quo.delete_webhook(webhook.id)


# Questions


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_before"},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "status", "status": 500, "body": ""},
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 502, "body": "<p>Bad gateway", "content_type": "text/html"},
        {"kind": "redirect", "location": "https://elsewhere.example/"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_question_without_a_usable_answer_is_asked_again_where_it_helps(quo, sandbox, fault):
    sandbox.faults.add(on=f"GET {spec.PHONE_NUMBERS}", times=3, **fault)

    with pytest.raises(QuoUnavailable):
        quo.list_phone_numbers()

    sandbox.faults.clear()
    assert len(quo.list_phone_numbers()) == 34


def test_question_is_answered_at_the_second_try(quo, sandbox, slept):
    sandbox.faults.add("status", f"GET {spec.PHONE_NUMBERS}", status=503)

    assert len(quo.list_phone_numbers()) == 34
    assert len(slept) == 1


def test_list_with_a_webhook_that_cannot_be_read_is_no_list(quo, sandbox):
    body = {"data": [webhook_json(), {"id": None}]}
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=200, body=body)

    with pytest.raises(QuoUnavailable):
        quo.list_webhooks()


# Connections


def test_connection_is_reused(quo, sandbox, connections):
    quo.list_phone_numbers()
    quo.list_users()
    quo.create_message_webhook(make_wanted())

    assert len(connections) == 1


def test_write_does_not_go_on_a_line_that_has_idled(sandbox, connections):
    now = [0.0]
    quo = Client(url=sandbox.url, key=API_KEY, turns=Turns(), clock=lambda: now[0])
    quo.list_phone_numbers()
    now[0] += client_module.WRITE_ON_LINE_IDLE_AT_MOST_S + 1

    quo.create_message_webhook(make_wanted())

    assert len(connections) == 2


def test_every_try_takes_its_turn(quo, sandbox):
    sandbox.faults.add("status", CREATE, status=429, times=2)

    quo.create_message_webhook(make_wanted())

    assert quo._turns.taken == 3


@pytest.fixture
def connections(monkeypatch):
    """The addresses to which a connection was made, in order."""
    made = []
    create = connection.create_connection

    def noted(address, *args, **kwargs):
        made.append(address)
        return create(address, *args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", noted)
    return made


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def tls_server(folder, heard):
    """Serve TLS for 127.0.0.1 with a certificate that it signed itself; note what it is sent."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), 1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    def serve():
        while True:
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as line:
                    heard.append(line.recv(1024))
            except ssl.SSLError:
                continue
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
