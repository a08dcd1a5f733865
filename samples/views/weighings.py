from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.translation import gettext as _

from samples.forms.answers import acknowledged
from samples.forms.weighings import WeighForm
from samples.models import Container, Discrepancy
from samples.operations import weighings

from .container_page import container_page
from .pages import find, find_to_write, sentence, write_page


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
    form = WeighForm(request.POST or None)

    def act():
        arguments = form.arguments() | {"acknowledged": acknowledged(request.POST)}
        return weighings.record(container=container, **arguments, by=request.user)

    return write_page(
        request,
        "samples/container_weigh.html",
        form,
        act,
        done=sentence(_("The weighing is recorded: %(record)s.")),
        back=container.get_absolute_url(),
        record=container,
    )
