from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.exports import DATASETS, scripts
from samples.forms import search
from samples.models import Container, Custodian, Handoff, Location, Mission, Sample
from samples.questions import KINDS, asked
from samples.roles import Right

# What researchers may have, and the reference lists for everybody else.
PUBLIC = ("samples", "containers", "handoffs", "missions")


def data(request):
    names = DATASETS if request.user.may(Right.SEE_ALL) else PUBLIC
    datasets = [
        {
            "name": name,
            "file": _file_name(name),
            "url": reverse(f"export_{name}"),
            "columns": DATASETS[name].columns_for(request.user),
            "scripts": scripts(name, request.build_absolute_uri(reverse(f"export_{name}"))),
        }
        for name in names
    ]
    return render(request, "samples/data.html", {"datasets": datasets})


def _file_name(name):
    when = question.slug if (question := asked()) else timezone.localdate().isoformat()
    return f"labinv-{name}-{when}.csv"


def export_samples(request):
    return _export(request, "samples", search.SampleSearch, Sample.objects.visible_to(request.user))


def export_containers(request):
    return _export(
        request, "containers", search.ContainerSearch, Container.objects.visible_to(request.user).with_seal()
    )


def export_handoffs(request):
    return _export(request, "handoffs", search.HandoffSearch, Handoff.objects.visible_to(request.user))


def export_missions(request):
    return _export(request, "missions", search.MissionSearch, Mission.objects.visible_to(request.user))


def export_custodians(request):
    return _export(request, "custodians", search.CustodianSearch, Custodian.objects.all())


def export_locations(request):
    return _export(request, "locations", search.LocationSearch, Location.objects.all())


def _place(field):
    # What is wrong with no field in particular is the order asked for.
    return "sort" if field == NON_FIELD_ERRORS else field


def _export(request, name, search_form, queryset):
    """Stream the rows that the list's own filters let through, in the list's order."""
    question = search_form(request.GET, request.user)
    unknown = [key for key in request.GET if key not in (*question.fields, "sort", *KINDS)]
    if unknown or not question.is_valid():
        faults = [f"{key}: {_('there is no such filter')}" for key in unknown]
        faults += [f"{_place(field)}: {' '.join(errors)}" for field, errors in question.errors.items()]
        return HttpResponse("\n".join(faults) + "\n", status=400, content_type="text/plain; charset=utf-8")
    rows = DATASETS[name].rows(question.ordered(question.filter(queryset)), request.user)
    if then := asked():
        # The rows are read while they are sent, when this view has returned.
        rows = past.within(then, rows)
    return StreamingHttpResponse(
        rows,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(name)}"', "Cache-Control": "no-store"},
    )
