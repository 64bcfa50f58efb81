"""Tells the audit log where a request comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from quo_admin.audit import origin


def origin_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the request's ID as ``X-Request-ID``. An ID from the client is ignored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with origin.of_request(request) as here:
            response = get_response(request)
        response["X-Request-ID"] = here.request_id
        return response

    return middleware
