import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_login_failed
from django.core.management import call_command

from quo_admin.audit.models import Entry
from tests.conftest import PASSWORD


class AuditLog:
    """What was written since the last look, oldest first."""

    def __init__(self):
        self.new()

    def new(self):
        rows = Entry.objects.filter(number__gt=getattr(self, "last", 0)).order_by("number")
        entries = list(rows)
        self.last = entries[-1].number if entries else self.last
        return entries

    def new_entries(self):
        return [(e.actor, e.act, e.target, e.before, e.after) for e in self.new()]


@pytest.fixture
def ada(person):
    return person("Viewers", "ada")


@pytest.fixture
def audit_log(db):
    return AuditLog()


def sign_in(client, username, password=PASSWORD):
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_sign_in_and_sign_out_are_recorded(client, ada, audit_log):
    audit_log.new()

    sign_in(client, "ada")
    client.post("/accounts/logout/")

    assert audit_log.new_entries() == [
        ("ada", "Signed in", "", "", ""),
        ("ada", "Signed out", "", "", ""),
    ]


def test_failed_sign_in_records_the_username_only_if_the_account_exists(client, ada, audit_log):
    audit_log.new()

    sign_in(client, "ada", "wrong")
    sign_in(client, "my secret password", "ada")

    assert audit_log.new_entries() == [
        ("", "Sign-in failed", "ada", "", ""),
        ("", "Sign-in failed", "", "", ""),
    ]
    assert not Entry.objects.filter(canonical__contains="secret").exists()


def test_reauthentication_successes_and_failures_are_recorded(client, ada, audit_log):
    sign_in(client, "ada")
    audit_log.new()

    client.post("/accounts/reauthenticate/", {"password": "wrong"})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert audit_log.new_entries() == [
        ("ada", "Sign-in failed", "ada", "", ""),
        ("ada", "Identity confirmed", "", "", ""),
    ]


def test_failed_sign_in_without_a_request_is_recorded(ada, audit_log):
    audit_log.new()

    user_login_failed.send("tests", credentials={"username": "ada"}, request=None)

    assert audit_log.new_entries() == [("command", "Sign-in failed", "ada", "", "")]


def test_permission_denied_is_recorded_with_its_url(client, ada, audit_log):
    sign_in(client, "ada")
    audit_log.new()

    client.get("/webhooks/new/")

    assert audit_log.new_entries() == [("ada", "Permission denied", "/webhooks/new/", "", "")]


def test_own_password_change_is_recorded_without_the_password(client, ada, audit_log):
    sign_in(client, "ada")
    audit_log.new()
    new = "another long enough word"

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert audit_log.new_entries() == [("ada", "Password changed", "ada", "", "")]


def test_password_change_in_the_admin_records_the_administrator(signed_in, ada, audit_log):
    root = signed_in("superuser", "root")
    audit_log.new()
    new = "another long enough word"

    root.post(f"/admin/auth/user/{ada.pk}/password/", {"password1": new, "password2": new,
              "usable_password": "true"})  # fmt: skip

    assert audit_log.new_entries() == [("root", "Password changed", "ada", "", "")]


def test_password_change_by_command_is_recorded(ada, audit_log, monkeypatch):
    audit_log.new()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "another long enough word")

    call_command("changepassword", "ada", verbosity=0)

    assert audit_log.new_entries() == [("command", "Password changed", "ada", "", "")]


