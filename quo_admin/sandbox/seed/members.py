"""The members of the seeded company, with their roles."""

from quo_admin.sandbox.store import Doc

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
