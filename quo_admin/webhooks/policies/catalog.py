"""The policies: the name of each finding, why it matters, and what to do about it.

The first ones also warn on the create form (``policies/warnings.py``), under the same names. The
others can be broken only as time passes.
"""

from dataclasses import dataclass

from quo_admin.webhooks.keys.access import KEY_SEEN_BY_FORMER_USER
from quo_admin.webhooks.policies.warnings import MANY, PolicyName

NUMBER_LEFT = "number-left"
ALL_NUMBERS_LEFT = "all-numbers-left"
HOST_ONCE = "host-once"
CREATOR_LEFT = "creator-left"


@dataclass(frozen=True)
class Policy:
    """One policy.

    Attributes:
        name: as in URLs, acknowledgements and the audit log.
        mark: the CSS kind of its state.
        short: for a cell of a list.
        heading: for all findings of it.
        title: of one finding; ``{what}`` is the name of its subject.
        why: why it matters.
        do: what to do about it.
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
    def link_to_all(self) -> str:
        """The label of a link to all findings of this policy."""
        return f"All {self.heading[0].lower()}{self.heading[1:]}"


_POLICIES = (
    Policy(
        PolicyName.PLAIN_HTTP.value,
        "warn",
        "Not encrypted",
        "Webhooks over plain HTTP",
        "Not encrypted: anyone on the network path can read its deliveries",
        "The endpoint URL begins with http://, so deliveries are not encrypted.",
        "Ask the team that runs the endpoint for an https:// URL, and create a copy with it.",
    ),
    Policy(
        PolicyName.ALL_NUMBERS.value,
        "all gap",
        "All numbers",
        "Webhooks on all numbers",
        "All numbers, including numbers added later",
        "Numbers that you add later are included automatically.",
        "If this is intended, snooze the finding. Otherwise create a webhook for the numbers you "
        "need, and delete this one.",
    ),
    Policy(
        PolicyName.MANY_NUMBERS.value,
        "warn",
        "Many numbers",
        f"Webhooks with more than {MANY} numbers",
        f"More than {MANY} numbers in one webhook",
        "Quo cannot edit a webhook. To remove one number, the webhook must be replaced for all.",
        "At the next change, create several webhooks with fewer numbers.",
    ),
    Policy(
        PolicyName.DISABLED.value,
        "off gap",
        "Disabled (permanent)",
        "Disabled webhooks",
        "Disabled (permanent)",
        "It sends nothing, and Quo cannot enable it again.",
        "If you need it, create a copy. Then delete this one.",
    ),
    Policy(
        PolicyName.UNREACHABLE.value,
        "warn",
        "Unreachable",
        "Webhooks to endpoints that Quo cannot reach",
        "Quo cannot reach this endpoint",
        "The host is local or private, so deliveries from Quo never arrive.",
        "Create a copy with a public endpoint URL, and delete this one.",
    ),
    Policy(
        PolicyName.DOUBLED.value,
        "twice",
        "Duplicated",
        "Duplicate deliveries",
        "{what} twice at the same URL",
        "The endpoint receives each message twice and may process it twice.",
        "Keep one of the two webhooks for what they share, and delete the other.",
    ),
    Policy(
        NUMBER_LEFT,
        "gone gap",
        "Number removed",
        "Webhooks with a number that was removed",
        "{what} is no longer one of your numbers",
        "The webhook sends nothing for this number.",
        "Leave the number out the next time you replace this webhook.",
    ),
    Policy(
        ALL_NUMBERS_LEFT,
        "gone gap",
        "No current numbers",
        "Webhooks without any current number",
        "None of its numbers are in your company any more",
        "It cannot send anything, but its key is still valid.",
        "Delete it, unless one of its numbers is about to come back.",
    ),
    Policy(
        HOST_ONCE,
        "wait gap",
        "Only webhook to this host",
        "Webhooks with a host of their own",
        "Only webhook to {what}",
        "A host that is used once can be a typing mistake or a forgotten test.",
        "Ask its creator whether the host is right. If it is, snooze the finding.",
    ),
    Policy(
        CREATOR_LEFT,
        "gone gap",
        "Creator left",
        "Webhooks whose creator left",
        "{what} left the company",
        "Nobody may feel responsible for it. Quo does not document what happens to the webhooks of "
        "removed members.",
        "Find a new owner. To move it to another member, create a copy and delete this one.",
    ),
    Policy(
        KEY_SEEN_BY_FORMER_USER,
        "warn",
        "Key exposed",
        "Webhooks whose key was seen by former users",
        "{what}, a former user, has seen its key",
        "Anyone with the key can forge deliveries.",
        "Quo cannot change a key. Create a copy, hand over its key, and delete this one.",
    ),
)
POLICIES: dict[str, Policy] = {policy.name: policy for policy in _POLICIES}
