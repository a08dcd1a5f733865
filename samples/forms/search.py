"""Search forms: each owns filter(queryset) and the orders of its list, shared by page and CSV."""

from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samples.models import (
    Atmosphere,
    Container,
    Custodian,
    Discrepancy,
    Handoff,
    HandoffLine,
    Import,
    Location,
    Mission,
    Origin,
    Sample,
    Seal,
)
from samples.questions import asked
from samples.stages import CustodianKind

from .fields import GramsField


class SearchForm(forms.Form):
    """A list's question: words, filters, order. Every filter left empty lets everything through."""

    # {sort key: the field it orders by}; the primary key settles ties.
    sorts = {}
    default_sort = ""
    # {sort key: words for it} where it is not called like its field.
    sort_words = {}
    # Fields whose text the words are looked for in, and what the search box says of them.
    searched = []
    placeholder = ""
    # Filters that researchers are not offered.
    staff_only = []

    q = forms.CharField(label=_("Search"), required=False, max_length=200, strip=True)

    def __init__(self, data, user):
        # Links put the question into the address bar; empty answers need not stand there.
        super().__init__({key: value for key, value in data.items() if value != ""})
        self.asked = self.data
        self.user = user
        for name in [] if user.sees_all else self.staff_only:
            del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = _known_to(user, field.queryset)
        self.fields["q"].widget.attrs["placeholder"] = self.placeholder

    @property
    def sort(self):
        return self.data.get("sort", self.default_sort)

    def clean(self):
        if self.sort.removeprefix("-") not in self.sorts:
            raise forms.ValidationError(
                _("This list is not sorted by “%(key)s”. Choose one of its column heads."),
                params={"key": self.sort[:40]},
            )
        return super().clean()

    def order(self):
        """The model field to order by and whether downward."""
        return self.sorts[self.sort.removeprefix("-")], self.sort.startswith("-")

    def orders(self, model):
        """Every order of records of `model` as (key, words)."""
        for key, path in self.sorts.items():
            words = self.sort_words.get(key) or model._meta.get_field(path.partition("__")[0]).verbose_name
            yield key, words
            yield f"-{key}", _("%(key)s, from the last one down") % {"key": words}

    def ordered(self, queryset):
        field, downward = self.order()
        sign = "-" if downward else ""
        return queryset.order_by(f"{sign}{field}", f"{sign}pk")

    def filter(self, queryset):
        """Narrow `queryset` to what was asked for; needs a valid form."""
        for name, value in self.cleaned_data.items():
            if name != "q" and value not in (None, ""):
                queryset = getattr(self, f"filter_{name}", self._equals(name))(queryset, value)
        return queryset.filter(self.matching(q)) if (q := self.cleaned_data["q"]) else queryset

    def matching(self, q):
        """The condition of a record that has the words `q` in one of its texts."""
        return reduce(or_, (Q(**{f"{name}__icontains": q}) for name in self.searched))

    @staticmethod
    def _equals(name):
        return lambda queryset, value: queryset.filter(**{name: value})

    def chips(self):
        """The filters in force: label, value in words, and the address without it."""
        for name, field in self.fields.items():
            if name == "q" or name not in self.data or name in self.errors:
                continue
            value = self.cleaned_data.get(name)
            if value in (None, ""):
                continue
            rest = {key: value for key, value in self.question().items() if key != name}
            yield {"label": field.label, "value": self._words(field, value), "remove_url": f"?{urlencode(rest)}"}

    @staticmethod
    def _words(field, value):
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return dict(field.choices).get(value, value)
        return value

    def question(self):
        """What was asked, without the place in the pages: the list's address and its CSV's."""
        own = {key: value for key, value in self.asked.items() if key in self.fields or key == "sort"}
        return own | past.query if (past := asked()) else own


def _known_to(user, queryset):
    """The records of `queryset` that `user` meets on the pages: a filter's choices tell no more than they do."""
    if user.sees_all:
        return queryset
    if queryset.model is Mission:
        return queryset.visible_to(user)
    handoffs = Handoff.objects.visible_to(user)
    return queryset.filter(
        Q(pk__in=Container.objects.visible_to(user).values("custodian"))
        | Q(pk__in=handoffs.values("from_custodian"))
        | Q(pk__in=handoffs.values("to_custodian"))
    )


