"""What each form carries and each sending of it is known by, so that a form sent twice is saved once."""

import hashlib
import json
from uuid import UUID

from samples.operations.submissions import Sending

TOKEN = "submission"
_NOT_TYPED = {"csrfmiddlewaretoken", TOKEN}


def token_of(request):
    """The token that came with the form; None where there is none, or one that no page gave out."""
    try:
        return UUID(request.POST.get(TOKEN, ""))
    except ValueError:
        return None


def sending_of(request, token):
    """This sending of the form; what is typed on another page is another thing, though it reads the same."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED)
    digest = hashlib.sha256(json.dumps([request.path, typed]).encode()).hexdigest()
    return Sending(token, digest, request.user)
