import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quo_admin.accounts import deactivation
from quo_admin.batches.models import KeyHandover
from quo_admin.webhooks.models import OneTimeLink
from tests.conftest import PASSWORD
from tests.factories import make_batch, make_webhook

pytestmark = pytest.mark.django_db


def by_update(admin, user, active):
    User.objects.filter(pk=user.pk).update(is_active=active)


def by_save(admin, user, active):
    user = User.objects.get(pk=user.pk)
    user.is_active = active
    user.save()


def by_admin(admin, user, active):
    form = {"username": user.username, "date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
    form |= {"groups": [group.pk for group in user.groups.all()]}
    form |= {"is_active": "on"} if active else {}
    response = admin.post(f"/admin/auth/user/{user.pk}/change/", form)
    assert response.status_code == 302, response.content
    assert User.objects.get(pk=user.pk).is_active is active


WAYS = pytest.mark.parametrize("change", [by_update, by_save, by_admin])


def is_signed_in(browser):
    return browser.get("/webhooks/").status_code == 200


@WAYS
def test_session_does_not_come_back_when_the_person_is_active_again(signed_in, viewer, change):
    admin = signed_in("superuser")
    assert is_signed_in(viewer)

    change(admin, viewer.user, False)
    change(admin, viewer.user, True)

    assert not is_signed_in(viewer)
    assert is_signed_in(admin)


@WAYS
def test_session_used_while_deactivated_does_not_come_back_either(signed_in, viewer, change):
    admin = signed_in("superuser")

    change(admin, viewer.user, False)
    assert not is_signed_in(viewer)
    change(admin, viewer.user, True)

    assert not is_signed_in(viewer)


def test_person_who_is_active_again_can_sign_in_until_the_next_deactivation(viewer):
    def sign_in():
        browser = Client()
        browser.post("/accounts/login/", {"login": "vera", "password": PASSWORD})
        return browser

    for _ in range(2):
        by_update(None, viewer.user, False)
        assert not is_signed_in(sign_in())
        by_update(None, viewer.user, True)
        browser = sign_in()
        assert is_signed_in(browser)

        by_update(None, viewer.user, True)  # changes nothing
        assert is_signed_in(browser)

    assert not is_signed_in(viewer)


@WAYS
def test_one_time_links_of_the_person_end_and_those_of_others_stay(signed_in, operator, change):
    admin, now = signed_in("superuser"), timezone.now()
    batch = make_batch()
    for user in (operator.user, admin.user):
        OneTimeLink.objects.create_link(make_webhook(), staff_id=user.pk, now=now)
        KeyHandover.objects.create_link(batch, webhooks=[], form="page", staff_id=user.pk, now=now)

    change(admin, operator.user, False)
    change(admin, operator.user, True)

    assert [link.staff for link in OneTimeLink.objects.all()] == [admin.user]
    assert [link.staff for link in KeyHandover.objects.all()] == [admin.user]


def test_deactivated_person_can_be_deleted(signed_in, viewer):
    by_update(None, viewer.user, False)

    signed_in("superuser").post(f"/admin/auth/user/{viewer.user.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=viewer.user.pk).exists()


def test_page_reads_the_count_in_the_query_of_the_user(viewer):
    with CaptureQueriesContext(connection) as queries:
        viewer.get("/webhooks/")

    [reading] = [q["sql"] for q in queries if "accounts_deactivations" in q["sql"]]
    assert '"auth_user"."password"' in reading


@pytest.mark.django_db(transaction=True)
def test_tables_can_be_changed_during_a_migrate():
    deactivation.drop_trigger()
    try:
        with connection.schema_editor() as editor:
            for model in (OneTimeLink, KeyHandover):
                field = model._meta.get_field("token")
                longer = field.clone()
                longer.max_length = 64
                longer.set_attributes_from_name("token")
                longer.model = model
                editor.alter_field(model, field, longer, strict=True)
                editor.alter_field(model, longer, field, strict=True)
    finally:
        deactivation.put_trigger()