def test_password_rehashed_at_sign_in_is_not_recorded_as_changed(client, ada, audit_log, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    audit_log.new()

    sign_in(client, "ada")

    assert [entry.act for entry in audit_log.new()] == ["Signed in"]


def test_user_created_by_command_is_recorded(audit_log, monkeypatch):
    audit_log.new()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", "--noinput", username="root", email="", verbosity=0)

    [entry] = audit_log.new()
    assert (entry.actor, entry.act, entry.target) == ("command", "Person created", "root")
    assert "superuser: yes" in entry.after
    assert PASSWORD not in entry.canonical


def test_changed_fields_are_recorded_with_old_and_new_values(ada, audit_log):
    audit_log.new()

    ada.is_staff, ada.email = True, "ada@example.com"
    ada.save()

    assert audit_log.new_entries() == [
        ("command", "Person changed", "ada",
         "email: empty; staff: no", "email: ada@example.com; staff: yes"),
    ]  # fmt: skip


def test_field_that_was_not_saved_is_not_recorded(ada, audit_log):
    audit_log.new()

    ada.is_staff, ada.first_name = True, "Ada"
    ada.save(update_fields=["first_name"])

    assert [entry.after for entry in audit_log.new()] == ["first name: Ada"]


def test_saving_without_a_change_is_not_recorded(ada, audit_log):
    audit_log.new()

    ada.save()

    assert audit_log.new() == []


def test_group_membership_changes_are_recorded_from_both_sides(ada, audit_log):
    operators = Group.objects.get(name="Operators")
    audit_log.new()

    ada.groups.add(operators)
    ada.groups.add(operators)
    operators.user_set.remove(ada)
    ada.groups.clear()
    operators.user_set.add(ada)
    operators.user_set.clear()

    assert [(e.act, e.target, e.before, e.after) for e in audit_log.new()] == [
        ("Person changed", "ada", "", "groups: Operators"),
        ("Person changed", "ada", "groups: Operators", ""),
        ("Person changed", "ada", "groups: Viewers", ""),
        ("Person changed", "ada", "", "groups: Operators"),
        ("Person changed", "ada", "groups: Operators", ""),
    ]


def test_permission_changes_of_users_and_groups_are_recorded(ada, audit_log):
    reveal = Permission.objects.get(codename="reveal_key")
    group = Group.objects.create(name="Night shift")
    audit_log.new()

    ada.user_permissions.add(reveal)
    group.permissions.set([reveal])
    group.permissions.set([])

    assert [(e.act, e.target, e.before, e.after) for e in audit_log.new()] == [
        ("Person changed", "ada", "", "permissions: reveal_key"),
        ("Group changed", "Night shift", "", "permissions: reveal_key"),
        ("Group changed", "Night shift", "permissions: reveal_key", ""),
    ]


def test_group_creation_change_and_deletion_are_recorded(audit_log):
    audit_log.new()

    group = Group.objects.create(name="Night shift")
    group.name = "Late shift"
    group.save()
    group.delete()

    assert [(e.act, e.target, e.before, e.after) for e in audit_log.new()] == [
        ("Group created", "Night shift", "", "name: Night shift"),
        ("Group changed", "Late shift", "name: Night shift", "name: Late shift"),
        ("Group deleted", "Late shift", "name: Late shift", ""),
    ]


def test_user_deleted_in_the_admin_is_recorded(signed_in, ada, audit_log):
    root = signed_in("superuser", "root")
    audit_log.new()

    root.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [ada.pk],
              "post": "yes"})  # fmt: skip

    [entry] = audit_log.new()
    assert (entry.actor, entry.act, entry.target) == ("root", "Person deleted", "ada")
    assert not User.objects.filter(username="ada").exists()


def test_user_created_with_a_group_in_the_admin_is_recorded(signed_in, audit_log):
    root = signed_in("superuser", "root")
    audit_log.new()
    add = {"username": "bob", "password1": PASSWORD, "password2": PASSWORD,
           "usable_password": "true"}  # fmt: skip
    root.post("/admin/auth/user/add/", add)
    bob = User.objects.get(username="bob")
    viewers = Group.objects.get(name="Viewers")
    change = {"username": "bob", "is_active": "on", "groups": [viewers.pk],
              "date_joined_0": "2026-11-22", "date_joined_1": "12:00:00"}  # fmt: skip
    root.post(f"/admin/auth/user/{bob.pk}/change/", change)

    assert [(e.actor, e.act, e.target, e.after) for e in audit_log.new()][1:] == [
        ("root", "Person changed", "bob", "groups: Viewers")
    ]


def test_sign_in_fails_when_its_audit_entry_fails(client, ada, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the audit log is broken")

    monkeypatch.setattr("quo_admin.audit.services.record", broken)

    with pytest.raises(RuntimeError):
        sign_in(client, "ada")
    assert "_auth_user_id" not in client.session
