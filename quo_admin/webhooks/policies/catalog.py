"""The policies in words: what each finding is called, why it matters, what to do about it.

The first five speak before a create too (``webhooks/policies.py``), under the same names. The others
only time can break.
"""

from dataclasses import dataclass

from quo_admin.webhooks.policies.warnings import MANY, PolicyName

NUMBER_LEFT = "number-left"
ALL_NUMBERS_LEFT = "all-numbers-left"
HOST_ONCE = "host-once"
CREATOR_LEFT = "creator-left"
KEY_SEEN_BY_FORMER_USER = "key-seen-by-former-user"


@dataclass(frozen=True)
class Policy:
    """One policy.

    Attributes:
        name: as it stands in addresses, acknowledgements and on the audit log.
        mark: the kind of state that it is drawn with.
        short: in a list's cell.
        heading: all findings of it.
        title: one finding; ``{what}`` is what its subject is called.
    """

    name: str
    mark: str
    short: str
    heading: str
    title: str
    why: str
    do: str

    def __str__(self) -> str:
        return self.heading

    @property
    def all_of_it(self) -> str:
        """The words of a link to every finding of this policy."""
        return f"All {self.heading[0].lower()}{self.heading[1:]}"


_WORDS = (
    Policy(
        PolicyName.PLAIN_HTTP.value,
        "warn",
        "Plain http",
        "Webhooks over plain http",
        "Anyone on the way can read what it sends",
        "Its address begins with http://, so everything travels in clear.",
        "Ask the receiving team for an https:// address, create another webhook to it, and "
        "delete this one.",
    ),
    Policy(
        PolicyName.ALL_NUMBERS.value,
        "all gap",
        "All numbers",
        "Webhooks on all numbers",
        "All numbers, also those bought later",
        "Texts or calls of a number that is bought next year will go there too, without "
        "anybody’s deciding it.",
        "If that is meant, acknowledge it. Else create one for the numbers that it is for, and "
        "delete this one.",
    ),
    Policy(
        PolicyName.MANY_NUMBERS.value,
        "warn",
        "Many numbers",
        f"Webhooks with more than {MANY} numbers",
        f"More than {MANY} numbers in one webhook",
        "A webhook cannot be changed: to take one number out, it has to be made anew for all.",
        "When it next has to change, create several with fewer numbers instead.",
    ),
    Policy(
        PolicyName.DISABLED.value,
        "off gap",
        "Disabled (permanent)",
        "Disabled webhooks",
        "Disabled (permanent)",
        "It sends nothing, and Quo can never enable it.",
        "If it is needed, create another like this. Then delete this one.",
    ),
    Policy(
        PolicyName.DOUBLED.value,
        "twice",
        "Doubled",
        "Doubled deliveries",
        "{what} twice",
        "The receiving system gets each of them again, and may count one text as two.",
        "Keep one of the two for what they share, and delete the other.",
    ),
    Policy(
        NUMBER_LEFT,
        "gone gap",
        "Number left",
        "Webhooks that name a number that left",
        "{what} is no number of the company any more",
        "Nothing comes from it, while whoever reads this webhook believes that something does.",
        "Nothing breaks. When this webhook next has to change, leave the number out.",
    ),
    Policy(
        ALL_NUMBERS_LEFT,
        "gone gap",
        "All numbers gone",
        "Webhooks whose numbers have all left",
        "Every number that it names has left the company",
        "It can never send anything again, but its key is still good, and it looks alive.",
        "Delete it, unless a number is about to come back.",
    ),
    Policy(
        HOST_ONCE,
        "wait gap",
        "Only webhook to this host",
        "Webhooks to a host that no other sends to",
        "No other webhook sends to {what}",
        "A host that stands only once is what a typing mistake or a forgotten test looks like.",
        "Ask whoever made it whether the host is right. If it is, acknowledge it.",
    ),
    Policy(
        CREATOR_LEFT,
        "gone gap",
        "Maker left",
        "Webhooks whose maker has left",
        "{what} has left",
        "Nobody may feel responsible for it any more, and what Quo does with a webhook of a "
        "member who was removed is not documented.",
        "Find who answers for it now. To move it, create another like this and delete this one.",
    ),
    Policy(
        KEY_SEEN_BY_FORMER_USER,
        "warn",
        "Key exposed",
        "Webhooks whose key was seen by somebody who left",
        "{what} has seen its key, and has left",
        "Whoever has the key can send what the receiving system takes for Quo’s.",
        "A key cannot be changed: create another like this, hand over its key, and delete this "
        "one.",
    ),
)
POLICIES: dict[str, Policy] = {policy.name: policy for policy in _WORDS}
