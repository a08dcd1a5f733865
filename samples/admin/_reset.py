"""A one-time password for somebody who forgot the own one: shown once, to whoever made it."""

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from samples.forms.records import ReasonForm
from samples.operations import Refused, people


def reset_password(page, request, user):
    """The question for the reason, and then the page with the password; `page` is the ModelAdmin of users."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    password, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                password = _reset(user, form.cleaned_data["reason"], request.user)
                status = 200
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            except ValidationError as error:
                form.add_error(None, error)
    context = page.admin_site.each_context(request) | {
        "title": _("New password for %(name)s") % {"name": user},
        "opts": page.opts,
        "plural": page.plural,
        "record": user,
        "form": form,
        "password": password,
    }
    return never_cache(render)(request, "admin/reset_password.html", context, status=status)


def _reset(user, reason, by):
    password = people.one_time_password()
    people.reset_password(user=user, password=password, by=by, reason=reason)
    return password
