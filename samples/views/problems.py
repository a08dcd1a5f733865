"""Refusals where JSON was asked for: a problem (RFC 9457) with the sentence that a file's reader gets as plain text."""

from functools import wraps
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"


def problem(sentence, status, headers=None, more=None):
    """The refusal `sentence`, which says what to do next, as an answer with this status; `more` is for programs."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(sentence)}
    return JsonResponse(
        told | (more or {}),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"} | (headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )


def told(view):
    """The view, whose refusal of a person is a problem and no page."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as error:
            return problem(str(error), 403)

    return answer
