"""Every audited record: to read, and some to register and amend."""

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from samples.forms.answers import acknowledged
from samples.forms.containers import ContainerAmendForm, ContainerRegisterForm
from samples.forms.custodians import CustodianAmendForm, CustodianRegisterForm
from samples.forms.locations import LocationAmendForm, LocationRegisterForm
from samples.forms.missions import MissionAmendForm, MissionRegisterForm
from samples.forms.samples import SampleAmendForm, SampleRegisterForm
from samples.models import (
    Balance,
    Container,
    Custodian,
    Discrepancy,
    GapExplanation,
    Handoff,
    HandoffLine,
    Import,
    Location,
    MassMovement,
    Mission,
    Sample,
    Seal,
    Signature,
    Weighing,
)
from samples.operations import containers, custodians, locations, missions, samples

from ._console import console
from ._readonly import Part, Record, Validity
from ._writing import Amendable


@admin.register(Mission, site=console)
class MissionAdmin(Amendable):
    operations = missions
    register_form, amend_form = MissionRegisterForm, MissionAmendForm
    columns = ["code", "name", "agency", "body_side", "landing_site", "returned_at", "return_capacity_g", "voided_at"]
    list_filter = ["body_side", Validity]
    search_fields = ["code", "name", "agency", "landing_site"]
    ordering = ["code", "pk"]


@admin.register(Custodian, site=console)
class CustodianAdmin(Amendable):
    operations = custodians
    register_form, amend_form = CustodianRegisterForm, CustodianAmendForm
    columns = ["name", "kind", "organisation", "active", "voided_at"]
    list_filter = ["kind", "active", Validity]
    search_fields = ["name", "organisation"]
    ordering = ["name", "pk"]


@admin.register(Location, site=console)
class LocationAdmin(Amendable):
    operations = locations
    register_form, amend_form = LocationRegisterForm, LocationAmendForm
    columns = ["name", "kind", "parent", "atmosphere", "custodian", "voided_at"]
    list_filter = ["kind", "atmosphere", "custodian", Validity]
    list_select_related = ["parent", "custodian"]
    search_fields = ["name", "parent__name"]
    ordering = ["name", "pk"]

    def extra_arguments(self, request, change):
        return {"acknowledged": acknowledged(request.POST)} if change else {}


@admin.register(Container, site=console)
class ContainerAdmin(Amendable):
    operations = containers
    register_form, amend_form = ContainerRegisterForm, ContainerAmendForm
    columns = [
        "identifier",
        "kind",
        "origin",
        "mission",
        "custodian",
        "parent",
        "location",
        "capacity_g",
        "tare_g",
        "status",
        "voided_at",
    ]
    list_filter = ["kind", "origin", "status", "mission", "custodian", Validity]
    list_select_related = ["mission", "custodian", "parent", "location"]
    search_fields = ["identifier", "chain_document", "description"]
    ordering = ["identifier", "pk"]

    def get_changeform_initial_data(self, request):
        return {"custodian": request.user.custodian_id}

    def extra_arguments(self, request, change):
        return {"acknowledged": acknowledged(request.POST)} if change else {}


@admin.register(Seal, site=console)
class SealAdmin(Part):
    columns = ["number", "container", "state", "applied_at", "applied_by", "damaged_at", "broken_at", "broken_by"]
    list_filter = ["state", "applied_at", "damaged_at", "broken_at"]
    list_select_related = ["container"]
    search_fields = ["number", "container__identifier", "applied_by", "broken_by"]
    ordering = ["number", "pk"]


@admin.register(Sample, site=console)
class SampleAdmin(Amendable):
    operations = samples
    register_form, amend_form = SampleRegisterForm, SampleAmendForm
    columns = [
        "identifier",
        "mission",
        "container",
        "origin",
        "form",
        "initial_mass_g",
        "mass_g",
        "status",
        "use_category",
        "published_at",
        "voided_at",
    ]
    list_filter = ["origin", "form", "status", "use_category", "exposure", "published_at", "mission", Validity]
    list_select_related = ["mission", "container"]
    search_fields = ["identifier", "other_names", "container__identifier", "description"]
    ordering = ["identifier", "pk"]

    def extra_arguments(self, request, change):
        return {"acknowledged": acknowledged(request.POST)}


