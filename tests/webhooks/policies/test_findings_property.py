"""On random small workspaces every policy finds what a slow and obvious reader finds."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quo_admin.audit.actions import Action
from quo_admin.audit.services import record
from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import host_of, normalized_url
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.policies import findings
from quo_admin.webhooks.policies.rules import subjects
from quo_admin.workspace.models import Member, Number
from tests.factories import NOON, make_member, make_number, make_webhook

HERE, LEFT, UNKNOWN = "PNhere", "PNleft", "PNunknown"
STAFF = {"olga": True, "otto": False}  # who has an account, and whether it is active
CALLS = "call.completed"


@dataclass(frozen=True)
class Made:
    """One webhook of a random workspace, and who has seen its key: (username, the key's print)."""

    events: list[str] | None
    ids: list[str] | None
    url: str | None
    status: str | None
    member: str | None
    created_by: str
    gone: bool
    seen: list[tuple[str, str]]

    @property
    def sends(self):
        return not self.gone and self.status != "disabled"


IN, OUT = spec.MessageEvent
MANY = [f"PN{place}" for place in range(11)]
URLS = ["https://b.example", "https://10.0.0.8/x", None]
MADE = st.builds(
    Made,
    events=st.sampled_from([[IN], [IN], [OUT], [IN, OUT], [CALLS], [IN, CALLS], [], None]),
    ids=st.sampled_from(
        [["*"], [HERE], [LEFT], [HERE, LEFT], [HERE, UNKNOWN], ["*", LEFT], MANY, [], None]
    ),
    url=st.sampled_from(
        [*("https://a.example/x", "https://A.example:443/x/") * 2, "HTTP://a.example/x", *URLS]
    ),
    status=st.sampled_from(["enabled", "enabled", None, "paused", "disabled"]),
    member=st.sampled_from([None, "", "UShere", "USleft", "USunknown"]),
    created_by=st.sampled_from(["", "olga", "otto", "nobody"]),
    gone=st.sampled_from([False, False, False, True]),
    seen=st.lists(
        st.tuples(st.sampled_from(["olga", "otto", "lena"]), st.sampled_from(["now", "earlier"])),
        max_size=2,
    ),
)


class FindingsAreWhatASlowReaderFinds(TestCase):
    @settings(max_examples=80, deadline=None)
    @given(workspace=st.lists(MADE, min_size=1, max_size=6), synced=st.booleans())
    def test_every_policy_matches_its_reference_implementation(self, workspace, synced):
        webhooks = [stored(made) for made in workspace]
        company(synced=synced)

        for name in findings.POLICIES:
            expected = READERS[name]
            wanted = {
                (webhook.quo_id, subject)
                for webhook, made in zip(webhooks, workspace, strict=True)
                for subject in expected(made, list(zip(webhooks, workspace, strict=True)), synced)
            }
            breaking = findings.webhooks_with_finding(name)
            pks = [webhook.pk for webhook in webhooks]
            ids = {webhook.pk: webhook.quo_id for webhook in webhooks}
            assert {w.quo_id for w in breaking} == {id for id, _ in wanted}, name
            assert {(ids[pk], what) for _, pk, what in subjects([name], pks)} == wanted, name


def stored(made):
    webhook = make_webhook(
        events=made.events,
        resourceIds=made.ids,
        url=made.url,
        status=made.status,
        userId=made.member,
    )
    Webhook.objects.filter(pk=webhook.pk).update(
        created_by=made.created_by, missing_since=NOON if made.gone else None
    )
    prints = {"now": webhook.key_fingerprint, "earlier": "00000000"}
    for who, which in made.seen:
        words = f"fingerprint {prints[which][:4]}-{prints[which][4:]}"
        record(actor=who, action=Action.KEY_REVEALED, target=webhook.quo_id, after=words)
    return webhook


def company(*, synced):
    for name, active in STAFF.items():
        User.objects.create_user(name, is_active=active)
    if synced:
        make_number(id=HERE)
        make_member(id="UShere")
        make_number(id=LEFT)
        make_member(id="USleft")
        Number.objects.filter(quo_id=LEFT).update(missing_since=NOON)
        Member.objects.filter(quo_id="USleft").update(missing_since=NOON)


# The slow reader: what of one webhook breaks a policy, among all of them


def covered(made):
    """Its subscriptions: each event of each number."""
    return {(event, id) for event in made.events or [] for id in made.ids or []}


def plain_http(made, others, synced):
    return [""] if not made.gone and made.url == "HTTP://a.example/x" else []


def all_numbers(made, others, synced):
    return [""] if not made.gone and made.events and "*" in (made.ids or []) else []


def many_numbers(made, others, synced):
    return [""] if not made.gone and made.ids == MANY else []


def disabled(made, others, synced):
    return [""] if not made.gone and made.status == "disabled" else []


def unreachable(made, others, synced):
    return [""] if not made.gone and made.url == "https://10.0.0.8/x" else []


def doubled(made, others, synced):
    return [
        webhook.quo_id
        for webhook, other in others
        if other is not made
        and made.sends
        and other.sends
        and made.url
        and other.url
        and normalized_url(made.url) == normalized_url(other.url)
        and any(
            event == again and (id == same or "*" in (id, same))
            for event, id in covered(made)
            for again, same in covered(other)
        )
    ]


def gone_numbers(made, synced):
    named = {id for _, id in covered(made)}
    gone = {id for id in named if id not in ("*", HERE)} if synced and not made.gone else set()
    return gone, named - gone


def number_left(made, others, synced):
    gone, kept = gone_numbers(made, synced)
    return gone if kept else []


def all_numbers_gone(made, others, synced):
    gone, kept = gone_numbers(made, synced)
    return [""] if gone and not kept else []


def host_once(made, others, synced):
    hosts = [host_of(other.url) for _, other in others if other.sends]
    host = host_of(made.url)
    return [host] if made.sends and host and hosts.count(host) == 1 else []


def creator_left(made, others, synced):
    member = synced and made.member and made.member != "UShere"
    staff = made.created_by and not STAFF.get(made.created_by)
    expected = [f"member {made.member}"] * bool(member) + [f"staff {made.created_by}"] * bool(staff)
    return [] if made.gone else expected


def key_seen_by_former_user(made, others, synced):
    if made.gone:
        return []
    return {who for who, which in made.seen if which == "now" and not STAFF.get(who)}


READERS = {
    "plain-http": plain_http,
    "all-numbers": all_numbers,
    "many-numbers": many_numbers,
    "disabled": disabled,
    "unreachable": unreachable,
    "doubled": doubled,
    "number-left": number_left,
    "all-numbers-left": all_numbers_gone,
    "host-once": host_once,
    "creator-left": creator_left,
    "key-seen-by-former-user": key_seen_by_former_user,
}
