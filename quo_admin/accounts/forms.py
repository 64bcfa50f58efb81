"""allauth's forms with our labels. Named in ACCOUNT_FORMS."""

from typing import Any

from allauth.account import forms


class SignInForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "autofocus": True}
        _without_placeholders(self)


class ConfirmForm(forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True
        _without_placeholders(self)


class PasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        self.fields["password1"].label = "New password"
        self.fields[
            "password1"
        ].help_text = "At least 12 characters. Not a common password, and not similar to your name."
        self.fields["password2"].label = "New password, again"
        _without_placeholders(self)


def _without_placeholders(form: Any) -> None:
    """Remove placeholders, which repeat the label and vanish at the first letter."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