@admin.register(Handoff, site=console)
class HandoffAdmin(Record):
    columns = [
        "shown_number",
        "from_custodian",
        "to_custodian",
        "place",
        "transport_mode",
        "released_at",
        "received_at",
        "status",
    ]
    list_filter = ["status", "transport_mode", "released_at", "from_custodian", "to_custodian"]
    list_select_related = ["from_custodian", "to_custodian"]
    search_fields = ["number__exact", "lines__container__identifier", "place", "purpose", "document_number"]
    ordering = ["-number", "-pk"]

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, handoff):
        return str(handoff)

    def get_search_results(self, request, queryset, search_term):
        """A handoff is called H-0012 on every page; its number is 12."""
        name, _separator, number = search_term.strip().rpartition("-")
        if name.upper() == "H" and number.isdecimal():
            search_term = number.lstrip("0")
        return super().get_search_results(request, queryset, search_term)


@admin.register(HandoffLine, site=console)
class HandoffLineAdmin(Part):
    columns = [
        "handoff",
        "container",
        "inside",
        "open",
        "seal_declared",
        "seal_declared_damaged",
        "seal_read",
        "seal_condition",
        "gross_declared_g",
        "gross_weighed_g",
        "tolerance_g",
    ]
    list_filter = ["open", "seal_condition"]
    list_select_related = ["handoff", "container", "inside"]
    search_fields = ["container__identifier", "seal_declared", "seal_read"]
    ordering = ["-handoff__number", "container__identifier", "pk"]


@admin.register(Signature, site=console)
class SignatureAdmin(Part):
    columns = ["handoff", "meaning", "name", "signed_at", "ledger_seq"]
    list_filter = ["meaning", "signed_at"]
    list_select_related = ["handoff"]
    search_fields = ["name", "ledger_hash", "handoff__number__exact"]
    ordering = ["-signed_at", "-pk"]


@admin.register(Balance, site=console)
class BalanceAdmin(Record):
    columns = ["name", "uncertainty_g", "calibrated_until", "active"]
    list_filter = ["active"]
    search_fields = ["name"]
    ordering = ["name", "pk"]


@admin.register(Weighing, site=console)
class WeighingAdmin(Part):
    columns = ["weighed_at", "container", "gross_g", "tare_g", "net_g", "balance", "circumstances", "operator"]
    list_filter = ["circumstances", "preliminary", "weighed_at", "balance"]
    list_select_related = ["container", "balance", "operator"]
    search_fields = ["container__identifier", "balance__name", "operator__name"]
    ordering = ["-weighed_at", "-pk"]


@admin.register(Discrepancy, site=console)
class DiscrepancyAdmin(Record):
    columns = ["container", "kind", "beginning", "difference_g", "opened_at", "outcome", "closed_at"]
    list_filter = ["kind", "outcome", "opened_at", "closed_at"]
    list_select_related = ["container"]
    search_fields = ["container__identifier", "found", "finding"]
    ordering = ["outcome", "-opened_at", "-pk"]

    @admin.display(description=_("what was found"))
    def beginning(self, discrepancy):
        return beginning_of(discrepancy.found)


@admin.register(GapExplanation, site=console)
class GapExplanationAdmin(Part):
    columns = ["handoff", "beginning"]
    list_select_related = ["handoff"]
    search_fields = ["text", "handoff__place"]
    ordering = ["-handoff__number", "pk"]

    @admin.display(description=_("what happened meanwhile"))
    def beginning(self, explanation):
        return beginning_of(explanation.text)


@admin.register(MassMovement, site=console)
class MassMovementAdmin(Part):
    columns = ["happened_at", "kind", "from_sample", "to_sample", "mass_g", "by", "why"]
    list_filter = ["kind", "happened_at"]
    list_select_related = ["from_sample", "to_sample", "by"]
    search_fields = ["from_sample__identifier", "to_sample__identifier", "by__name", "reason"]
    ordering = ["-happened_at", "-pk"]

    @admin.display(description=_("reason"))
    def why(self, movement):
        return beginning_of(movement.reason)


@admin.register(Import, site=console)
class ImportAdmin(Part):
    columns = ["kind", "file_name", "sample_count", "container_count", "record_count", "sha256"]
    search_fields = ["file_name", "sha256"]
    ordering = ["-pk"]


def beginning_of(text):
    """What a list has room for of a longer text; the detail has all of it."""
    return Truncator(text).chars(80)
