"""A form that came when its sender was not signed in any more: what was typed waits, signed, until the sender is.

It travels inside the sign-in page, because what anybody may send must not fill the database.
"""

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from .sending import SENDER, is_secret

SALT = "labinv.kept-form"
# In the session, from the sign-in until the page of the form is shown again.
KEPT = "kept_form"
# Of characters as they are posted; longer than any form that was filled in by hand.
LONGEST = 200_000


def typed_into(request):
    """What was posted to the page of a form, but for passwords and files; None where nothing can be kept.

    {path, fields, sender: who opened the form, has_files}.
    """
    # Pages of the console are not among them: they bind their forms by themselves.
    methods = getattr(request.resolver_match.func, "methods", ())
    if request.method != "POST" or not {"GET", "POST"} <= set(methods):
        return None
    fields = request.POST.copy()
    [sender] = fields.pop(SENDER, [""])[-1:]
    for name in list(fields):
        if name == "csrfmiddlewaretoken" or is_secret(name):
            del fields[name]
    fields = fields.urlencode()
    if not sender or not fields or len(sender + fields) > LONGEST:
        return None
    return {"path": request.get_full_path(), "fields": fields, "sender": sender, "has_files": bool(request.FILES)}


def sealed(form):
    """What typed_into() found, as a text for a hidden field."""
    return signing.dumps(form, salt=SALT, compress=True)


def unsealed(text):
    """What was sealed; None for a text that nobody here has sealed, or longer ago than a sign-in lasts."""
    try:
        return signing.loads(text, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None


def way_to(request, form):
    """Where a kept form is shown again to the person who opened it; somebody else is told, and led elsewhere."""
    # A form that was sealed before senders were named has none, and is nobody's.
    if form.get("sender") != str(request.user.pk):
        messages.warning(
            request,
            _(
                "A form of somebody else, sent from this browser after their sign-in had ended, was not saved and is "
                "not shown to you. They have to fill it in again."
            ),
        )
        return reverse("overview")
    request.session[KEPT] = form
    return form["path"]


def give_back(request):
    """Let the page of a kept form, when it is opened next, show what was typed; nothing is done with it."""
    form = request.session.get(KEPT)
    if request.method != "GET" or not form or form["path"] != request.get_full_path():
        return
    del request.session[KEPT]
    # Views bind their forms to it; they act on a request of the method POST only.
    request.POST = QueryDict(form["fields"])
    if form.get("has_files"):
        here = _("What you typed is here again, but for passwords and files: choose the files again.")
    else:
        here = _("What you typed is here again, but for passwords.")
    said = _(
        "Nothing was saved: your sign-in had ended when you sent this form. %(here)s Look at it and send it once more."
    )
    messages.warning(request, said % {"here": here})
