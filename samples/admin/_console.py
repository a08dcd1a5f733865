"""The site of the console: who may enter, and the pages of Django's own that it does without."""

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from samples.roles import Right

# The models of people; all others are records.
PEOPLE = ["User", "Group", "AccountEvent", "Token", "AccessLog", "AccessFailureLog"]


class Console(AdminSite):
    site_header = site_title = gettext_lazy("labinv · admin console")
    index_title = gettext_lazy("What is kept here")
    site_url = "/"
    empty_value_display = "–"

    def has_permission(self, request):
        """Whether somebody is signed in; raises PermissionDenied for a person without the right.

        Answering False would send that person to a sign-in page, which sends a signed-in person back.
        """
        if request.user.is_authenticated and not request.user.may(Right.SEE_CONSOLE):
            raise PermissionDenied(_("The admin console is for administrators and curators. Nothing was changed."))
        return request.user.is_authenticated

    @method_decorator([never_cache, login_not_required])
    def login(self, request, extra_context=None):
        """Send whoever comes here to the one sign-in page there is."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request, extra_context=None):
        """Not offered: there is one page for it, the laboratory's."""
        raise Http404

    password_change_done = password_change

    def autocomplete_view(self, request):
        """Not offered: no field here is filled in by it."""
        raise Http404

    def get_app_list(self, request, app_label=None):
        """People, for those who keep them, and records; each in the order in which it is registered."""
        shown = {entry["object_name"]: entry for app in super().get_app_list(request) for entry in app["models"]}
        for entry in shown.values():
            entry["name"] = self._registry[entry["model"]].plural
        records = [model.__name__ for model in self._registry if model.__name__ not in PEOPLE]
        groups = [("people", _("People"), PEOPLE), ("records", _("Records"), records)]
        return [
            {
                "name": name,
                "app_label": label,
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": [shown[model] for model in models if model in shown],
            }
            for label, name, models in groups
            if not shown.keys().isdisjoint(models)
        ]

    def app_index(self, request, app_label, extra_context=None):
        return redirect("admin:index")


console = Console()
