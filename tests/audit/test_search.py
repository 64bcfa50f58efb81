"""The search finds the same by its index, by reading entries, and by a plain reference."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.audit import search, search_index, triggers
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record
from tests.words import text

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite does this")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone")

COLUMNS = ("target", "label", "before", "after")
PIECES = [
    *"aAbBcCéÉäÄöÖüÜß☎😀%_\\\"'*(){}:^+-. 0123456789",
    "ada", "Straße", "KÜCHE", "küche", "NEAR", " OR ", " AND ", "100%", "a_b", "''", "😀😀", "\x00",
    "+1 (415) 555-0134", "4155550134", "https://hooks.example/quo",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
ENTRIES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=8)
IN_A_TEST = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def always_indexed(empty_audit_log, monkeypatch):
    """Read the index even if the filters leave few entries."""
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search, "SCANNED", 0)


def expected(words):
    """Read every entry, newest first."""
    digits = "".join(c for c in words if c in "0123456789")
    phone = set(words) <= set("-+0123456789 ().") and len(digits) >= 7
    spellings = {words.lower(), digits} if phone else {words.lower()}
    return [
        entry.number
        for entry in Entry.objects.newest_first()
        if (words.isdigit() and int(words) == entry.number)
        or any(
            spelling in getattr(entry, column).lower()
            for spelling in spellings
            for column in search_index.COLUMNS
        )
    ]


def found(words, entries=None, **bounds):
    entries = Entry.objects.all() if entries is None else entries
    return search.search(entries, words).numbers(**{"limit": 1_000} | bounds)


def fill(rows):
    for row in rows:
        record(actor="ada", action=Action.KEY_CHECKED, **dict(zip(COLUMNS, row, strict=True)))


@settings(max_examples=60, deadline=None, suppress_health_check=IN_A_TEST)
@given(rows=ENTRIES, words=TEXTS, data=st.data())
def test_search_finds_what_a_plain_reference_finds(always_indexed, rows, words, data):
    with transaction.atomic():
        fill(rows)
        texts = "\n".join("".join(row) for row in rows)
        if texts and data.draw(st.booleans()):  # a part of a text, which is found more often
            start = data.draw(st.integers(0, len(texts) - 1))
            words = texts[start : start + data.draw(st.integers(3, 12))]
        words = words.replace("\x00", "\ufffd").replace("\n", "").strip()
        if len(words) >= search.SHORTEST:
            numbers = expected(words)
            ada = Entry.objects.filter(actor="ada")

            assert found(words) == numbers
            assert list(search._containing(Entry.objects.newest_first(), words)) == list(
                Entry.objects.filter(number__in=numbers).newest_first()
            )
            assert found(words, ada) == numbers
            assert found(words, ada, above=2, below=6, oldest_first=True) == [
                number for number in reversed(numbers) if 2 < number < 6
            ]
        transaction.set_rollback(True)


@pytest.mark.parametrize(("few", "scanned"), [(0, 0), (0, 3), (0, 1_000), (1_000, 1_000)])
@pytest.mark.parametrize("words", ["desk", "ÜBER", "zzz", "WH1"])
def test_filters_and_bounds_hold_whether_the_index_is_read_or_the_entries(
    empty_audit_log, monkeypatch, few, scanned, words
):
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "SCANNED", scanned)
    for number in range(1, 31):
        label = f"{'Desk' if number % 2 else 'Über'} {number}"
        actor = "ada" if number % 3 else "bob"
        record(actor=actor, action=Action.KEY_CHECKED, target=f"WH{number}", label=label)
    bob = Entry.objects.filter(actor="bob")
    both = [n for n in expected(words) if n % 3 == 0]

    assert found(words, bob) == both
    assert found(words, bob, limit=2) == both[:2]
    assert found(words, bob, below=20, limit=3) == [n for n in both if n < 20][:3]
    assert (
        found(words, bob, above=9, oldest_first=True, limit=3)
        == [n for n in both[::-1] if n > 9][:3]
    )
    assert found(words, Entry.objects.filter(actor="eve")) == []


@pytest.mark.parametrize(
    "words", ['say "hi"', '"""', "100%_", "a' OR 'b", "NEAR(a b)", "text : a", "^(ab)*", "😀😀😀"]
)
def test_signs_of_query_languages_are_plain_characters(empty_audit_log, words):
    fill([("WH1", f"x{words}x", "", ""), ("WH2", "say hi, 100 a b text", "", "")])

    assert found(words) == expected(words) == [1]


def test_number_is_found_only_as_a_whole(empty_audit_log, monkeypatch):
    for _ in range(130):
        record(actor="ada", action=Action.SIGNED_IN)

    assert found("130") == found("0130") == [130]
    assert found("13") == [13]
    assert found("7") == [7]
    assert found("113") == [113]


