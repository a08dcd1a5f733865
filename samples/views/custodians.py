from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.forms.custodians import CustodianAmendForm, CustodianRegisterForm
from samples.forms.search import CustodianSearch
from samples.models import Container, Custodian, Handoff, place_containers
from samples.operations import custodians
from samples.questions import asked
from samples.stages import STEPS, CustodianKind

from .pages import amend_page, find, find_to_write, history_tab, list_page, reason_form, register_page, tab, verb_page

SHOWN = 50


def custodian_list(request):
    search = CustodianSearch(request.GET, request.user)
    csv_url = reverse("export_custodians")
    return list_page(request, "samples/custodian_list.html", search, Custodian.objects.all(), csv_url=csv_url)


def custodian_register(request):
    form = CustodianRegisterForm(request.POST or None)
    return register_page(
        request, "samples/custodian_register.html", form, custodians.register, back=reverse("custodian_list")
    )


def custodian_detail(request, pk):
    custodian = find(Custodian.objects, pk)
    standing = Container.objects.live().filter(custodian=custodian, parent=None).order_by("identifier")
    context = {
        "custodian": custodian,
        # Accounts have no versions: who signs is known of now only.
        "people": None if asked() else custodian.people.filter(is_active=True).order_by("name"),
        "next_kinds": [kind.label for kind in CustodianKind if kind in STEPS[custodian.kind]],
        "containers": place_containers(list(standing[:SHOWN])),
        "open_handoffs": Handoff.objects.open().filter(to_custodian=custodian).order_by("number"),
        "tabs": _tabs(custodian, "facts"),
    }
    return render(request, "samples/custodian_detail.html", context)


def custodian_history(request, pk):
    custodian = find(Custodian.objects, pk)
    context = {"custodian": custodian, "tabs": _tabs(custodian, "history")} | history_tab(request, custodian)
    return render(request, "samples/custodian_history.html", context)


def custodian_amend(request, pk):
    custodian = find_to_write(request, Custodian.objects, pk)
    return amend_page(request, "samples/custodian_amend.html", CustodianAmendForm, custodian, custodians.amend)


def custodian_void(request, pk):
    custodian = find_to_write(request, Custodian.objects, pk)
    form = reason_form(request, custodian)
    done = _("%(record)s is void; it stays readable.")
    return verb_page(request, "samples/custodian_void.html", form, custodian, custodians.void, done=done)


def _tabs(custodian, current):
    if asked():
        return []
    return [
        tab(_("Holds"), custodian.get_absolute_url(), current == "facts"),
        tab(_("History"), reverse("custodian_history", args=[custodian.pk]), current == "history", custodian.revision),
    ]
