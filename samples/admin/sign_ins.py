"""Sign-ins and refused ones, to read; django-axes writes them."""

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from samples.roles import Right

from ._console import console
from ._readonly import ReadOnly


class Attempt(ReadOnly):
    """One attempt to sign in. Nothing about it ever changes but the moment of the sign-out."""

    right = Right.ADMINISTER
    has_history = False
    search_fields = ["username", "ip_address"]
    ordering = ["-attempt_time", "-pk"]

    def get_fieldsets(self, request, obj=None):
        """Not every field: a digest of the session's key is of no use to a reader."""
        return [(None, {"fields": self._lines([*self.columns, "user_agent"])})]

    def render_change_form(self, request, context, **kwargs):
        title = {"title": self.singular, "subtitle": context["original"].username}
        return super().render_change_form(request, context | title, **kwargs)

    def history_response(self, request, record):
        raise Http404("an attempt has no history: it is one moment")


@admin.register(AccessLog, site=console)
class SignInAdmin(Attempt):
    columns = ["attempt_time", "username", "ip_address", "logout_time"]
    list_filter = ["attempt_time"]
    singular, plural = _("Sign-in"), _("Sign-ins")


@admin.register(AccessFailureLog, site=console)
class RefusedSignInAdmin(Attempt):
    columns = ["attempt_time", "username", "ip_address", "locked_out", "path_info"]
    list_filter = ["locked_out", "attempt_time"]
    singular, plural = _("Refused sign-in"), _("Refused sign-ins")
