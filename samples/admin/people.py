"""People: users to add and change by operations, and the events of their accounts to read."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.history import Change
from samples.models import AccountEvent, User
from samples.operations import Refused, Superseded, people
from samples.roles import Right, Role

from ._console import console
from ._person_forms import PersonAddForm, PersonChangeForm
from ._readonly import Part, column
from ._reset import reset_password
from ._rights import SAFE_METHODS, ByRights

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
class UserAdmin(ByRights):
    """Each save is one operation; what it refuses comes back in the form, with all that was typed."""

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
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form; a refused operation has undone all it did, and the form is shown once more with its answer."""
        if "_saveasnew" in request.POST:
            # Django would take the change form for one to add somebody with.
            raise PermissionDenied
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        extra_context = buttons | (extra_context or {})
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, ValidationError) as error:
            request.refusal = error
            response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method not in SAFE_METHODS and response.status_code == 200:
            response.status_code = 409 if isinstance(getattr(request, "refusal", None), Superseded) else 422
        return response

    def render_change_form(self, request, context, **kwargs):
        context |= {"may_reset_password": self.has_change_permission(request)}
        return super().render_change_form(request, context, **kwargs)

    def save_form(self, request, form, change):
        # A ModelForm's save() is never called: the operation writes.
        return form.instance

    def save_model(self, request, obj, form, change):
        if change:
            people.change(user=obj, **form.arguments(), by=request.user)
        else:
            people.register(**form.arguments(), by=request.user)

    def save_related(self, request, form, formsets, change):
        """Nothing: the operation has written the roles."""

    def construct_change_message(self, request, form, formsets, add=False):
        return []

    def log_addition(self, request, obj, message):
        """Nothing: the operation has written an AccountEvent."""

    log_change = log_addition

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
    changes = []
    for age, (event, before) in enumerate(zip(events, [*events[1:], None], strict=True)):
        state = (_("Account"), before.state if before else None, event.state)
        changes.append(
            Change(
                at=event.at,
                who=event.actor_name,
                verb=event.verb,
                reason=event.reason,
                operation_id=f"op-{str(event.operation_id)[:8]}",
                revision=newest - age,
                fields=[state],
            )
        )
    return changes


@admin.register(AccountEvent, site=console)
class AccountEventAdmin(Part):
    """Each change of an account; only ever added to."""

    columns = ["at", "user", "verb", "actor_name", "state", "reason"]
    list_filter = ["verb", "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__name", "actor_name", "reason", "state"]
    ordering = ["-at", "-pk"]

    def history_response(self, request, event):
        return redirect("admin:samples_user_history", event.user_id)
