"""Lists of numbers as spreadsheets write them, and what is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quo_admin.onboarding import files
from quo_admin.onboarding.files import LARGEST, MAX_ROWS, UnreadableFile

BOTH = ["+1 (415) 555-0134", "+1 (415) 555-0142"]


def read_numbers(content):
    return [entry.text for entry in files.read_numbers(content).entries]


@pytest.mark.parametrize(
    "text",
    [
        "+1 (415) 555-0134\n+1 (415) 555-0142\n",
        "+1 (415) 555-0134\r\n\r\n  \r\n+1 (415) 555-0142",
        "number,name\n+1 (415) 555-0134,Front desk\n+1 (415) 555-0142,Billing\n",
        "Name;Phone number\nFront desk;+1 (415) 555-0134\n;;\nBilling;+1 (415) 555-0142\n",
        '"Name"\t"PHONE"\r\n"Front\r\ndesk"\t"+1 (415) 555-0134"\r\nBilling\t+1 (415) 555-0142',
        "Front desk,2026-11-22,+1 (415) 555-0134\nBilling,2026-11-23,+1 (415) 555-0142\n",
        "Front desk,7,+1 (415) 555-0134,note\nBilling,8,+1 (415) 555-0142\n",
        "number\n+1 (415) 555-0134\n+1 (415)\t555-0142\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_numbers_are_read_from_common_spreadsheet_formats(text, encoding):
    content = text.encode(encoding, errors="ignore")

    assert [" ".join(cell.split()) for cell in read_numbers(content)] == BOTH


def test_names_and_ids_are_accepted():
    assert read_numbers(b"name\nFront desk\n\xc9milie\n") == ["Front desk", "Émilie"]
    assert read_numbers(b"Front desk\nDispatch, Oakland\n") == ["Front desk", "Dispatch, Oakland"]
    assert read_numbers(b"Dispatch, Oakland\nBilling\n") == ["Dispatch, Oakland", "Billing"]
    assert read_numbers(b"Desk,PNone1\nBilling,PNtwo2\n") == ["PNone1", "PNtwo2"]


@pytest.mark.parametrize("heading", ["Name", "ID"])
def test_numbers_take_precedence_over_names(heading):
    text = f"{heading};Mobile\nFront desk;+1 (415) 555-0134\nBilling;+1 (415) 555-0142\n"

    assert read_numbers(text.encode()) == BOTH


@pytest.mark.parametrize("heading", ["Desk;Office;Mobile\n", "Name;Phone;Mobile\n", ""])
def test_all_numbers_of_a_row_are_read(heading):
    text = f"{heading}Front desk;+1 (415) 555-0134;+1 (415) 555-0142\nNight;;4155550157\n"

    assert read_numbers(text.encode())[-2:] == ["; ".join(BOTH), "4155550157"]


def test_only_the_number_column_is_read_if_present():
    text = "number,customer\n+1 (415) 555-0134,4155550142\n555-0142,4155550157\nBilling,\n"

    assert read_numbers(text.encode()) == [BOTH[0], "555-0142", "Billing"]


def test_duplicate_rows_are_kept():
    assert read_numbers(b"4155550134\n4155550134\n") == ["4155550134", "4155550134"]


@pytest.mark.parametrize("heading", [b"", b"number,name\n", b"Phone\n"])
def test_file_over_fifty_thousand_rows_is_rejected(heading):
    row = b"+14155550134\n"

    assert len(read_numbers(heading + row * MAX_ROWS)) == MAX_ROWS
    with pytest.raises(UnreadableFile, match=r"50,001 rows; the limit is 50,000"):
        read_numbers(heading + row * (MAX_ROWS + 1))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b" \r\n;;\r\n", "is empty"),
        (b"\x00\x01\x02", "not a text file"),
        (b"\xff\xfe4", "not a text file"),
        (b"4" * (LARGEST + 1), "larger than 5 MB"),
        (b'"' + b"4" * 200_000, "could not be read as CSV"),
    ],
)
def test_unusable_file_gives_an_error_with_instructions(content, words):
    with pytest.raises(UnreadableFile, match=words):
        read_numbers(content)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text("4+;,\t\"\n' PN-", max_size=60).map(str.encode))
def test_any_file_is_read_or_rejected(content):
    try:
        cells = read_numbers(content)
    except UnreadableFile:
        return

    assert all(cell.strip() for cell in cells)
