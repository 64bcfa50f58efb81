"""What the product has stored of the webhooks of one bench, as JSON.

A child of crash.py with the product's settings: python -m tests.bench.crash_stored BEGINNING
"""

import json
import sys
from collections import defaultdict

import django


def main(beginning: str) -> None:
    """Print the unsealed keys by id, and the states of the attempts by label.

    ``beginning`` is what the labels of this bench begin with.
    """
    from quo_admin.webhooks.keys import sealing
    from quo_admin.webhooks.models import Attempt, Webhook

    states = defaultdict(list)
    for attempt in Attempt.objects.order_by("pk"):
        if attempt.label.startswith(beginning):
            states[attempt.label].append(attempt.state)
    rows = Webhook.objects.filter(label__startswith=beginning, key_sealed__isnull=False)
    stored = {webhook.quo_id: sealing.unseal(webhook.key_sealed) for webhook in rows}
    json.dump({"keys": stored, "states": states}, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
