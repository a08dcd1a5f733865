"""What an administrator types about a person. The operation writes; its refusals come back into the form."""

from copy import copy

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samples.forms.records import ReasonForm
from samples.history import moment_text
from samples.models import Custodian, User
from samples.operations import Refused, Superseded
from samples.operations.people import newest_event
from samples.roles import Role


class PersonForm(ReasonForm, forms.ModelForm):
    """Its instance is never saved. `refusal` is what the operation answered to these values, if it refused."""

    refusal = None

    custodian = forms.ModelChoiceField(
        Custodian.objects.none(),
        label=_("Signs for"),
        required=False,
        help_text=_("The custodian for whom a technician or curator signs handoffs."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a role a person can sign in and sees nothing."),
    )

    def __init__(self, *args, instance=None, **kwargs):
        # A copy, because validation writes what was typed into it, and the page says whom it is about.
        super().__init__(*args, instance=copy(instance), **kwargs)
        own = Q(pk=self.instance.custodian_id)
        self.fields["custodian"].queryset = Custodian.objects.filter(Q(voided_at=None) | own).order_by("name", "pk")

    def clean(self):
        super().clean()
        if isinstance(self.refusal, Refused):
            self._refuse(self.refusal.field, self.refusal.message)
        elif isinstance(self.refusal, ValidationError):
            for name, messages in getattr(self.refusal, "error_dict", {None: self.refusal.messages}).items():
                self._refuse(name, messages)
        if isinstance(self.refusal, Superseded):
            self._tell_what_happened(self.refusal)

    def _tell_what_happened(self, superseded):
        """Say what was changed meanwhile; saved once more, the form then says that its sender has seen it."""
        for event in superseded.record.events.filter(pk__gt=superseded.seen).order_by("pk"):
            what = {"who": event.actor_name, "at": moment_text(event.at), "state": event.state, "reason": event.reason}
            self._refuse(None, _("%(who)s, %(at)s: %(state)s. Reason: %(reason)s") % what)
        self._refuse(None, _("Save once more if it is to be as it stands here."))
        self.data = self.data.copy()
        self.data["seen"] = newest_event(superseded.record)

    def _refuse(self, name, messages):
        self.add_error(name if name in self.fields else None, messages)

    def save(self, commit=True):
        raise NotImplementedError("an operation writes the person")


class PersonAddForm(PersonForm):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    password_again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["username", "name", "custodian"]
        # A browser must not offer the administrator's own.
        widgets = {"username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})}

    def clean_username(self):
        """Said here for the place it is said at: the rule is a constraint, and belongs to no single field."""
        if User.objects.filter(username__iexact=self.cleaned_data["username"]).exists():
            raise ValidationError(_("Another user has this user name."))
        return self.cleaned_data["username"]

    def clean_password_again(self):
        if self.cleaned_data["password_again"] != self.cleaned_data.get("password"):
            raise ValidationError(_("The two passwords are not the same. Type both again."))
        return self.cleaned_data["password_again"]

    def arguments(self):
        return {name: value for name, value in super().arguments().items() if name != "password_again"}


class PersonChangeForm(PersonForm):
    class Meta:
        model = User
        fields = ["name", "custodian", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roles"].initial = self.instance.roles
        self.fields["seen"].initial = newest_event(self.instance)

    def arguments(self):
        return super().arguments() | {"seen": self.cleaned_data["seen"] or 0}
