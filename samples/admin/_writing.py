"""Pages that change something: each save is one operation, and what it refuses comes back with all that was typed."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from samples.forms.answers import answer, status_of
from samples.operations import Refused

from ._readonly import Record
from ._rights import SAFE_METHODS, ByRights


class ByOperations(ByRights):
    """A page whose form is sent to one operation; `request.refusal` is what that answered, if it refused."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form; a refused operation has undone all it did, and the form is shown once more with its answer."""
        if "_saveasnew" in request.POST:
            # Django would take the change form for one to add somebody or something with.
            raise PermissionDenied
        request.refusal = None
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        extra_context = buttons | (extra_context or {})
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, ValidationError) as error:
            request.refusal = error
            response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method not in SAFE_METHODS and response.status_code == 200:
            response.status_code = status_of(request.refusal)
        return response

    def save_form(self, request, form, change):
        # A ModelForm's save() is never called: the operation writes.
        return form.instance

    def save_related(self, request, form, formsets, change):
        """Nothing: the operation has written all of it."""

    def construct_change_message(self, request, form, formsets, add=False):
        return []

    def log_addition(self, request, obj, message):
        """Nothing: the operation has left the history, and there is no second one."""

    log_change = log_addition


class Answered:
    """A form of the laboratory in the console; it is not valid any more once an operation has refused it."""

    refusal = None

    def __init__(self, *args, instance=None, **kwargs):
        # A copy, because validation writes what was typed into it, and the page says what it is about.
        super().__init__(*args, instance=copy(instance), **kwargs)
        self.shown_above = {}
        if instance is not None:
            self.fields["seen"].initial = instance.revision

    def is_valid(self):
        is_valid = super().is_valid()
        if self.refusal is not None:
            self.shown_above = answer(self, self.refusal)
        return is_valid and self.refusal is None


class Amendable(ByOperations, Record):
    """A record that is registered and amended here too, with the forms and by the operations of the laboratory."""

    # The module of samples/operations, and the forms for its `register` and `amend`.
    operations = None
    register_form = amend_form = None

    @property
    def add_label(self):
        return _("Register %(record)s") % {"record": self.opts.verbose_name}

    def has_add_permission(self, request):
        return request.user.may(self.operations.register.right)

    def has_change_permission(self, request, record=None):
        is_void = record is not None and record.is_void
        return request.user.may(self.operations.amend.right) and not is_void

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if request.method not in SAFE_METHODS and record is not None and record.is_void:
            # Its form was opened before it was withdrawn, so that to blame the person's role would be wrong.
            raise PermissionDenied(_("%(record)s is void: it can be read, not changed.") % {"record": record})
        return record

    def get_form(self, request, obj=None, change=False, **kwargs):
        if change and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, **kwargs)
        form = self.amend_form if change else self.register_form
        return type(form.__name__, (Answered, form), {"refusal": request.refusal})

    def get_fieldsets(self, request, obj=None):
        """What stands beside the form, to read: nothing beside one that registers."""
        return super().get_fieldsets(request, obj) if obj else []

    def typed(self, request, record):
        return self.model.AMENDABLE if self.has_change_permission(request, record) else []

    def extra_arguments(self, request, change):
        """What the operations are told beside what is in the form."""
        return {}

    def save_model(self, request, obj, form, change):
        extra = self.extra_arguments(request, change) | {"by": request.user}
        if change:
            request.written = self.operations.amend(
                **{self.opts.model_name: obj},
                changes=form.changes(),
                seen=form.cleaned_data["seen"] or 0,
                reason=form.cleaned_data["reason"],
                **extra,
            )
        else:
            request.written = self.operations.register(**form.arguments(), **extra)

    def response_add(self, request, obj, post_url_continue=None):
        return self._done(request, _("{} is registered."))

    def response_change(self, request, obj):
        return self._done(request, _("{} is amended."))

    def _done(self, request, sentence):
        address = reverse(f"admin:samples_{self.opts.model_name}_change", args=[request.written.pk])
        link = format_html('<a href="{}">{}</a>', address, request.written)
        messages.success(request, format_html(sentence, link))
        return redirect(f"admin:samples_{self.opts.model_name}_changelist")

    def render_change_form(self, request, context, **kwargs):
        """The read-only detail, or the form as it looks in the laboratory."""
        form = context["adminform"].form
        if not isinstance(form, Answered):
            return super().render_change_form(request, context, **kwargs)
        amend_label = _("Amend %(record)s") % {"record": self.opts.verbose_name}
        context |= form.shown_above | {
            "title": amend_label if context["original"] else self.add_label,
            "form": form,
            "fieldsets": list(form.fieldsets()),
        }
        response = super().render_change_form(request, context, **kwargs)
        # Chosen here, because the template of the class would be that of the detail too.
        response.template_name = "admin/record_form.html"
        return response