def choice(label, choices, none=None):
    return forms.ChoiceField(label=label, required=False, choices=[("", none or _("any")), *choices])


class MissionFilter(forms.ModelChoiceField):
    """A mission by its code, which addresses and scripts have too; upper and lower case are alike."""

    def __init__(self):
        missions = Mission.objects.order_by("code")
        super().__init__(missions, label=_("Mission"), required=False, empty_label=_("any"), to_field_name="code")

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if (mission := self._called(value)) is None:
            codes = ", ".join(mission.code for mission in self.queryset.all())
            told = {"code": str(value)[:40], "codes": codes or _("none")}
            raise forms.ValidationError(_("There is no mission “%(code)s”. There are: %(codes)s.") % told)
        return mission

    def prepare_value(self, value):
        return super().prepare_value((isinstance(value, str) and self._called(value)) or value)

    def _called(self, code):
        return next((mission for mission in self.queryset.all() if mission.code.lower() == str(code).lower()), None)


def record(queryset, label, **kwargs):
    return forms.ModelChoiceField(queryset, label=label, required=False, empty_label=_("any"), **kwargs)


class VoidFilter(forms.Form):
    """Lists show live records; voided ones stay findable."""

    show = choice(_("Voided records"), [("voided", _("shown alone")), ("all", _("shown too"))], none=_("hidden"))

    def filter(self, queryset):
        queryset = super().filter(queryset)
        return queryset if self.cleaned_data["show"] else queryset.live()

    def filter_show(self, queryset, value):
        return queryset.exclude(voided_at=None) if value == "voided" else queryset


class CameWithFilter(forms.Form):
    """Records that an import brought."""

    staff_only = ["came_with"]

    came_with = record(Import.objects.order_by("-pk"), _("Came with the import"))

    def filter_came_with(self, queryset, value):
        return queryset.registered_in(value.brought_in)


class MissionSearch(CameWithFilter, VoidFilter, SearchForm):
    sorts = {"code": "code", "name": "name", "capacity": "return_capacity_g"}
    default_sort = "code"
    searched = ["code", "name", "agency", "landing_site"]
    placeholder = _("Code, name, landing site")

    mission = MissionFilter()
    body_side = choice(_("Side"), Mission.Side.choices)

    def filter_mission(self, queryset, value):
        return queryset.filter(pk=value.pk)


class CustodianSearch(CameWithFilter, VoidFilter, SearchForm):
    sorts = {"name": "name", "kind": "kind", "organisation": "organisation"}
    default_sort = "name"
    searched = ["name", "organisation"]
    placeholder = _("Name, organisation")

    kind = choice(_("Kind"), CustodianKind.choices)
    active = choice(_("Active"), [("yes", _("yes")), ("no", _("no"))])

    def filter_active(self, queryset, value):
        return queryset.filter(active=value == "yes")


class LocationSearch(CameWithFilter, VoidFilter, SearchForm):
    sorts = {"name": "name", "kind": "kind"}
    default_sort = "name"
    searched = ["name"]
    placeholder = _("Name")

    kind = choice(_("Kind"), Location.Kind.choices)
    custodian = record(Custodian.objects.order_by("name"), _("Custodian"))


class ContainerSearch(CameWithFilter, VoidFilter, SearchForm):
    sorts = {
        "identifier": "identifier",
        "kind": "kind",
        "origin": "origin",
        "custodian": "custodian__name",
        "status": "status",
    }
    default_sort = "identifier"
    searched = ["identifier", "seal_number", "description"]
    placeholder = _("Identifier, seal, description")

    mission = MissionFilter()
    kind = choice(_("Kind"), Container.Kind.choices)
    origin = choice(_("Origin"), Origin.choices)
    custodian = record(Custodian.objects.order_by("name"), _("Held by"))
    status = choice(_("Status"), Container.Status.choices)
    seal = choice(_("Seal"), [*Seal.State.choices, ("none", _("No seal"))])
    atmosphere = choice(_("Atmosphere"), Atmosphere.choices)
    under_way = choice(_("Under way"), [("yes", _("yes"))])

    def filter(self, queryset):
        return super().filter(queryset.with_seal())

    def filter_seal(self, queryset, value):
        return queryset.filter(seal_state=None if value == "none" else value)

    def filter_under_way(self, queryset, value):
        return queryset.under_way()


