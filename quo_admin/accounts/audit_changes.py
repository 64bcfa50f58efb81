"""Audit entries for every change to a person or a group: which field, from what to what.

Of a password only the change is recorded, never its value. Changes that bypass Django's signals
(``QuerySet.update``, plain SQL) are not seen here.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver

from quo_admin.audit import origin
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action


class Acts(NamedTuple):
    created: Action
    changed: Action
    deleted: Action


ACTS: dict[type[Model], Acts] = {
    User: Acts(Action.PERSON_CREATED, Action.PERSON_CHANGED, Action.PERSON_DELETED),
    Group: Acts(Action.GROUP_CREATED, Action.GROUP_CHANGED, Action.GROUP_DELETED),
}
UNRECORDED_FIELDS = {"id", "password", "last_login", "date_joined"}
OLD = "_row_before"  # where an object keeps the values of its row while it is being saved


@receiver(pre_save, sender=User)
@receiver(pre_save, sender=Group)
def remember_old_values(instance: Any, using: str, **kwargs: Any) -> None:
    if not _is_sign_in(kwargs["update_fields"]):
        rows = type(instance)._base_manager.using(using)
        setattr(instance, OLD, rows.filter(pk=instance.pk).first())


@receiver(post_save, sender=User)
@receiver(post_save, sender=Group)
def record_save(
    instance: Any, created: bool, update_fields: Iterable[str] | None, **kwargs: Any
) -> None:
    old = vars(instance).pop(OLD, None)
    new = _values(instance)
    if created or old is None:
        if created:
            _note(instance, ACTS[type(instance)].created, after=_words(new))
        return
    was = _values(old)
    saved = set(new) if update_fields is None else set(update_fields)
    changed = [name for name in new if name in saved and was[name] != new[name]]
    if changed:
        before, after = (_words({name: row[name] for name in changed}) for row in (was, new))
        _note(instance, ACTS[type(instance)].changed, before=before, after=after)
    if isinstance(instance, User) and _password_changed(old, instance, update_fields):
        _note(instance, Action.PASSWORD_CHANGED)


@receiver(post_delete, sender=User)
@receiver(post_delete, sender=Group)
def record_deletion(instance: Any, **kwargs: Any) -> None:
    _note(instance, ACTS[type(instance)].deleted, before=_words(_values(instance)))


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def record_group_changes(
    sender: Any,
    instance: Any,
    action: str,
    reverse: bool,
    model: Any,
    pk_set: set[int] | None,
    **kwargs: Any,
) -> None:
    """Record groups and permissions given or taken, one entry for each person or group."""
    if action == "pre_clear":
        ends = {type(instance)._meta.model_name: instance.pk}
        pk_set = set(sender.objects.filter(**ends).values_list(model._meta.model_name, flat=True))
    elif action not in ("post_add", "post_remove"):
        return
    others = list(model._base_manager.filter(pk__in=pk_set or ()).order_by("pk"))
    if not others:
        return
    owners, things = (others, [instance]) if reverse else ([instance], others)
    words = f"{things[0]._meta.verbose_name_plural}: {', '.join(map(_name, things))}"
    change = {"after" if action == "post_add" else "before": words}
    for owner in owners:
        _note(owner, ACTS[type(owner)].changed, **change)


def _note(instance: Any, action: Action, *, before: str = "", after: str = "") -> None:
    actor = origin.current().username
    audit.record(actor=actor, action=action, target=str(instance), before=before, after=after)


def _is_sign_in(update_fields: Iterable[str] | None) -> bool:
    return update_fields is not None and set(update_fields) <= {"last_login"}


def _password_changed(old: User, new: User, update_fields: Iterable[str] | None) -> bool:
    """Tell a new password from the old one with a new hash, which Django stores at a sign-in."""
    hashed_anew = getattr(new, "_password", None) is None and set(update_fields or ()) == {
        "password"
    }
    return old.password != new.password and not hashed_anew


def _values(instance: Model) -> dict[str, Any]:
    names = [field.name for field in instance._meta.concrete_fields]
    return {name: getattr(instance, name) for name in names if name not in UNRECORDED_FIELDS}


def _words(values: dict[str, Any]) -> str:
    words_of = {True: "yes", False: "no", "": "empty"}
    plain = {
        name.removeprefix("is_").replace("_", " "): words_of.get(v, v) for name, v in values.items()
    }
    return "; ".join(f"{name}: {value}" for name, value in plain.items())


def _name(thing: Any) -> str:
    return thing.codename if isinstance(thing, Permission) else str(thing)
