from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from samples.exports import scripts
from samples.forms.records import ReasonForm
from samples.forms.tokens import TokenMakeForm
from samples.models import Token
from samples.operations import tokens

from .pages import find, write_page

# Those that work are few, and all shown; of the others the newest.
MOST_ENDED = 50


def token_list(request):
    now = timezone.now()
    own = Token.objects.filter(user=request.user)
    context = {
        "live": own.live(now).order_by("expires_at", "pk"),
        "ended": own.ended(now).order_by("-pk")[:MOST_ENDED],
        "scripts": example(request),
    }
    return render(request, "samples/token_list.html", context)


@never_cache
def token_make(request):
    """A form whose answer shows the secret, once: reloading sends the form again, and its name is taken."""
    form = TokenMakeForm(request.POST or None)

    def show(made):
        token, secret = made
        context = {"token": token, "secret": secret, "scripts": example(request)}
        return render(request, "samples/token_made.html", context)

    return write_page(
        request,
        "samples/token_make.html",
        form,
        lambda: tokens.make(**form.arguments(), by=request.user),
        show=show,
        back=reverse("token_list"),
        # Of a second sending nothing could show the secret again; its name is taken.
        once=False,
    )


def token_revoke(request, pk):
    token = find(Token.objects.in_reach_of(request.user).select_related("user"), pk)
    form = ReasonForm(request.POST or None)
    is_own = token.user_id == request.user.pk
    back = reverse("token_list") if is_own else reverse("admin:samples_token_changelist")
    return write_page(
        request,
        "samples/token_revoke.html",
        form,
        lambda: tokens.revoke(token=token, **form.arguments(), by=request.user) and back,
        done=lambda _back: format_html(_("The token {} is revoked: nothing is read with it any more."), token),
        back=back,
        once=False,
        record=token,
        is_own=is_own,
    )


def example(request):
    """The lines for the dataset that most people come for."""
    return scripts("samples", request.build_absolute_uri(reverse("export_samples")))
