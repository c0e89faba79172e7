"""What a form was sent, if it was."""

from django.http import HttpRequest, QueryDict


def sent(request: HttpRequest) -> QueryDict | None:
    """The data of a POST, be it empty; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None
