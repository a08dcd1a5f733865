"""The roles and their rights, to read: they are decided in samples/roles.py, not here."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.http import Http404
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from samples.roles import RIGHTS, Right, Role

from ._console import console
from ._rights import ByRights


@admin.register(Group, site=console)
class RoleAdmin(ByRights):
    """A role is kept as a group of Django's; what it may do is read from the table of rights alone."""

    right = Right.ADMINISTER
    list_display = ["role", "active_people", "rights"]
    fields = readonly_fields = ["role", "rights", "people_in_it"]
    ordering = ["name", "pk"]
    has_history = False
    plural = _("Roles")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(active=Count("people", filter=Q(people__is_active=True)))

    def render_change_form(self, request, context, **kwargs):
        title = {"title": _("Role"), "subtitle": self.role(context["original"])}
        return super().render_change_form(request, context | title, **kwargs)

    def history_response(self, request, record):
        raise Http404("a role has no history: it changes only with the program")

    @admin.display(description=_("role"), ordering="name")
    def role(self, group):
        return Role(group.name).label if group.name in Role.values else group.name

    @admin.display(description=_("active people"), ordering="active")
    def active_people(self, group):
        return group.active

    @admin.display(description=_("rights"))
    def rights(self, group):
        has = RIGHTS.get(group.name, set())
        return format_html_join("", "<p>{}</p>", [(right.label,) for right in Right if right in has])

    @admin.display(description=_("people in it"))
    def people_in_it(self, group):
        people = group.people.order_by("name", "pk")
        return ", ".join(person.name if person.is_active else f"{person.name} ({_('not active')})" for person in people)
