"""The initial workspace of the sandbox: Alder & Finch, windows and doors, in the western US.

Everything but the keys is the same every time. Hosts end in .example and numbers are in the
555-01xx range, so that nothing here belongs to anybody.
"""

from collections.abc import Iterator, Sequence

from quo_admin.quo import spec
from quo_admin.sandbox.operations import new_key
from quo_admin.sandbox.store import Doc

ORGANIZATION = "OR2fWc9x"
MAYA, DANIEL, GRACE = "US4kQm81", "US7Lx02b", "US3tGw5e"
PRIYA, SAM, TOM = "US8pRv6n", "US5bSd9q", "US2yTk7h"

# id, first name, last name, role
MEMBERS = [
    (MAYA, "Maya", "Ortiz", "owner"),
    (DANIEL, "Daniel", "Okafor", "admin"),
    (GRACE, "Grace", "Whitfield", "admin"),
    (PRIYA, "Priya", "Raman", "member"),
    (SAM, "Sam", "Beaulieu", "member"),
    (TOM, "Tom", "Lindqvist", "member"),
]

# group: id, name, number, member
GROUPS = {
    "GRfrontOff1": [
        ("PNktReTtZBw", "Front desk", "4155550134", GRACE),
        ("PN99QCCP6Y9", "Billing", "4155550142", GRACE),
        ("PNMtwCgjYbU", "Warranty claims", "4155550163", GRACE),
        ("PNRxFXDLXCt", "Hiring", "4155550178", PRIYA),
        ("PNdFFUw3f3E", "Emergency line", "4155550119", DANIEL),
        ("PNn9xs4kdEx", "Night line", "4155550199", DANIEL),
    ],
    "GRsalesTm02": [
        ("PNge7wMgaXS", "Sales desk", "4155550157", TOM),
        ("PNSpN6TQWNr", "Portland sales", "5035550172", TOM),
        ("PNdVSQdcfsY", "Seattle sales", "2065550161", TOM),
        ("PNmtoWzFmLF", "Oakland showroom", "5105550148", TOM),
    ],
    "GRdispatch3": [
        ("PNwGq6EWYtV", "Dispatch, San Francisco", "4155550101", SAM),
        ("PNFYZHBN2GW", "Dispatch, Oakland", "5105550126", SAM),
        ("PNPM5CAMj9c", "Dispatch, San Jose", "4085550131", SAM),
        ("PN4JLcjTsM8", "Dispatch, Sacramento", "9165550139", SAM),
        ("PNTMdGNajK9", "Dispatch, Portland", "5035550144", SAM),
        ("PNRW3HXoFP6", "Dispatch, Seattle", "2065550136", SAM),
        ("PNEtH8YpewT", "Dispatch, Boise", "2085550138", SAM),
    ],
    "GRbranches4": [
        ("PNdJo53x2qa", "Oakland branch", "5105550110", DANIEL),
        ("PNvGrvwhLMJ", "San Jose branch", "4085550104", DANIEL),
        ("PNVjCEDfYTe", "San Jose warehouse", "4085550187", DANIEL),
        ("PNzKGgEKVSh", "Sacramento branch", "9165550115", DANIEL),
        ("PNMNN9mFqC4", "Sacramento service", "9165550166", DANIEL),
        ("PNo3DEb2EMK", "Walnut Creek branch", "9255550102", DANIEL),
        ("PNNdj6MoE3n", "Palo Alto branch", "6505550121", DANIEL),
        ("PNSSaroRuhh", "Santa Rosa branch", "7075550153", DANIEL),
        ("PNKfcXDNMe8", "Reno branch", "7755550106", DANIEL),
        ("PNGdbSpViYZ", "Portland branch", "5035550109", PRIYA),
        ("PNbGWczRDfC", "Beaverton branch", "9715550118", PRIYA),
        ("PNeDQnWpMwV", "Seattle branch", "2065550105", PRIYA),
        ("PN6SToXuJt7", "Seattle installers", "2065550190", PRIYA),
        ("PN4i2HHYq8x", "Tacoma branch", "2535550127", PRIYA),
        ("PNPkrZEDvoy", "Bellevue branch", "4255550150", PRIYA),
        ("PNKGS9BVf4W", "Boise branch", "2085550112", PRIYA),
        ("PNCpPUjzPYq", "Spare line", "6285550140", MAYA),
    ],
}

NEW = {"Dispatch, Boise", "Boise branch", "Spare line"}
# What is unusual about a number
ODD: dict[str, Doc] = {
    "Palo Alto branch": {"portingStatus": "pending", "portRequestId": "PRv6Xn2QwLb"},
    "Night line": {"forward": "+14155550119"},
    "Beaverton branch": {
        "restrictions": {
            "calling": {"CA": "unrestricted", "Intl": "restricted", "US": "unrestricted"},
            "messaging": {"CA": "restricted", "Intl": "restricted", "US": "restricted"},
        }
    },
}

# Names of numbers to their IDs. The last one was given up; a webhook still has it.
IDS = {name: number_id for rows in GROUPS.values() for number_id, name, _, _ in rows} | {
    "All numbers": spec.ALL_PHONE_NUMBERS,
    "Old night line": "PNLq3vZ8kWd",
}
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


def company() -> Iterator[tuple[str, Doc]]:
    """Yield the whole workspace as pairs of kind and document, in Quo's words."""
    yield "organization", {"id": ORGANIZATION}
    for row in MEMBERS:
        yield "user", user(*row)
    for group, rows in GROUPS.items():
        for place, row in enumerate(rows):
            yield "number", number(group, place, *row)
    for entry in WEBHOOKS:
        yield "webhook", webhook(*entry)


def user(user_id: str, first: str, last: str, role: str) -> Doc:
    return {
        "id": user_id,
        "email": f"{first}.{last}@alderfinch.example".lower(),
        "firstName": first,
        "lastName": last,
        "pictureUrl": None,
        "role": role,
        "createdAt": "2024-03-04T17:00:00.000Z",
        "updatedAt": "2026-09-14T16:30:00.000Z",
    }


def number(group: str, place: int, number_id: str, name: str, digits: str, user_id: str) -> Doc:
    holder = next(user(*row) for row in MEMBERS if row[0] == user_id)
    created_at = "2026-11-20T15:00:00.000Z" if name in NEW else f"2024-03-05T17:{place:02}:00.000Z"
    free = {"CA": "unrestricted", "Intl": "restricted", "US": "unrestricted"}
    return {
        "id": number_id,
        "groupId": group,
        "portRequestId": None,
        "formattedNumber": f"({digits[:3]}) {digits[3:6]}-{digits[6:]}",
        "forward": None,
        "name": name,
        "number": f"+1{digits}",
        "portingStatus": None,
        "symbol": None,
        "users": [
            {key: holder[key] for key in ("email", "firstName", "lastName", "id", "role")}
            | {"groupId": group}
        ],
        "createdAt": created_at,
        "updatedAt": created_at,
        "restrictions": {"calling": free, "messaging": free},
    } | ODD.get(name, {})


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
