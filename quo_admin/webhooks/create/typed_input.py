"""Reading what was typed into a form, valid or not."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms

from quo_admin.quo.storable_text import clean


class TypedInputForm(forms.Form):
    """A form whose page also shows what follows from the input before it is valid."""

    @classmethod
    def unchecked(cls, data: Any, **kwargs: Any) -> Self:
        """Return a form that shows what was typed so far, without errors. Files are left out."""
        bound = cls(data)
        names = [
            name
            for name, field in cls.base_fields.items()
            if not isinstance(field, forms.FileField)
        ]
        return cls(initial={name: bound[name].value() for name in names}, **kwargs)

    def typed(self, name: str) -> str:
        """Return the text in a field, valid or not, without characters we cannot store."""
        return clean(str(self[name].value() or ""))

    def typed_many(self, name: str) -> Iterable[str]:
        value = self[name].value()
        return value if isinstance(value, list | tuple | frozenset) else ()
