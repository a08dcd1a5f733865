"""Everybody's tokens, to read and to revoke; of the secrets not even the hashes are shown."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.models import Token
from samples.roles import Right

from ._console import console
from ._readonly import EMPTY, ReadOnly


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("live", _("Works")), ("ended", _("Works no more"))]

    def queryset(self, request, queryset):
        if self.value() == "live":
            return queryset.live(timezone.now())
        return queryset.ended(timezone.now()) if self.value() == "ended" else queryset


@admin.register(Token, site=console)
class TokenAdmin(ReadOnly):
    right = Right.ADMINISTER
    columns = ["name", "user", "prefix", "last_used_at", "expires_at", "revoke", "created_at", "revoked_at"]
    list_filter = [StateFilter]
    list_select_related = ["user"]
    search_fields = ["name", "prefix", "user__username", "user__name"]
    ordering = ["-created_at", "-pk"]

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self._lines(self.columns)})]

    def get_readonly_fields(self, request, obj=None):
        return self._lines(self.columns)

    @admin.display(description=gettext_lazy("revoke"), empty_value=EMPTY)
    def revoke(self, token):
        """The way to the laboratory's own form, which asks for the reason."""
        if not token.is_live(timezone.now()):
            return None
        return format_html('<a href="{}">{}</a>', reverse("token_revoke", args=[token.pk]), _("Revoke"))

    def history_response(self, request, token):
        return redirect("admin:samples_user_history", token.user_id)
