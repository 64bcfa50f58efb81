"""The product with shorter patience, for the short form of crash.py; run as a module: its worker.

The order of the waits is kept: a lease outlasts a call, and we look for longer than Quo is late.
"""

import os
from datetime import timedelta

LATE_S = 2  # instead of ten


def is_wanted() -> bool:
    return bool(os.environ.get("CRASH_SHORT"))


def shorten() -> None:
    """Call when Django is set up."""
    from quo_admin.webhooks.create import services as create
    from quo_admin.webhooks.models import Attempt
    from quo_admin.webhooks.reconcile import outcomes

    Attempt.LEASE = timedelta(seconds=4)
    outcomes.WAIT_BEFORE_CHECK = timedelta(seconds=6)
    outcomes.PAUSES_S = (1,)
    create.LOOK_FOR_S = 1.0


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    shorten()
    call_command("worker")
