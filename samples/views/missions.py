from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.forms.missions import MissionAmendForm, MissionRegisterForm
from samples.forms.search import MissionSearch
from samples.models import MassBalance, Mission
from samples.operations import missions
from samples.questions import address, asked
from samples.templatetags.charts import Part

from .mass_balance import sheet
from .pages import amend_page, find, find_to_write, history_tab, list_page, reason_form, register_page, tab, verb_page


def mission_list(request):
    search = MissionSearch(request.GET, request.user)
    queryset = Mission.objects.visible_to(request.user)
    return list_page(request, "samples/mission_list.html", search, queryset, csv_url=reverse("export_missions"))


def mission_register(request):
    form = MissionRegisterForm(request.POST or None)
    return register_page(
        request, "samples/mission_register.html", form, missions.register, back=reverse("mission_list")
    )


def mission_detail(request, pk):
    mission = find(Mission.objects.visible_to(request.user), pk)
    context = {"mission": mission, "tabs": _tabs(request, mission, "facts")}
    if request.user.sees_all:
        context |= budget(mission)
    return render(request, "samples/mission_detail.html", context)


def mission_balance(request, pk):
    mission = find(Mission.objects, pk)
    shown = {"mission": mission, "tabs": _tabs(request, mission, "balance")} | budget(mission)
    question = {"mission": mission.code} | ({"show": "all"} if mission.is_void else {})
    shown |= {"csv_url": address("export_mass_balance", **question)}
    return render(request, "samples/mission_balance.html", shown | sheet(shown["balance"]))


def mission_history(request, pk):
    mission = find(Mission.objects, pk)
    context = {"mission": mission, "tabs": _tabs(request, mission, "history")} | budget(mission)
    return render(request, "samples/mission_history.html", context | history_tab(request, mission))


def mission_amend(request, pk):
    mission = find_to_write(request, Mission.objects, pk)
    return amend_page(request, "samples/mission_amend.html", MissionAmendForm, mission, missions.amend)


def mission_void(request, pk):
    mission = find_to_write(request, Mission.objects, pk)
    form = reason_form(request, mission)
    done = _("%(record)s is void; it stays readable.")
    return verb_page(request, "samples/mission_void.html", form, mission, missions.void, done=done)


def budget(mission):
    """The mass budget of a mission as the parts of two bars."""
    balance = MassBalance(mission)
    came_g = balance.accessioned_by_origin_g
    none_g = Decimal("0.000000")
    return {
        "balance": balance,
        "accession_parts": [
            Part("drill", _("Drill"), came_g.get("drill", none_g)),
            Part("scoop", _("Scoop"), came_g.get("scoop", none_g)),
            Part("free", _("Free"), balance.free_g),
        ],
        "present_parts": [
            Part("held", _("Held"), balance.held_g),
            Part("consumed", _("Consumed"), balance.consumed_g),
            Part("lost", _("Lost"), balance.lost_g),
        ],
    }


def _tabs(request, mission, current):
    if not request.user.sees_all:
        return []
    tabs = [
        tab(_("Facts"), mission.get_absolute_url(), current == "facts"),
        tab(_("Mass balance"), address("mission_balance", mission.pk), current == "balance"),
    ]
    if not asked():
        url = reverse("mission_history", args=[mission.pk])
        tabs.append(tab(_("History"), url, current == "history", mission.revision))
    return tabs
