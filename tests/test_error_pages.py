import re

import pytest
from django.test import Client
from django.urls import reverse

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# The theme


def test_selected_theme_is_kept_after_signing_out(viewer):
    viewer.post("/theme/", {"theme": "dark", "next": "/numbers/"})
    viewer.post("/accounts/logout/")

    page = viewer.get("/accounts/login/").content.decode()

    assert 'data-theme="dark"' in page


def test_menu_shows_the_selected_theme(viewer):
    viewer.post("/theme/", {"theme": "light"})

    page = viewer.get("/webhooks/").content.decode()

    assert re.findall(r'value="(\w+)" checked', page) == ["light"]


def test_selecting_a_theme_redirects_to_the_previous_page(viewer):
    response = viewer.post("/theme/", {"theme": "dark", "next": "/numbers/?q=desk"})

    assert response["Location"] == "/numbers/?q=desk"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_selecting_a_theme_never_redirects_to_another_host(client, elsewhere):
    response = client.post("/theme/", {"theme": "dark", "next": elsewhere})

    assert response["Location"] == "/"


def test_theme_cookie_lasts_one_year_and_is_http_only(client):
    cookie = client.post("/theme/", {"theme": "dark"}).cookies["theme"]

    assert cookie["max-age"] == 365 * 24 * 60 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_unknown_theme_is_rejected(client):
    assert client.post("/theme/", {"theme": "pink"}).status_code == 400


def test_invalid_theme_cookie_falls_back_to_the_system_theme(client, db):
    client.cookies["theme"] = '"><script>'

    assert 'data-theme="system"' in client.get("/accounts/login/").content.decode()


def test_selecting_a_theme_requires_post(client):
    assert client.get("/theme/").status_code == 405


def test_selecting_a_theme_requires_a_csrf_token(db):
    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 403


# The bar


def test_bar_shows_the_current_page_and_user(viewer):
    page = viewer.get("/numbers/")

    marked = re.findall(r'aria-current="page"[^>]*>(\w+)<', page.content.decode())
    assert marked == ["Numbers", "Coverage"]
    assert "vera Viewer, signed in just now" in text_of(page)


def test_only_a_superuser_sees_the_link_to_the_admin(operator, signed_in):
    there = f'href="{reverse("admin:index")}"'

    assert there not in operator.get("/webhooks/").content.decode()
    assert there in signed_in("superuser", "root").get("/webhooks/").content.decode()


def test_signed_out_page_has_no_bar(client, db):
    assert 'class="bar"' not in client.get("/accounts/login/").content.decode()


# Refusals


def test_missing_permission_gives_a_message_and_an_audit_entry(viewer):
    response = viewer.post("/sync/now/")

    assert response.status_code == 403
    assert "You do not have permission to do this." in text_of(response)
    entry = Entry.objects.get(action=Action.PERMISSION_DENIED)
    assert (entry.actor, entry.target) == ("vera", "/sync/now/")


def test_user_without_a_group_sees_whom_to_contact(signed_in, person):
    person("superuser", "root")

    response = signed_in(None, "nina").get("/webhooks/")

    assert response.status_code == 403
    assert "Ask root to add you to the" in text_of(response)


def test_superuser_without_a_group_has_access(signed_in):
    assert signed_in("superuser", "root").get("/webhooks/").status_code == 200


def test_403_page_is_shown_when_the_audit_entry_fails(viewer, monkeypatch, caplog):
    def broken(**_):
        raise RuntimeError("the audit log is locked")

    monkeypatch.setattr("quo_admin.audit.services.record", broken)

    response = viewer.post("/sync/now/")

    assert response.status_code == 403
    assert "The refusal of '/sync/now/' is not in the audit log" in caplog.text


def test_form_without_csrf_token_shows_an_error_page(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ada"})

    assert response.status_code == 403
    assert "Nothing was changed." in text_of(response)


def test_form_from_an_untrusted_origin_logs_the_setting_to_change(db, caplog):
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://quo.example"})

    browser.post("/accounts/login/", {"login": "ada"})

    assert "set CSRF_TRUSTED_ORIGINS=https://quo.example" in caplog.text


def test_unknown_host_name_logs_the_setting_to_change(client, caplog):
    response = client.get("/accounts/login/", headers={"Host": "quo.example"})

    assert response.status_code == 400
    assert "add 'quo.example' to ALLOWED_HOSTS" in caplog.text
    assert "ask your administrator" in text_of(response)


# Pages that are not there, and pages that broke


def test_unknown_url_shows_a_404_page_with_a_link_to_home(viewer):
    response = viewer.get("/nothing/here/")

    assert response.status_code == 404
    assert "This page does not exist." in text_of(response)
    assert "Back to home" in text_of(response)
    assert 'class="bar"' in response.content.decode()


def test_500_page_is_rendered_without_the_database(rf):
    from django.views.defaults import server_error

    response = server_error(rf.get("/webhooks/"))

    assert response.status_code == 500
    assert "Something went wrong on our side." in text_of(response)
