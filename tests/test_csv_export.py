import csv
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from quo_admin.csv_export import ROWS_PER_CHUNK, cell, csv_response

texts = st.text(st.characters(exclude_categories=["Cs"]))


def table(response):
    """Read the answer as a spreadsheet would."""
    content = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(content, newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\rx", "\nx"])
def test_formula_is_escaped_with_an_apostrophe(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", [" =1+1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\x00=1", "  @x"])
def test_formula_after_invisible_characters_is_escaped(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["＝1", "＋1", "－1", "＠x", "﹢1", "⁼1", "−1"])
def test_unicode_variants_of_formula_prefixes_are_escaped(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("number", ["+15555550100", "+4930123456", "+12"])
def test_phone_number_is_not_escaped(number):
    assert cell(number) == number


@pytest.mark.parametrize(
    "text",
    ["+1555555010012345678", "+0123", "+1555 5550100", "+15555550100=1", "+1555\n", "+１２３"],
)
def test_invalid_phone_number_is_escaped(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["Support desk", "", " padded ", "a=b", "'quoted", "https://example.com/a?b=c", "ünï"]
)
def test_plain_text_is_not_changed(text):
    assert cell(text) == text


def test_none_is_an_empty_cell_and_other_values_are_converted_to_text():
    assert [cell(None), cell(412), cell(True)] == ["", "412", "True"]


@given(texts)
def test_no_cell_begins_with_a_formula_prefix(text):
    safe = cell(text)

    assert safe.replace("'", "") == text.replace("'", "")
    assert not safe.lstrip().startswith(("=", "@", "-"))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Sales;=1+1", "Sales;'=1+1"),
        ("x\t=1+1", "x\t'=1+1"),
        ("x|=1+1", "x|'=1+1"),
        ("both\n=1", "both\n'=1"),
        ("both\r\n@x", "both\r\n'@x"),
        ("\t=1", "'\t'=1"),
        ("a; -1", "a;' -1"),
        ('a;"=1+1"', 'a;\'"=1+1"'),
        ("a;\u200b＝1", "a;'\u200b＝1"),
        ("PN1; PN2;+1+1", "PN1; PN2;'+1+1"),
        ("+15555550100; =1", "'+15555550100;' =1"),
    ],
)
def test_formulas_are_escaped_at_every_cell_separator(text, safe):
    assert cell(text) == safe
    assert table(csv_response("texts", ["Text"], [[text]]))[1:] == [[safe]]


@given(texts, st.sampled_from([";", "|", "\t", "\n", '";"']), st.sampled_from("=+-@＝−"))
def test_formula_after_any_separator_is_escaped(text, end, begins):
    [[safe]] = table(csv_response("texts", ["Text"], [[f"{text}{end}{begins}1+1"]]))[1:]

    assert safe.endswith(("'" + begins + "1+1", "'\"" + begins + "1+1"))


@pytest.mark.parametrize(
    "text",
    [
        "+15555550100; +15555550101",
        "Front desk; +15555550100; PN9",
        "(415) 555-0134; ; (415) 555-0135",
        "one|two",
        "a;b=c",
        "both\nlines; ",
    ],
)
def test_lists_of_text_and_phone_numbers_are_not_changed(text):
    assert cell(text) == text
    assert table(csv_response("texts", ["Text"], [[text]]))[1:] == [[text]]


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_phone_number_is_read_back_unchanged_from_the_file(number):
    assert table(csv_response("numbers", ["Number"], [[number]])) == [["Number"], [number]]


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=4))
def test_any_text_is_read_back_from_the_file_as_its_cell_value(rows):
    found = table(csv_response("texts", ["One", "Two"], rows))[1:]

    assert found == [[cell(value) for value in row] for row in rows]


def test_text_that_cannot_be_encoded_is_replaced():
    found = table(csv_response("texts", ["Text"], [["\ud800"], ["next"]]))

    assert found == [["Text"], ["?"], ["next"]]


def test_export_file_is_named_by_date_and_not_cached():
    response = csv_response("webhooks", ["Label"], [["é"]])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="webhooks-20')
    assert response["Cache-Control"] == "no-store"
    assert response.getvalue() == b"\xef\xbb\xbfLabel\r\n\xc3\xa9\r\n"


def test_header_is_streamed_before_the_first_row_is_read():
    def rows():
        raise RuntimeError("a row was read")
        yield []

    response = csv_response("webhooks", ["Label"], rows())

    assert isinstance(response, StreamingHttpResponse)
    assert next(iter(response)) == b"\xef\xbb\xbfLabel\r\n"


def test_rows_are_streamed_in_chunks():
    read = []
    rows = ([read.append(i) or str(i)] for i in range(3 * ROWS_PER_CHUNK))

    parts = iter(csv_response("webhooks", ["Label"], rows))
    next(parts)
    chunk = next(parts)

    assert chunk.count(b"\r\n") == ROWS_PER_CHUNK
    assert len(read) == ROWS_PER_CHUNK
