"""Secrets that can be recognised, and the net that they are caught in wherever they come out."""

import base64
import binascii
import json
import logging
import re
import zlib
from contextlib import contextmanager, suppress
from urllib.parse import quote, quote_plus

from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import Resolver404
from django.utils.html import escape, escapejs

from tests.conftest import PASSWORD

KEY_BYTES = b"\xfb\xef\xbe\xff\xff\xffcanary key of a webhook..\n"  # base64 with + and / and =
KEY = base64.b64encode(KEY_BYTES).decode()
FIELD_KEY_BYTES = b"the \xfb\xef\xbe\xff\xff\xff canary in FIELD_KEYS "
FIELD_KEY = base64.urlsafe_b64encode(FIELD_KEY_BYTES).decode()
PASTED_BYTES = b"pasted: a canary of 32 bytes, OK"
PASTED = base64.b64encode(PASTED_BYTES).decode()  # a key of nobody's
API_KEY = "canary-api-key-J8qRb4WzN1"
SECRET_KEY = "canary-secret-key-" + "L5vTn9XcD3" * 4
WRONG_PASSWORD = "canary of a wrong password"
NEW_PASSWORD = "canary of a new password"
MISTYPED_PASSWORD = "canary-typed-as-username"  # into the wrong field
URL_PATH = "canary-of-a-long-path"
URL_QUERY = "canary-of-a-query"
URL = f"https://hooks.example.com/the/first/twenty/{URL_PATH}?token={URL_QUERY}"

URL_PARTS = {"URL path", "URL query"}

# Who may show what, by the name and the method of the view. Nothing else may be shown by anybody.
MAY_SHOW = {
    ("webhooks:one_time_link", "GET"): {"webhook key", *URL_PARTS},
    ("webhooks:detail", "GET"): URL_PARTS,
    ("webhooks:attempt", "GET"): URL_PARTS,
    ("webhooks:create", "GET"): URL_PARTS,  # filled in like a webhook that there is
    ("webhooks:create", "POST"): URL_PARTS,  # the form comes back with what was typed
    ("webhooks:live", "POST"): URL_PARTS,
    ("onboarding:new", "GET"): URL_PARTS,  # filled in as in the plan that is to be changed
    ("onboarding:new", "POST"): URL_PARTS,  # the form comes back with what was typed
    ("batches:one_time_link", "GET"): {"webhook key"},
    ("webhooks:signature", "POST"): {"pasted"},  # a body comes back to be mended
    ("account_login", "POST"): {"mistyped password"},
}
MAY_HOLD = {
    "webhooks_webhook.url": URL_PARTS,
    "webhooks_attempt.payload": URL_PARTS,
    "webhooks_attempt.message": URL_PARTS,  # Quo's words, should they repeat it
    "batches_batch.form_data": URL_PARTS,
    "batches_batchrow.payload": URL_PARTS,
}


def forms(text, raw=b""):
    """Return a secret in every spelling in which it would still be one."""
    spelled = [text, quote(text, safe=""), quote_plus(text), escape(text), escapejs(text)]
    spelled += [json.dumps(text)[1:-1], text.encode().hex(), text.encode().hex().upper()]
    found = [form.encode() for form in spelled] + [base64.b64encode(text.encode())]
    if raw:
        found += [raw, raw.hex().encode(), raw.hex().upper().encode(), repr(raw)[2:-1].encode()]
        found += [base64.b64encode(raw), base64.urlsafe_b64encode(raw)]
    return list(dict.fromkeys(found))


def _ends(found):
    """Return what of each form is looked for: either end gives it away, should the other be cut."""
    return {part for form in found for part in (form[:16], form[-16:])}


SECRETS = {
    "webhook key": _ends(forms(KEY, KEY_BYTES)),
    "pasted": _ends(forms(PASTED, PASTED_BYTES)),
    "FIELD_KEYS": _ends(forms(FIELD_KEY, FIELD_KEY_BYTES)),
    "API key": _ends(forms(API_KEY)),
    "SECRET_KEY": _ends(forms(SECRET_KEY)),
    "password": _ends(forms(PASSWORD)),
    "wrong password": _ends(forms(WRONG_PASSWORD)),
    "new password": _ends(forms(NEW_PASSWORD)),
    "mistyped password": _ends(forms(MISTYPED_PASSWORD)),
    "URL path": _ends(forms(URL_PATH)),
    "URL query": _ends(forms(URL_QUERY)),
}
RUN = re.compile(rb"[A-Za-z0-9+/_-]{24,}")


