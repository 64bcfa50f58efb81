"""The webhooks of the seeded company, with every kind of problem that Quo Admin finds."""

from collections.abc import Sequence

from quo_admin.quo import spec
from quo_admin.sandbox.operations import new_key
from quo_admin.sandbox.seed.members import DANIEL, GRACE, MAYA, PRIYA, SAM, TOM
from quo_admin.sandbox.seed.numbers import IDS
from quo_admin.sandbox.store import Doc

ORGANIZATION = "OR2fWc9x"
IN = [spec.MessageEvent.RECEIVED]
OUT = [spec.MessageEvent.DELIVERED]
BOTH = IN + OUT
CRM = "https://hooks.acme-crm.example/quo/in"
HELPDESK = "https://intake.northlake-desk.example/quo"
FIELDBOARD = "https://sms.fieldboard.example/quo/in"
ARCHIVE = "https://archive.alderfinch.example/texts"
CALLS = "https://calls.acme-crm.example/quo"

# id, label, events, names of numbers, URL, member, created
WEBHOOKS: list[tuple[str, str, Sequence[str], list[str], str, str, str]] = [
    ("WHSmsiWY7vM", "Hiring bot", IN, ["Hiring"],
     "https://apply.talentnook.example/sms", PRIYA, "2026-06-03T14:12:56"),
    ("WHxybKDpFvE", "Night line relay", IN, ["Night line", "Old night line"],
     "http://relay.oldsystem.example/sms", DANIEL, "2026-08-19T20:01:08"),
    ("WHCKYiJT37K", "Oakland branch mirror", IN, ["Oakland branch"],
     ARCHIVE, DANIEL, "2026-10-02T11:40:33"),
    ("WHga8TD8xQc", "Archive, all delivered", OUT, ["All numbers"],
     ARCHIVE, MAYA, "2026-10-14T07:55:19"),
    ("WH8Tb2TbhYz", "Reno pilot", IN, ["Reno branch"],
     FIELDBOARD, DANIEL, "2026-10-28T13:22:40"),
    ("WHBoz9q9fbk", "Fieldboard, Seattle", BOTH, ["Dispatch, Seattle"],
     FIELDBOARD, SAM, "2026-11-09T09:00:12"),
    ("WH9AvxqBWuZ", "Fieldboard, Portland", BOTH, ["Dispatch, Portland"],
     FIELDBOARD, SAM, "2026-11-09T09:00:12"),
    ("WHadgmoiKRd", "Fieldboard, Sacramento", IN, ["Dispatch, Sacramento"],
     FIELDBOARD, SAM, "2026-11-09T09:00:13"),
    ("WH7M3t3YzkX", "Fieldboard, San Jose", BOTH, ["Dispatch, San Jose"],
     FIELDBOARD, SAM, "2026-11-09T09:00:13"),
    ("WHrSXAgvwLe", "Fieldboard, Oakland", BOTH, ["Dispatch, Oakland"],
     FIELDBOARD, SAM, "2026-11-09T09:00:14"),
    ("WHFJEsTtZSn", "Fieldboard, San Francisco", BOTH, ["Dispatch, San Francisco"],
     FIELDBOARD, SAM, "2026-11-09T09:00:14"),
    ("WHSezRXTtoT", "Helpdesk, billing and warranty", BOTH, ["Billing", "Warranty claims"],
     HELPDESK, GRACE, "2026-11-12T15:31:02"),
    ("WHNubxZcSse", "Helpdesk, front desk", BOTH, ["Front desk"],
     HELPDESK, GRACE, "2026-11-12T15:47:30"),
    ("WHwAy6dGuYJ", "CRM outbound, sales", OUT, ["Sales desk", "Portland sales", "Seattle sales"],
     "https://hooks.acme-crm.example/quo/out", TOM, "2026-11-16T10:04:58"),
    ("WHabc123Kf", "CRM inbound, California", IN,
     ["Front desk", "Sales desk", "Oakland branch", "San Jose branch", "Sacramento branch",
      "Walnut Creek branch"],
     CRM, MAYA, "2026-11-16T10:11:05"),
    ("WHDksQQc2n6", "Emergency line to on-call", IN, ["Emergency line"],
     "https://page.oncall-loop.example/alert", DANIEL, "2026-11-18T08:30:12"),
    ("WHH7NHFZ6Nj", "Test, Priya", IN, ["Spare line"],
     "https://bench.stitchbox.example/t/4410", PRIYA, "2026-11-20T18:03:51"),
    ("WHHFUC34vHh", "Sales team copy", IN, ["Sales desk", "Seattle sales"],
     CRM, TOM, "2026-11-21T09:14:37"),
    ("WHMZC7stR2L", "Seattle installers", BOTH, ["Seattle installers"],
     FIELDBOARD, PRIYA, "2026-11-21T16:20:09"),
    ("WHosyEXzE6B", "CRM inbound, Northwest", IN,
     ["Portland branch", "Seattle branch", "Tacoma branch", "Bellevue branch", "Portland sales",
      "Seattle sales"],
     CRM, MAYA, "2026-11-22T11:02:44"),
    ("WHRrKvz4DEo", "Showroom follow-up", BOTH, ["Oakland showroom"],
     CRM, TOM, "2026-11-22T13:41:20"),
    ("WHc4LkR9tWp", "Missed calls to the CRM", ["call.completed"], ["Front desk", "Sales desk"],
     CALLS, MAYA, "2026-07-08T16:05:41"),
    ("WHd8VnQ2hXs", "Call pop-up, front desk", ["call.ringing"], ["Front desk"],
     CALLS, GRACE, "2026-07-08T16:21:17"),
    ("WHe6ZmT5bJy", "Recordings to the archive", ["call.recording.completed"], ["All numbers"],
     "https://archive.alderfinch.example/calls", MAYA, "2026-10-14T08:02:50"),
    ("WHf3PgU7kDw", "Summaries, sales", ["call.summary.completed"], ["Sales desk"],
     CALLS, TOM, "2026-10-20T12:48:09"),
    ("WHj9BsN4vCq", "Transcripts, warranty", ["call.transcript.completed"], ["Warranty claims"],
     HELPDESK, GRACE, "2026-10-21T09:33:26"),
    ("WHm5RxY8fLz", "Contacts to the CRM", ["contact.updated", "contact.deleted"], ["All numbers"],
     "https://hooks.acme-crm.example/contacts", MAYA, "2026-09-01T10:15:00"),
]  # fmt: skip
DISABLED = {"Reno pilot"}


def webhook(
    webhook_id: str,
    label: str,
    events: Sequence[str],
    names: list[str],
    url: str,
    user_id: str,
    created_at: str,
) -> Doc:
    return {
        "id": webhook_id,
        "userId": user_id,
        "orgId": ORGANIZATION,
        "label": label,
        "status": spec.Status.DISABLED if label in DISABLED else spec.Status.ENABLED,
        "url": url,
        "key": new_key(),
        "createdAt": f"{created_at}.000Z",
        "updatedAt": f"{created_at}.000Z",
        "deletedAt": None,
        "events": list(events),
        "resourceIds": [IDS[name] for name in names],
    }
