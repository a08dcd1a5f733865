"""A side of a handoff is signed: with the own password, each time, and in words that say what it means."""

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.operations import signatures

from .answers import acknowledged
from .records import ReasonForm
from .session import locked_out


class SideForm(ReasonForm):
    """One side of a handoff; `custodian` signs it, or somebody enters it on behalf of `custodian`.

    What is typed as the password is asked of the door of the sign-in, which counts the wrong ones, and is
    kept nowhere: `confirmed` is what remains of it.
    """

    on_behalf_of = forms.CharField(
        label=gettext_lazy("On behalf of"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The person who acted, where the custodian has nobody here who signs."),
    )
    on_behalf_document = forms.CharField(label=gettext_lazy("Document that says so"), max_length=200, required=False)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Sign with your password.")},
    )

    # The Signature.Meaning of what is signed.
    meaning = None
    confirmed = None

    def __init__(self, *args, request, custodian=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.custodian = custodian
        self.fields["password"].help_text = _("You sign as %(name)s. Signing means: “%(meaning)s”.") % {
            "name": request.user.name,
            "meaning": self.meaning.label,
        }
        if custodian is not None:
            self._ask_on_behalf(custodian)

    def _ask_on_behalf(self, custodian):
        names = ("on_behalf_of", "on_behalf_document")
        if not custodian.is_staffed():
            for name in names:
                self.fields[name].required = True
        # What was typed before the containers were known goes to the operation, which says why it is not taken.
        elif not any(self.data.get(name) for name in names):
            for name in names:
                del self.fields[name]

    def apart(self):
        """The names of the fields that the page shows at a place of their own."""
        return {"password"}

    def _order_as_on_the_page(self, *checked, after=0):
        """So that the faults above the form stand in the order of the page: `checked` after so many groups."""
        names = [name for _legend, group in self.groups[:after] for name in group]
        names += [*checked, *(name for _legend, group in self.groups[after:] for name in group), "outcome", "password"]
        self.order_fields(names)

    def fieldsets(self):
        apart = self.apart()
        for legend, fields in super().fieldsets():
            if fields := [field for field in fields if field.name not in apart]:
                yield legend, fields

    def clean_password(self):
        user = self.request.user
        try:
            self.confirmed = signatures.confirm(user, self.cleaned_data["password"], ask=self._ask)
        except signatures.WrongPassword as error:
            raise locked_out(self.request) or ValidationError(error.message) from error
        return ""

    def _ask(self, password):
        user = self.request.user
        return authenticate(self.request, username=user.username, password=password) == user

    def arguments(self):
        arguments = super().arguments()
        del arguments["password"]
        return arguments | {"confirmed": self.confirmed, "acknowledged": acknowledged(self.data)}
