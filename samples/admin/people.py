"""People: users to add and change by operations, and the events of their accounts to read."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.history import account_change, verb_label
from samples.models import AccountEvent, User
from samples.operations import people
from samples.roles import Right, Role

from ._console import console
from ._person_forms import PersonAddForm, PersonChangeForm
from ._readonly import Part, column
from ._reset import reset_password
from ._writing import ByOperations

# As many as the History page of a record shows.
MOST_SHOWN = 200


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [*Role.choices, ("none", _("No role"))]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(groups=None)
        return queryset.filter(groups__name=self.value()) if self.value() in Role.values else queryset


@admin.register(User, site=console)
class UserAdmin(ByOperations):
    """People, added and changed by the operations on accounts; each of them leaves an AccountEvent."""

    right = Right.ADMINISTER
    list_display = ["username", "name", "role_names", "custodian", "activity", "last_sign_in"]
    list_filter = [RoleFilter, "is_active", "custodian"]
    list_select_related = ["custodian"]
    search_fields = ["username", "name", "custodian__name"]
    ordering = ["username", "pk"]

    def has_add_permission(self, request):
        return request.user.may(Right.ADMINISTER)

    def has_change_permission(self, request, obj=None):
        return request.user.may(Right.ADMINISTER)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user):
        names = {group.name for group in user.groups.all()}
        return ", ".join(str(role.label) for role in Role if role in names)

    @admin.display(description=gettext_lazy("active"), ordering="is_active")
    def activity(self, user):
        return column(User, "is_active")(user)

    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def last_sign_in(self, user):
        return column(User, "last_login")(user)

    @admin.display(description=gettext_lazy("created"))
    def created(self, user):
        return column(User, "created_at")(user)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            who, tail = ["username", "name", "password", "password_again"], ["reason"]
        else:
            who, tail = ["username", "name", "is_active", "created", "last_sign_in"], ["reason", "seen"]
        return [
            (_("Who"), {"fields": who}),
            (_("What the person may do"), {"fields": ["roles", "custodian"]}),
            (_("Why"), {"fields": tail}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["username", "created", "last_sign_in"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = PersonChangeForm if obj else PersonAddForm
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = request.refusal
        return form

    def render_change_form(self, request, context, **kwargs):
        context |= {"may_reset_password": self.has_change_permission(request)}
        return super().render_change_form(request, context, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            people.change(user=obj, **form.arguments(), by=request.user)
        else:
            people.register(**form.arguments(), by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("%(name)s may sign in as %(user)s.") % {"name": obj, "user": obj.username})
        return redirect("admin:samples_user_changelist")

    def response_change(self, request, obj):
        messages.success(request, _("The account of %(name)s is changed.") % {"name": obj})
        return redirect("admin:samples_user_changelist")

    def get_urls(self):
        reset = path(
            "<path:object_id>/reset-password/",
            self.admin_site.admin_view(self.reset_password_view),
            name="samples_user_reset_password",
        )
        return [reset, *super().get_urls()]

    def reset_password_view(self, request, object_id):
        """Give a person a one-time password, which is on the answer to this and nowhere else."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return reset_password(self, request, user)

    def history_response(self, request, user):
        events = list(user.events.order_by("-pk")[: MOST_SHOWN + 1])
        return self.render_history(request, user, _changes(events, user.events.count())[:MOST_SHOWN])


def _changes(events, newest):
    """Account events, newest first, as changes against the event before; the first is number `newest`."""
    pairs = zip(events, [*events[1:], None], strict=True)
    return [account_change(event, before, newest - age) for age, (event, before) in enumerate(pairs)]


class VerbFilter(admin.SimpleListFilter):
    title = gettext_lazy("what")
    parameter_name = "verb"

    def lookups(self, request, model_admin):
        verbs = AccountEvent.objects.order_by("verb").values_list("verb", flat=True).distinct()
        return [(verb, verb_label(verb)) for verb in verbs]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        # What is no verb of any event is not asked for: NUL is an error of one engine.
        known = self.value() in dict(self.lookup_choices)
        return queryset.filter(verb=self.value()) if known else queryset.none()


@admin.register(AccountEvent, site=console)
class AccountEventAdmin(Part):
    """Each change of an account; only ever added to."""

    right = Right.ADMINISTER
    columns = ["at", "user", "what", "actor_name", "state", "reason"]
    list_filter = [VerbFilter, "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__name", "actor_name", "reason", "state"]
    ordering = ["-at", "-pk"]

    @admin.display(description=gettext_lazy("what"), ordering="verb")
    def what(self, event):
        return verb_label(event.verb)

    def _lines(self, names):
        return super()._lines("what" if name == "verb" else name for name in names)

    def history_response(self, request, event):
        return redirect("admin:samples_user_history", event.user_id)
