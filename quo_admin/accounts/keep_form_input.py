"""Keeps the input of a form when the session ended while somebody was typing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from quo_admin.accounts.forms import SignInForm

View = Callable[..., HttpResponse]
NOT_TYPED = {"csrfmiddlewaretoken", "login", "password", "remember", "preview"}


def login_required_keeping_input(view: View) -> View:
    """Ask to sign in as ``login_required`` does, but keep a form that was posted.

    The sign-in page keeps the input in hidden fields. After the password, the view gets it back
    with ``preview``, so it shows the form again and does nothing: the user presses the button
    again.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method != "POST":
                return redirect_to_login(request.get_full_path())
            form = SignInForm(request.POST if "password" in request.POST else None, request=request)
            if form.is_bound and form.is_valid():
                form.login(request)
            if not request.user.is_authenticated:
                return _ask(request, form)
            request.POST = request.POST.copy()
            request.POST["preview"] = "signed-in-again"
        return view(request, *args, **kwargs)

    return sensitive_post_parameters("password")(wrapped)


def _ask(request: HttpRequest, form: SignInForm) -> HttpResponse:
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]
    context = {"form": form, "typed": typed}
    return render(request, "accounts/sign_in_again.html", context, status=403)
