"""Fills a company into an empty database, for tests/bench/pages.py. A page would not tell it from
one that was synced, with webhooks that were created here, batches and an audit log.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection

from quo_admin.numbers.models import Note
from quo_admin.webhooks.models import MemberList
from quo_admin.workspace.models import Member, Number, Sync
from tests.bench import pages_company, pages_log
from tests.bench.lists_fill import WHERE, WORDS, member_id, number_id
from tests.bench.pages_company import Company
from tests.bench.pages_insert import insert
from tests.bench.pages_webhooks import acknowledgements, add_webhooks

PASSWORD = "correct horse battery staple"


def fill(company: Company) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # until this connection is closed
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -500000")
    insert(numbers(company))
    insert(members(company))
    insert(syncs(company))
    insert(member_lists(company))
    insert(notes(company))
    add_webhooks(company)
    insert(acknowledgements(company))
    pages_log.empty()
    insert(pages_log.entries(company))
    add_people(company)  # recorded in the audit log, as the newest entries


def finish() -> None:
    """Work out what is kept, if the site can, and leave the database as it would be found."""
    call_command("rebuild")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # its own autovacuum would, a minute later
    connection.close()


def add_people(company: Company) -> None:
    operators = Group.objects.get(name="Operators")
    for name in company.staff:
        person = User.objects.create_user(
            name, password=PASSWORD, first_name=name.title(), is_active=name != "tom"
        )
        person.groups.add(operators)
    User.objects.create_superuser("root", password=PASSWORD)


def numbers(company: Company) -> Iterator[Number]:
    for rank in range(company.numbers):
        new = rank % 50 == 3
        seen = company.now - timedelta(days=1) if new else company.began
        yield Number(
            quo_id=number_id(rank),
            name=f"{WHERE[rank % 20]} line {rank}",
            number=f"+1415{rank:07}",
            digits=f"1415{rank:07}",
            group_id=f"GR{rank % company.groups:03}",
            member_ids=[member_id(rank % company.members)],
            porting_status="pending" if rank % 100 == 11 else None,
            no_messaging_to=["US", "Intl"] if rank % 20 == 2 else ["Intl"],
            created_at=seen,
            first_seen_at=seen,
            last_seen_at=company.now,
            missing_since=company.began + timedelta(days=90)
            if pages_company.has_left(rank)
            else None,
        )


def members(company: Company) -> Iterator[Member]:
    for rank in range(company.members):
        name = WORDS[rank % len(WORDS)]
        yield Member(
            quo_id=member_id(rank),
            email=f"{name}{rank}@company.example",
            first_name=name.title(),
            last_name=f"Number{rank}",
            role="member",
            first_seen_at=company.began,
            last_seen_at=company.now,
            missing_since=company.now - timedelta(days=9)
            if pages_company.member_has_left(rank)
            else None,
        )


def syncs(company: Company) -> Iterator[Sync]:
    """Yield a sync for each of the last 30 days, after the first one."""
    read = {"members": company.members, "numbers": company.numbers, "webhooks": company.webhooks}
    for day in (pages_company.DAYS, *range(30, -1, -1)):
        start = company.now - timedelta(days=day, minutes=2)
        end = start + timedelta(minutes=1)
        yield Sync(started_at=start, ended_at=end, actor="command", counts=read)


def member_lists(company: Company) -> Iterator[MemberList]:
    for rank in range(company.members):
        if not pages_company.member_has_left(rank):
            read = company.now - timedelta(seconds=90)
            yield MemberList(member_id=member_id(rank), requested_at=read, read_at=read)


def notes(company: Company) -> Iterator[Note]:
    for rank in range(0, company.numbers, 40):  # every other one that no webhook names
        yield Note(
            number_id=number_id(rank),
            event="message.delivered",
            text="Made in the Quo app",
            given_by="olga",
            given_at=company.now - timedelta(days=rank % 300),
        )
