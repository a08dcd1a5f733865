"""A form that came when its sender was not signed in any more: what was typed waits, signed, until the sender is.

It travels inside the sign-in page, because what anybody may send must not fill the database.
"""

from django.contrib import messages
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from .sending import is_secret

SALT = "labinv.kept-form"
# In the session, from the sign-in until the page of the form is shown again.
KEPT = "kept_form"
# Of characters as they are posted; longer than any form that was filled in by hand.
LONGEST = 200_000


def typed_into(request):
    """What was posted to the page of a form, but for passwords: {path, fields}; None where nothing can be kept."""
    # Pages of the console are not among them: they bind their forms by themselves.
    methods = getattr(request.resolver_match.func, "methods", ())
    if request.method != "POST" or not {"GET", "POST"} <= set(methods):
        return None
    fields = request.POST.copy()
    for name in list(fields):
        if name == "csrfmiddlewaretoken" or is_secret(name):
            del fields[name]
    fields = fields.urlencode()
    return {"path": request.get_full_path(), "fields": fields} if 0 < len(fields) <= LONGEST else None


def sealed(form):
    """What typed_into() found, as a text for a hidden field."""
    return signing.dumps(form, salt=SALT, compress=True)


def unsealed(text):
    """What was sealed; None for a text that nobody here has sealed."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None


def give_back(request):
    """Let the page of a kept form, when it is opened next, show what was typed; nothing is done with it."""
    form = request.session.get(KEPT)
    if request.method != "GET" or not form or form["path"] != request.get_full_path():
        return
    del request.session[KEPT]
    # Views bind their forms to it; they act on a request of the method POST only.
    request.POST = QueryDict(form["fields"])
    messages.warning(
        request,
        _(
            "Nothing was saved: your sign-in had ended when you sent this form. What you typed is here again, but for "
            "passwords. Look at it and send it once more."
        ),
    )
