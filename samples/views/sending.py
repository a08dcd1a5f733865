"""What each form carries and each sending of it is known by, so that a form sent twice is saved once."""

import hashlib
import json
from uuid import UUID

from samples.operations.submissions import Sending

TOKEN = "submission"
# The pk of the person who opened the form.
SENDER = "sender"
# By the way back in a browser the same form is loaded anew: of the record as it is after the first sending.
_NOT_TYPED = {"csrfmiddlewaretoken", TOKEN, SENDER, "seen", "opened"}


def token_of(request):
    """The token that came with the form; None where there is none, or one that no page gave out."""
    try:
        return UUID(request.POST.get(TOKEN, ""))
    except ValueError:
        return None


def is_secret(name):
    """Whether what is typed into this field is kept nowhere, nor anything it could be guessed by."""
    return "password" in name.lower()


def sending_of(request, token):
    """This sending of the form; what is typed on another page is another thing, though it reads the same."""
    answers = request.POST.lists()
    typed = sorted((name, values) for name, values in answers if name not in _NOT_TYPED and not is_secret(name))
    digest = hashlib.sha256(json.dumps([request.path, typed]).encode()).hexdigest()
    return Sending(token, digest, request.user)
