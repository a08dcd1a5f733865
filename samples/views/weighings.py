from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.forms.answers import acknowledged
from samples.forms.weighings import WeighForm
from samples.models import Container, Discrepancy
from samples.operations import authority, weighings

from .container_page import container_page
from .pages import find, find_to_write, not_now, refusal, sentence, write_page


def container_weighings(request, pk):
    container = find(Container.objects.select_related("custodian", "mission", "location", "parent"), pk)
    shown = container.weighings.newest_first().select_related(
        "balance", "operator", "line__handoff", "supersedes", "superseded_by"
    )
    opened = Discrepancy.objects.order_by("pk")
    for_each = Prefetch("discrepancies", queryset=opened, to_attr="shown_discrepancies")
    context = container_page(request, container, "weighings") | {"weighings": shown.prefetch_related(for_each)}
    return render(request, "samples/container_weighings.html", context)


def container_weigh(request, pk):
    container = find_to_write(request, Container.objects, pk)
    if request.method != "POST" and (refused := _barred(request.user, container)):
        return not_now(request, container, refused)
    form = WeighForm(request.POST or None, container=container)

    def act():
        arguments = form.arguments() | {"acknowledged": acknowledged(request.POST)}
        return weighings.record(container=container, **arguments, by=request.user)

    def done(weighing):
        told = sentence(_("The weighing is recorded: %(record)s."))(weighing)
        return with_discrepancies(told, weighings.discrepancies_told_by([weighing]))

    return write_page(
        request,
        "samples/container_weigh.html",
        form,
        act,
        done=done,
        back=container.get_absolute_url(),
        record=container,
        book_g=container.contents_g(),
        seal=container.seal(),
    )


def _barred(user, container):
    """Why `user` does not weigh `container` now, whatever is read; empty where nothing is in the way."""
    return refusal(authority.check_works_for, user, container.custodian) or refusal(
        authority.check_not_under_way, container
    )


def with_discrepancies(told, discrepancies):
    """The sentence `told`, and after it a link to each discrepancy that the weighings opened."""
    links = [format_html('<a href="{}">{}</a>', one.get_absolute_url(), one) for one in discrepancies]
    if not links:
        return told
    opened = ngettext(
        "The net mass is not that of the samples inside, so a discrepancy is open:",
        "Not every net mass is that of the samples inside, so discrepancies are open:",
        len(links),
    )
    return format_html("{} {} {}.", told, opened, format_html_join(", ", "{}", ([link] for link in links)))
