from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

from samples.models import User


class SignInForm(AuthenticationForm):
    # Django's own has no such limit, and SQLite cannot look for a name of 50 kB.
    username = UsernameField(
        max_length=User._meta.get_field("username").max_length, widget=forms.TextInput(attrs={"autofocus": True})
    )
