"""Live parts of a page after the session has ended."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def session_ended_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Reload the page, which leads to the sign-in page and back.

    Otherwise the sign-in page would be put into the part.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        sent_away = response.status_code == 302 and not request.user.is_authenticated
        if sent_away and "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return response

    return middleware