def test_short_words_search_the_newest_entries_only_and_the_page_says_so(viewer, monkeypatch):
    monkeypatch.setattr(search, "RECENT", 5)
    fill([(f"WH{n}", "Qx", "", "") for n in range(8)])
    newest = Entry.objects.head().number

    assert found("qX") == list(range(newest, newest - 5, -1))
    page = text(viewer.get("/audit/", {"q": "qx"}))
    assert "“qx” is short, so only the newest 5 entries were searched." in page
    assert "is short" not in text(viewer.get("/audit/", {"q": "WH1"}))


def test_short_words_search_everything_in_a_small_audit_log(viewer):
    assert "is short" not in text(viewer.get("/audit/", {"q": "zz"}))


@on_sqlite
def test_entries_recorded_before_the_index_are_added_in_batches(five, monkeypatch):
    monkeypatch.setattr(search_index, "STEP", 2)
    search_index.drop()
    assert [warning.id for warning in search_index.check(databases=["default"])] == ["audit.W002"]

    assert found("Support") == [5, 4, 3, 2, 1]  # slow, but the same
    search_index.put()
    record(actor="ada", action=Action.KEY_REVEALED, label="Support")

    assert search_index.check(databases=["default"]) == []
    assert found("Support") == [6, 5, 4, 3, 2, 1]
    assert indexed() == [1, 2, 3, 4, 5, 6]


@on_sqlite
def test_interrupted_indexing_continues_and_is_not_used_before_it_is_complete(five, monkeypatch):
    monkeypatch.setattr(search_index, "STEP", 2)
    search_index.drop()
    with monkeypatch.context() as interrupted:
        interrupted.setattr(search_index, "_add_next", lambda connection: True)
        search_index.put()
    search_index._add_next(connection)
    assert (indexed(), found("Support")) == ([1, 2], [5, 4, 3, 2, 1])

    search_index.put()

    assert indexed() == found("Support")[::-1] == [1, 2, 3, 4, 5]


def indexed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM audit_entry_search ORDER BY rowid")
        return [number for (number,) in cursor.fetchall()]


@on_sqlite
@pytest.mark.parametrize("person", ["", "ada"])
def test_search_that_matches_everything_reads_the_index_only_as_far_as_needed(five, person):
    entries = Entry.objects.filter(actor=person) if person else Entry.objects.all()
    with CaptureQueriesContext(connection) as queries:
        search._Indexed(entries, "Support").numbers(below=5, limit=2)

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[-1]["sql"])
        plan = [row[3] for row in cursor.fetchall()]

    assert plan[0].startswith("SCAN audit_entry_search VIRTUAL TABLE INDEX")
    assert not any("TEMP B-TREE" in step or "LIST SUBQUERY" in step for step in plan)


@on_sqlite
def test_sqlite_without_the_index_reads_entries_and_warns(five, monkeypatch, caplog):
    search_index.drop()
    monkeypatch.setattr(search_index, "ADD", "INSERT INTO a_table_that_is_not_there (a, b, c)")

    search_index.put()

    assert "The search of the audit log has no index: no such table" in caplog.text
    assert [warning.id for warning in search_index.check(databases=["default"])] == ["audit.W002"]
    assert found("Support") == [5, 4, 3, 2, 1]


@on_postgresql
def test_postgresql_without_the_extension_reads_entries_and_warns(transactional_db, caplog):
    fill([("WH1", "Support", "", "")])
    newest = Entry.objects.head().number
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("CREATE ROLE hosted_database")
        cursor.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO hosted_database")
        cursor.execute("SET ROLE hosted_database")
        try:
            search_index.put()
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY hosted_database")
            cursor.execute("DROP ROLE hosted_database")
    assert "The search of the audit log has no index: permission denied" in caplog.text
    (warning,) = search_index.check(databases=["default"])
    assert "CREATE EXTENSION pg_trgm" in warning.hint
    assert found("support") == [newest]

    call_command("migrate", verbosity=0)

    assert search_index.check(databases=["default"]) == []
    assert found("support") == [newest]


@on_postgresql
def test_postgresql_serves_the_search_by_its_index(five):
    entries = search.search(Entry.objects.all(), "upport desk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")

    assert "Bitmap Index Scan on audit_entry_search" in entries.order_by().explain()


def test_dropping_the_triggers_for_tests_leaves_no_entry_in_the_index(five):
    with triggers.temporarily_dropped():
        Entry.objects.all().delete()
    fill([("WH1", "Sales", "", "")])

    assert found("Support") == []
    assert found("Sales") == [1]