class SampleSearch(CameWithFilter, VoidFilter, SearchForm):
    sorts = {
        "identifier": "identifier",
        "mass": "mass_g",
        "form": "form",
        "origin": "origin",
        "mission": "mission__code",
        "container": "container__identifier",
        "use": "use_category",
    }
    default_sort = "identifier"
    searched = ["identifier", "other_names", "description", "collection_method"]
    placeholder = _("Identifier, name, method")

    mission = MissionFilter()
    origin = choice(_("Origin"), Sample.Origin.choices)
    form = choice(_("Form"), Sample.Form.choices)
    use_category = choice(_("Use category"), Sample.UseCategory.choices)
    exposure = choice(_("Exposure"), Sample.Exposure.choices)
    status = choice(_("Status"), Sample.Status.choices)
    published = choice(_("Published"), [("yes", _("yes")), ("no", _("no"))])
    custodian = record(Custodian.objects.order_by("name"), _("Held by"))
    mass_from = GramsField(label=_("Mass from"), required=False)
    mass_to = GramsField(label=_("Mass to"), required=False)

    def filter_published(self, queryset, value):
        return queryset.filter(published_at__isnull=value == "no")

    def filter_custodian(self, queryset, value):
        return queryset.filter(container__custodian=value)

    def filter_mass_from(self, queryset, value):
        return queryset.filter(mass_g__gte=value)

    def filter_mass_to(self, queryset, value):
        return queryset.filter(mass_g__lte=value)


class HandoffSearch(SearchForm):
    sorts = {
        "number": "number",
        "released": "released_at",
        "from": "from_custodian__name",
        "to": "to_custodian__name",
        "status": "status",
    }
    default_sort = "-number"
    searched = ["place", "purpose", "document_number"]
    placeholder = _("Container, place, document")

    status = choice(_("Status"), Handoff.Status.choices)
    from_custodian = record(Custodian.objects.order_by("name"), _("From"))
    to_custodian = record(Custodian.objects.order_by("name"), _("To"))
    transport_mode = choice(_("Transport"), Handoff.Transport.choices)

    def matching(self, q):
        """Its own words, or the identifier of a container in it that the person may see."""
        lines = HandoffLine.objects.filter(container__identifier__icontains=q)
        if not self.user.sees_all:
            lines = lines.filter(container__in=Container.objects.visible_to(self.user))
        return super().matching(q) | Q(pk__in=lines.values("handoff"))


class DiscrepancySearch(SearchForm):
    # What is open has no outcome, and stands first.
    sorts = {"state": "outcome", "opened": "opened_at", "kind": "kind", "container": "container__identifier"}
    default_sort = "state"
    sort_words = {"state": _("state, open ones first")}
    searched = ["container__identifier", "found", "finding"]
    placeholder = _("Container, what was found, finding")

    state = choice(_("State"), [("open", _("Open")), ("closed", _("Closed"))])
    kind = choice(_("Kind"), Discrepancy.Kind.choices)
    outcome = choice(_("Closed as"), Discrepancy.Outcome.choices)
    container = forms.CharField(
        label=_("Container"), required=False, max_length=40, help_text=_("Its identifier, written out.")
    )

    def filter_state(self, queryset, value):
        return queryset.open() if value == "open" else queryset.closed()

    def filter_container(self, queryset, value):
        return queryset.filter(container__identifier__iexact=value)


class BalanceSearch(SearchForm):
    sorts = {"name": "name", "uncertainty": "uncertainty_g", "calibrated": "calibrated_until"}
    default_sort = "name"
    searched = ["name"]
    placeholder = _("Name")

    active = choice(_("In use"), [("yes", _("yes")), ("no", _("no"))])

    def filter_active(self, queryset, value):
        return queryset.filter(active=value == "yes")


class ImportSearch(SearchForm):
    sorts = {"number": "id", "file": "file_name", "samples": "sample_count"}
    default_sort = "-number"
    searched = ["file_name", "sha256"]
    placeholder = _("File, SHA-256")

    kind = choice(_("What was imported"), Import.Kind.choices)
    show = choice(_("Undone imports"), [("live", _("hidden")), ("undone", _("shown alone"))], none=_("shown too"))

    def filter_show(self, queryset, value):
        return queryset.live() if value == "live" else queryset.exclude(voided_at=None)
