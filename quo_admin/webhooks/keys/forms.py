"""The forms for pasted secrets. The input is passed on and not stored."""

import base64
import binascii
import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from quo_admin.webhooks.keys.delivery import Delivery
from quo_admin.webhooks.keys.reading import read

LONGEST_KEY = 500  # characters; a key has 44
LONGEST_HEADER = 64 * 1024  # characters; a signature has some 65, and all headers may be pasted
LARGEST_BODY = 1024 * 1024  # bytes; our limit, a message has some thousand
# 32 bytes in base64, or a key of the newer system: a header is never just that
A_KEY = re.compile(r"\s*(?:whsec_\S*|[A-Za-z0-9+/_-]{43}=?)\s*")
NOTHING_PASTED = "Paste a key or a fingerprint."
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class WriteOnlyTextInput(forms.TextInput):
    """A text field that is empty when the form is shown again."""

    def format_value(self, value: Any) -> None:
        return None


class KeyForm(forms.Form):
    """A key or a fingerprint. No page shows it again."""

    pasted = forms.CharField(
        label="Key or fingerprint",
        strip=False,  # white space around a key is reported to the user
        max_length=LONGEST_KEY,
        widget=WriteOnlyTextInput(attrs=PLAIN | {"placeholder": "Paste a key or a fingerprint"}),
        error_messages={
            "required": NOTHING_PASTED,
            "max_length": "This is too long for a key. Paste only the key.",
        },
    )

    def clean_pasted(self) -> str:
        pasted: str = self.cleaned_data["pasted"]
        if not pasted.strip():
            raise ValidationError(NOTHING_PASTED)
        return pasted


class DeliveryForm(forms.Form):
    """A delivery's header and body, as text or as a file."""

    header = forms.CharField(
        label="Header",
        help_text="The openphone-signature header, or all headers. Leave empty if the body has it.",
        max_length=LONGEST_HEADER,
        required=False,  # a missing header is a result too
        widget=forms.TextInput(attrs=PLAIN | {"placeholder": "hmac;1;1790847016000;…"}),
    )
    body = forms.CharField(
        label="Body",
        help_text=(
            "The exact request body, or the whole delivery as a tool shows it: an HTTP request, a "
            "curl command, JSON or log lines."
        ),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs=PLAIN | {"rows": 8}),
    )
    file = forms.FileField(
        label="Body as a file",
        help_text="A file keeps the exact bytes.",
        required=False,
        allow_empty_file=True,
    )
    received_at = forms.DateTimeField(
        label="Received at",
        help_text="In UTC. Leave empty for now.",
        required=False,
        widget=forms.TextInput(attrs=PLAIN | {"placeholder": "2026-10-01 09:30:15"}),
        error_messages={
            "invalid": "Enter a date and time, such as 2026-10-01 09:30:15 or 2026-10-01T09:30:15Z."
        },
    )
    # The bytes of a file, so that it need not be chosen again
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_header(self) -> str:
        header: str = self.cleaned_data["header"]
        if A_KEY.fullmatch(header):
            typed = cast("QueryDict", self.data)
            self.data = {**typed.dict(), "header": ""}
            raise ValidationError(
                "This is a key, not a header. It was removed from this page. "
                "To find its webhook, use “Check a key”."
            )
        return header

    def clean_file(self) -> bytes | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        if (file.size or 0) > LARGEST_BODY:
            raise ValidationError("The file is larger than 1 MB. Deliveries are smaller.")
        given: bytes = file.read()
        return given

    def clean_kept(self) -> bytes | None:
        try:
            return base64.b64decode(self.cleaned_data["kept"], validate=True) or None
        except (binascii.Error, ValueError):
            return None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if len(data.get("body") or "") > LARGEST_BODY:
            self.add_error("body", "The body is larger than 1 MB. Deliveries are smaller.")
        if not self.errors and not self._read().bodies:
            self.add_error("body", "Paste the body, or choose a file.")
        return data

    def to_delivery(self) -> Delivery:
        """Return the delivery. A file takes precedence over the text field. Call only after
        is_valid().
        """
        return self._read()

    def _read(self) -> Delivery:
        received: datetime | None = self.cleaned_data["received_at"]
        file = self._file()
        return read(
            self.cleaned_data["header"],
            self.cleaned_data["body"] if file is None else file,
            received_ms=int(received.timestamp() * 1000) if received else None,
        )

    @property
    def kept_file(self) -> str:
        """The bytes of a file in base64, for the page that asks again; else ""."""
        file = self._file() if self.is_valid() else None
        return base64.b64encode(file).decode() if file else ""

    def _file(self) -> bytes | None:
        """Return the bytes of a file: of this request, or of an earlier one if nothing was typed
        since.
        """
        given: bytes | None = self.cleaned_data.get("file")
        if given is None and not self.cleaned_data.get("body"):
            given = self.cleaned_data.get("kept")
        return given
