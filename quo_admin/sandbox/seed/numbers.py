"""The phone numbers of the seeded company, by group, and what is unusual about some of them."""

from quo_admin.quo import spec
from quo_admin.sandbox.seed.members import DANIEL, GRACE, MAYA, MEMBERS, PRIYA, SAM, TOM, user
from quo_admin.sandbox.store import Doc

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
