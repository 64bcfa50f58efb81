import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines


class Letter(forms.Form):
    to = forms.CharField(label="To", help_text="Whoever shall get it.")
    by = forms.MultipleChoiceField(
        label="By",
        choices=[("air", "Air"), ("sea", "Sea")],
        widget=forms.CheckboxSelectMultiple,
        help_text="One or both.",
    )
    note = forms.CharField(label="Note", required=False)


@pytest.fixture
def show(rf):
    """Render a snippet as a page at an address would."""

    def render(source, address="/", **context):
        return engines["django"].from_string(source).render(context, rf.get(address))

    return render


FIELDS = '{% for f in form %}{% include "components/field.html" with field=f only %}{% endfor %}'
SUMMARY = '{% include "components/error_summary.html" with form=form only %}'


def ids(html):
    return re.findall(r'\sid="([^"]+)"', html)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("data", [None, {}], ids=["fresh", "wrong"])
def test_help_and_errors_are_linked_to_their_field(show, data):
    html = show(FIELDS, form=Letter(data))

    named = " ".join(re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html)).split()
    assert {"id_to_helptext", "id_by_helptext", "id_by_label"} <= set(named)
    assert ("id_to_error" in named) == (data is not None)
    assert set(named) <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_every_label_references_a_form_control(show):
    html = show(FIELDS, form=Letter())

    assert set(re.findall(r'for="([^"]+)"', html)) == {"id_to", "id_by_0", "id_by_1", "id_note"}
    assert set(re.findall(r'for="([^"]+)"', html)) <= set(ids(html))


def test_invalid_field_keeps_its_input(show):
    html = show(FIELDS, form=Letter({"to": "Ada", "by": ["rail"]}))

    assert 'value="Ada"' in html
    assert html.count('class="state bad"') == 1


def test_error_summary_counts_invalid_fields_and_links_to_them(show):
    form = Letter({})
    html = show(SUMMARY + FIELDS, form=form)

    assert "Fix 2 fields. Nothing was sent to Quo." in words(html)
    links = re.findall(r'href="#([^"]+)"', html)
    assert links == ["id_to", "id_by_0"]
    assert set(links) <= set(ids(html))


def test_form_error_is_shown_in_the_error_summary(show):
    form = Letter({"to": "Ada", "by": ["air"]})
    form.add_error(None, "The post did not answer, so it may be on its way.")

    html = show(SUMMARY, form=form)

    assert words(html) == "The post did not answer, so it may be on its way."


def test_form_errors_come_before_field_errors(show):
    form = Letter({"by": ["air"]})
    form.add_error(None, "The post is shut today.")

    html = show(SUMMARY, form=form)

    assert words(html).startswith(
        "Fix 2 fields. Nothing was sent to Quo. The post is shut today. To:"
    )


def test_form_without_errors_has_no_error_summary(show):
    assert words(show(SUMMARY, form=Letter())) == ""


def test_copy_button_text_is_escaped(show):
    html = show('{% include "components/copy.html" with text=text only %}', text='"><b>')

    assert 'data-copy="&quot;&gt;&lt;b&gt;"' in html


def test_copy_button_is_hidden_without_javascript(show):
    html = show('{% include "components/copy.html" with text="WH1" name="the id" only %}')

    assert re.search(r"<button[^>]* hidden[ >]", html)
    assert 'aria-label="Copy the id"' in html


def test_pager_links_keep_the_search_query(show):
    page = Paginator(range(30), 10).page(2)

    html = show(
        '{% include "components/pager.html" with page=page only %}', "/?q=a+b&page=2", page=page
    )

    assert re.findall(r'href="([^"]+)"', html) == ["?q=a+b&amp;page=1", "?q=a+b&amp;page=3"]
    assert "Page 2 of 3" in words(html)


def test_last_page_has_a_disabled_older_link(show):
    page = Paginator(range(30), 10).page(3)

    html = show('{% include "components/pager.html" with page=page only %}', page=page)

    assert re.search(r'aria-disabled="true">Older<', html)


def test_single_page_has_no_pager(show):
    page = Paginator(range(3), 10).page(1)

    assert words(show('{% include "components/pager.html" with page=page only %}', page=page)) == ""
