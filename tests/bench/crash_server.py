"""The product's web server, which kills itself at the spot that an order names.

For gunicorn with one worker and one person, so that a death hits one press of a button only. The
product has no hook for this: its functions are wrapped from here.
"""

import os
import signal
import threading
from pathlib import Path

from quo_admin.wsgi import application  # first, since it sets Django up

# isort: split
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo.client import Client
from quo_admin.quo.deadline import _DeadlineConnection
from quo_admin.webhooks.create import outcomes
from tests.bench import crash_short
from tests.bench.crash_points import Orders

__all__ = ["application"]

ANSWER_LOST_S = 0.3  # long enough for the sandbox to act; no answer comes, by its fault
ORDERS = Orders(Path(os.environ["CRASH_ORDERS"]))
real_create = Client.create_message_webhook
real_send = _DeadlineConnection.send
real_record = audit.record
real_end = outcomes.end_created


class Fate:
    """What was ordered for the create in hand."""

    spot = ""
    master = False


def die():
    if Fate.master:
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(spot):
    if Fate.spot == spot:
        die()


def create_message_webhook(self, wanted):
    Fate.spot, Fate.master = ORDERS.take(wanted.label)
    die_at("on-disk")
    data = real_create(self, wanted)
    die_at("answered")
    return data


def send(self, data):
    real_send(self, data)
    die_at("half-sent")  # the head has left, the body has not
    if Fate.spot == "sent":
        threading.Timer(ANSWER_LOST_S, die).start()


def record(*, action, **values):
    entry = real_record(action=action, **values)
    if action == Action.WEBHOOK_CREATED:
        die_at("written")
    return entry


def end_created(*args):
    webhook = real_end(*args)
    die_at("committed")
    return webhook


Client.create_message_webhook = create_message_webhook
_DeadlineConnection.send = send
audit.record = record
outcomes.end_created = end_created
if crash_short.is_wanted():
    crash_short.shorten()
