from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.forms.answers import acknowledged
from samples.forms.locations import LocationAmendForm, LocationRegisterForm
from samples.forms.search import LocationSearch
from samples.models import Location, location_names, place_containers
from samples.operations import locations
from samples.questions import asked

from .pages import amend_page, find, find_to_write, history_tab, list_page, reason_form, register_page, tab, verb_page

SHOWN = 50


def location_list(request):
    search = LocationSearch(request.GET, request.user)
    queryset = Location.objects.select_related("custodian")
    csv_url = reverse("export_locations")
    return list_page(request, "samples/location_list.html", search, queryset, csv_url=csv_url, complete=_name)


def location_register(request):
    form = LocationRegisterForm(request.POST or None, initial={"parent": request.GET.get("parent")})
    return register_page(
        request, "samples/location_register.html", form, locations.register, back=reverse("location_list")
    )


def location_detail(request, pk):
    location = find(Location.objects.select_related("custodian"), pk)
    standing = location.containers.live().select_related("custodian").order_by("identifier")
    context = {
        "location": location,
        "path": location.path(),
        "children": location.children.live().order_by("name"),
        "containers": place_containers(list(standing[:SHOWN])),
        "tabs": _tabs(location, "facts"),
    }
    return render(request, "samples/location_detail.html", context)


def location_history(request, pk):
    location = find(Location.objects, pk)
    context = {
        "location": location,
        "path": location.path(),
        "tabs": _tabs(location, "history"),
    }
    context |= history_tab(request, location)
    return render(request, "samples/location_history.html", context)


def location_amend(request, pk):
    location = find_to_write(request, Location.objects, pk)
    meant = acknowledged(request.POST)
    template = "samples/location_amend.html"
    return amend_page(request, template, LocationAmendForm, location, locations.amend, acknowledged=meant)


def location_void(request, pk):
    location = find_to_write(request, Location.objects, pk)
    form = reason_form(request, location)
    done = _("%(record)s is void; it stays readable.")
    return verb_page(request, "samples/location_void.html", form, location, locations.void, done=done)


def _name(locations_on_page):
    names = location_names([location.pk for location in locations_on_page])
    for location in locations_on_page:
        location.place = names[location.pk]


def _tabs(location, current):
    if asked():
        return []
    return [
        tab(_("Holds"), location.get_absolute_url(), current == "facts"),
        tab(_("History"), reverse("location_history", args=[location.pk]), current == "history", location.revision),
    ]
