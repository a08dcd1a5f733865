"""Who is there: the sign-in, and choosing a new password."""

from math import ceil

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samples.models import User

_rules = lazy(lambda: " ".join(map(str, password_validators_help_texts())), str)


class SignInForm(AuthenticationForm):
    # Django's own has no such limit, and SQLite cannot look for a name of 50 kB.
    username = UsernameField(
        max_length=User._meta.get_field("username").max_length, widget=forms.TextInput(attrs={"autofocus": True})
    )

    def get_invalid_login_error(self):
        return locked_out(self.request) or super().get_invalid_login_error()


class PasswordForm(forms.Form):
    """The password one has, and twice the one to come; a wrong one counts like one at the sign-in."""

    password = forms.CharField(
        label=gettext_lazy("Password you have now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_rules(),
    )
    new_password_again = forms.CharField(
        label=gettext_lazy("New password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, request, data=None):
        self.request = request
        super().__init__(data)

    def fieldsets(self):
        return [("", list(self))]

    def clean_password(self):
        """Asked of the same door as the sign-in, which counts the wrong ones."""
        password, user = self.cleaned_data["password"], self.request.user
        if authenticate(self.request, username=user.username, password=password) != user:
            wrong = ValidationError(_("This is not your password. Type the one you signed in with."))
            raise locked_out(self.request) or wrong
        return password

    def clean_new_password_again(self):
        if self.cleaned_data["new_password_again"] != self.cleaned_data.get("new_password"):
            raise ValidationError(_("The two passwords are not the same. Type both again."))
        return self.cleaned_data["new_password_again"]


def locked_out(request):
    """The refusal of a user name that has to wait at this address, or None where it has not."""
    if not getattr(request, "axes_locked_out", False):
        return None
    [attempts] = AxesProxyHandler.get_implementation().get_user_attempts(request, request.axes_credentials)
    newest = attempts.aggregate(newest=Max("attempt_time"))["newest"] or timezone.now()
    minutes = max(1, ceil((newest + get_cool_off(request) - timezone.now()).total_seconds() / 60))
    return ValidationError(
        ngettext(
            "There were too many wrong passwords for this user name from here. Wait %(minutes)s minute and try again, "
            "or ask an administrator of the laboratory for a new password.",
            "There were too many wrong passwords for this user name from here. Wait %(minutes)s minutes and try again, "
            "or ask an administrator of the laboratory for a new password.",
            minutes,
        ),
        params={"minutes": minutes},
    )
