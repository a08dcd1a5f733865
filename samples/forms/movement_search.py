"""The questions put to the mass ledger and to weighings; page and CSV share them."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samples.models import Balance, MassMovement, Sample, Weighing

from .fields import DayField, beginning_of
from .search import MissionFilter, SearchForm, choice, record

CAME_IN, WENT_OUT, WITHIN = "in", "out", "within"


class MovementSearch(SearchForm):
    """Movements by mission, kind, direction, origin, sample and the days on which they happened."""

    sorts = {"happened": "happened_at", "kind": "kind", "mass": "mass_g"}
    default_sort = "-happened"
    searched = ["from_sample__identifier", "to_sample__identifier", "reason"]
    placeholder = _("Sample, words of the reason")

    mission = MissionFilter()
    kind = choice(_("Kind"), MassMovement.Kind.choices)
    way = choice(
        _("Direction"),
        [
            (CAME_IN, _("into the inventory")),
            (WENT_OUT, _("out of the inventory")),
            (WITHIN, _("from one sample to another")),
        ],
    )
    origin = choice(_("Origin"), Sample.Origin.choices)
    sample = forms.CharField(
        label=_("Sample"), required=False, max_length=40, help_text=_("Its identifier, written out.")
    )
    since = DayField(label=_("From the day"), required=False)
    until = DayField(label=_("To the day, included"), required=False)

    def filter_mission(self, queryset, value):
        return queryset.of_mission(value)

    def filter_way(self, queryset, value):
        ways = {
            CAME_IN: queryset.that_came_in,
            WENT_OUT: queryset.that_went_out,
            WITHIN: queryset.from_one_to_another,
        }
        return ways[value]()

    def filter_origin(self, queryset, value):
        return queryset.filter(Q(from_sample__origin=value) | Q(to_sample__origin=value))

    def filter_sample(self, queryset, value):
        named = Sample.objects.identified(value).order_by().values("pk")
        return queryset.filter(Q(from_sample__in=named) | Q(to_sample__in=named))

    def filter_since(self, queryset, value):
        return queryset.filter(happened_at__gte=beginning_of(value))

    def filter_until(self, queryset, value):
        return queryset.filter(happened_at__lt=beginning_of(value + timedelta(days=1)))


class WeighingSearch(SearchForm):
    """Weighings by container, balance, circumstances and the days on which they were made; their file has them."""

    sorts = {"weighed": "weighed_at", "container": "container__identifier", "gross": "gross_g"}
    default_sort = "-weighed"
    searched = ["container__identifier", "balance__name"]
    placeholder = _("Container, balance")

    container = forms.CharField(
        label=_("Container"), required=False, max_length=40, help_text=_("Its identifier, written out.")
    )
    balance = record(Balance.objects.order_by("name"), _("Balance"))
    circumstances = choice(_("Circumstances"), Weighing.Circumstances.choices)
    since = DayField(label=_("From the day"), required=False)
    until = DayField(label=_("To the day, included"), required=False)

    def filter_container(self, queryset, value):
        return queryset.filter(container__identifier__iexact=value)

    def filter_since(self, queryset, value):
        return queryset.filter(weighed_at__gte=beginning_of(value))

    def filter_until(self, queryset, value):
        return queryset.filter(weighed_at__lt=beginning_of(value + timedelta(days=1)))
