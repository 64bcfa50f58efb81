import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from tests.conftest import PASSWORD
from tests.words import text

ADMIN = "/admin/"


@pytest.fixture
def root(signed_in):
    return signed_in("superuser", "root")


def test_admin_shows_only_users_and_groups(root):
    assert set(admin.site._registry) == {User, Group}
    assert root.get(ADMIN).status_code == 200


@pytest.mark.parametrize("page", ["auth/user/", "auth/user/add/", "auth/group/", "auth/group/add/"])
def test_superuser_can_open_user_and_group_pages(root, page):
    assert root.get(ADMIN + page).status_code == 200


def test_username_cannot_be_changed(root, person):
    ada = person("Operators", "ada")
    at = f"{ADMIN}auth/user/{ada.pk}/change/"

    page = root.get(at)
    root.post(
        at,
        {"username": "ada.lovelace", "first_name": "Ada", "is_active": "on"}
        | {"date_joined_0": "2026-11-22", "date_joined_1": "12:00:00"},
    )

    assert 'name="username"' not in page.content.decode()
    assert "The audit log identifies people by username" in text(page)
    ada.refresh_from_db()
    assert (ada.username, ada.first_name) == ("ada", "Ada")
    assert 'name="username"' in root.get(f"{ADMIN}auth/user/add/").content.decode()


@pytest.mark.parametrize("page", ["", "login/", "auth/user/"])
def test_staff_without_superuser_rights_are_rejected(client, person, page):
    user = person("Operators")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(user.user_permissions.model.objects.filter(codename="view_user"))
    client.force_login(user)

    assert client.get(ADMIN + page, follow=True).status_code == 403


def test_signed_out_user_is_redirected_to_the_sign_in_page(client, db):
    answer = client.get(ADMIN, follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


@pytest.mark.parametrize("group", [None, "Operators", "superuser"])
def test_password_sent_to_the_admin_login_url_is_not_checked(client, signed_in, person, group):
    person("superuser", "root")
    browser = signed_in(group, "bob") if group else client

    answer = browser.post(
        "/admin/login/", {"username": "root", "password": PASSWORD, "next": ADMIN}
    )

    assert answer.status_code == (403 if group == "Operators" else 302)
    assert browser.session.get("_auth_user_id") != str(User.objects.get(username="root").pk)


def test_admin_password_page_redirects_to_the_account_password_page(root):
    assert root.post("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_admin_login_does_not_redirect_to_another_site(client, db):
    answer = client.get("/admin/login/", {"next": "//evil.example/"}, follow=True)
    assert "evil.example" not in answer.request["PATH_INFO"]
