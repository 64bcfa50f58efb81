import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse

from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
REAL_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def sign_in(client, username="ada", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": username, "password": password, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_correct_password_redirects_to_home(client, person):
    person("Viewers")

    answer = sign_in(client)

    assert is_signed_in(client)
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("username", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("ADA", PASSWORD)]
)
def test_wrong_password_and_unknown_username_show_the_same_error(
    client, person, username, password
):
    person("Viewers")

    answer = sign_in(client, username, password)

    assert not is_signed_in(client)
    assert "Wrong username or password." in answer.content.decode()


def test_inactive_account_shows_the_wrong_password_error(client, person):
    User.objects.filter(pk=person("Viewers").pk).update(is_active=False)

    answer = sign_in(client)

    assert not is_signed_in(client)
    assert "Wrong username or password." in answer.content.decode()


def test_sign_in_form_sets_autocomplete_and_has_no_reset_link(client, db):
    page = client.get(LOGIN).content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "placeholder" not in page
    assert "Forgot" not in page


def test_session_key_changes_after_signing_in(client, person):
    person("Viewers")
    client.get(LOGIN)
    session = client.session
    session["kept"] = "from before"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    sign_in(client)

    assert client.session.session_key != before
    assert not type(session)().exists(before)


def test_session_cookie_expires_when_the_browser_closes(client, person):
    person("Viewers")

    sign_in(client)

    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://testserver.evil.example/",
        "https://localhost/",
    ],
)
def test_next_does_not_redirect_to_another_site(client, person, elsewhere):
    person("Viewers")

    assert sign_in(client, next=elsewhere)["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": elsewhere})["Location"] == LOGIN


def test_next_redirects_to_the_requested_page(client, person):
    person("Viewers")

    assert sign_in(client, next="/numbers/?q=sales")["Location"] == "/numbers/?q=sales"


def test_sign_out_requires_confirmation_and_ends_the_session(viewer):
    assert "Sign out?" in viewer.get("/accounts/logout/").content.decode()
    assert is_signed_in(viewer)

    answer = viewer.post("/accounts/logout/", follow=True)

    assert not is_signed_in(viewer)
    assert "You are signed out." in answer.content.decode()


def test_password_change_keeps_this_session_and_ends_the_others(client, person):
    user = person("Viewers")
    sign_in(client)
    other = type(client)()
    sign_in(other)
    new = "another long enough word"

    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
        follow=True,
    )

    assert "Your password was changed." in answer.content.decode()
    assert client.get("/audit/").status_code == 200
    assert other.get("/audit/").status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def test_new_password_requires_the_old_one_and_twelve_characters(viewer):
    answer = viewer.post(
        "/accounts/password/change/",
        {"oldpassword": "wrong", "password1": "short", "password2": "short"},
    )

    page_text = answer.content.decode()
    assert "That is not your current password." in page_text
    assert "at least 12 characters" in page_text
    assert "Your password was not changed." in page_text


def test_password_is_hashed_with_argon2_and_allows_sign_in(client, person, settings):
    settings.PASSWORD_HASHERS = REAL_HASHERS
    user = person("Viewers")

    sign_in(client)

    assert identify_hasher(user.password).algorithm == "argon2"
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "page",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "password/reset/",
        "password/set/",
        "inactive/",
        "login/code/confirm/",
        "",
    ],
)
def test_unused_allauth_pages_return_404(client, db, page):
    assert client.get(f"/accounts/{page}").status_code == 404


def test_sign_up_has_no_url():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
