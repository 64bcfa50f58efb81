"""The worker of batch.py's short form, with still shorter patience than crash_short.py has.

The order of the waits is kept: a lease outlasts a call, and we look for longer than Quo is late.
"""

from datetime import timedelta

import django
from django.core.management import call_command

from tests.bench import crash_short

if __name__ == "__main__":
    django.setup()
    from quo_admin.batches.models import BatchRow
    from quo_admin.webhooks.models import Attempt
    from quo_admin.webhooks.reconcile import outcomes

    crash_short.shorten()
    Attempt.LEASE = BatchRow.LEASE = timedelta(seconds=3)
    outcomes.WAIT_BEFORE_CHECK = timedelta(seconds=3)
    call_command("worker")
