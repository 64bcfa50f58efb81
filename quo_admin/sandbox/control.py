"""The control API, for tests: order faults, read calls and stored documents.

``POST`` and ``DELETE /_control/faults``, ``GET /_control/calls``, ``GET /_control/webhooks``.
"""

import json
from dataclasses import asdict

from quo_admin.sandbox.faults import Faults
from quo_admin.sandbox.rate_limit import Calls
from quo_admin.sandbox.shapes import Answer, in_json
from quo_admin.sandbox.store import Store

PREFIX = "/_control/"


def answer(
    *, method: str, path: str, body: bytes, faults: Faults, calls: Calls, store: Store
) -> Answer:
    """Handle a control request. One that cannot be parsed gets 400 with the reason."""
    match method, path.removeprefix(PREFIX):
        case "POST", "faults":
            try:
                for fault in json.loads(body):
                    faults.add(**fault)
            except (TypeError, ValueError) as exc:
                return in_json(400, {"message": str(exc)})
            return Answer(204)
        case "DELETE", "faults":
            faults.clear()
            return Answer(204)
        case "GET", "calls":
            return in_json(200, [asdict(call) for call in calls.all()])
        case "GET", "webhooks":
            return in_json(200, store.all("webhook"))
    return in_json(404, {"message": f"There is no {method} {path}."})