def layers(data):
    """Yield what was written, and what lies in it as base64, packed or not: cookies, sessions."""
    yield data
    for run in RUN.findall(data):
        for alphabet in (b"+/", b"-_"):
            padded = run + b"=" * (-len(run) % 4)
            with suppress(binascii.Error):
                inner = base64.b64decode(padded, alphabet, validate=True)
                yield inner
                with suppress(zlib.error):
                    yield zlib.decompress(inner)


def _bytes(data):
    if isinstance(data, bytes | memoryview):
        return bytes(data)
    return str(data).encode(errors="backslashreplace")


class Net:
    """Catches secrets. ``caught`` names each and where it was, such as "API key in a log"."""

    def __init__(self):
        self.caught = []
        self.looked_at = 0

    def look(self, where, data, but=()):
        self.looked_at += 1
        for layer in layers(_bytes(data)):
            for name, parts in SECRETS.items():
                catch = f"{name} in {where}"
                if name in but or catch in self.caught:
                    continue
                if any(part in layer for part in parts):
                    self.caught.append(catch)

    def check_response(self, response):
        request = response.wsgi_request
        try:
            view = response.resolver_match.view_name
        except Resolver404:
            view = ""
        where = f"{request.method} {view or 'nowhere'}: {response.status_code}"
        body = b"".join(response) if response.streaming else response.content
        if response.streaming:
            response.streaming_content = [body]  # for the test, which reads it too
        self.look(f"the body of {where}", body, but=MAY_SHOW.get((view, request.method), ()))
        self.look(f"the address of {where}", request.get_full_path())
        for name, value in response.items():
            self.look(f"the header {name} of {where}", value)
        self.look(f"the cookies of {where}", response.cookies.output())

    def check_log_record(self, record):
        where = f"a log record of {record.name}"
        # SQL is logged only where somebody debugs: it holds what columns hold and are asked for.
        but = {*URL_PARTS, "mistyped password"} if record.name.startswith("django.db") else ()
        details = [logging.Formatter().format(record), *map(repr, vars(record).values())]
        self.look(where, "\n".join(details), but=but)

    def check_database(self):
        """Read every column of every table as it lies there."""
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                names = [f"{table}.{column[0]}" for column in cursor.description]
                rows = cursor.fetchall()
                for name, *values in zip(names, *rows, strict=True):
                    held = b"\n".join(map(_bytes, values))
                    self.look(name, held, but=MAY_HOLD.get(name, ()))

    def check_mail(self):
        for message in mail.outbox:
            self.look("a mail", message.subject)
            self.look("a mail", message.body, but=URL_PARTS)  # the form, to who looks after it


class Browser(Client):
    """A browser that shows the net each answer, those on the way of a redirect too."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def request(self, **request):
        response = super().request(**request)
        self.net.check_response(response)
        return response


class _Listener(logging.Handler):
    def __init__(self, net):
        super().__init__(logging.DEBUG)
        self.net = net

    def emit(self, record):
        self.net.check_log_record(record)


@contextmanager
def capture_logs(net):
    """Hand the net every record from DEBUG on, all SQL with its values too.

    Loggers that our settings name keep their level: it is how we silence those that tell too much.
    """
    names = set(logging.root.manager.loggerDict) - set(settings.LOGGING.get("loggers", ()))
    named = [logging.getLogger(name) for name in names]
    before = [(logger, logger.level) for logger in (logging.root, *named)]
    listener = _Listener(net)
    deaf = [logging.root] + [logger for logger in named if not logger.propagate]
    for logger, _ in before:
        logger.setLevel(logging.DEBUG)
    for logger in deaf:
        logger.addHandler(listener)
    connection.force_debug_cursor = True
    try:
        yield
    finally:
        connection.force_debug_cursor = False
        for logger in deaf:
            logger.removeHandler(listener)
        for logger, level in before:
            logger.setLevel(level)
