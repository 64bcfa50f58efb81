import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from quo_admin.accounts import roles


def permissions_of(name):
    permissions = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{p.content_type.app_label}.{p.codename}" for p in permissions}


def test_viewers_have_only_view_permissions(db):
    assert permissions_of("Viewers") == {
        "audit.view_entry",
        "webhooks.view_webhook",
        "workspace.view_member",
        "workspace.view_number",
        "workspace.view_sync",
    }


def test_operators_can_also_sync_create_delete_and_reveal(db):
    more = {
        "webhooks.add_webhook",
        "webhooks.delete_webhook",
        "webhooks.reveal_key",
        "workspace.add_sync",
    }

    assert permissions_of("Operators") == permissions_of("Viewers") | more


def test_migrate_keeps_changed_group_permissions(db):
    Group.objects.get(name="Viewers").permissions.clear()

    call_command("migrate", verbosity=0)

    assert permissions_of("Viewers") == set()


def test_migrate_recreates_a_deleted_group(db):
    Group.objects.get(name="Operators").delete()

    call_command("migrate", verbosity=0)

    assert "webhooks.reveal_key" in permissions_of("Operators")


def test_no_group_is_created_while_a_permission_is_missing(db):
    Group.objects.all().delete()
    Permission.objects.get(codename="reveal_key").delete()

    roles.make_groups()

    assert not Group.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_user_without_a_group_sees_whom_to_contact(signed_in, person, known):
    if known:
        person("superuser", "root")

    answer = signed_in(None).get("/", follow=True)

    page_text = answer.content.decode()
    assert answer.status_code == 403
    assert "No access yet" in page_text
    assert ("<b>root</b>" if known else "your administrator") in page_text


def test_superuser_without_a_group_has_access(signed_in):
    assert signed_in("superuser").get("/", follow=True).status_code == 200
