"""The datasets: the columns of each file, their order and their meaning."""

from django.utils.translation import gettext_lazy as _

from samples.models import Handoff, HandoffLine, Sample, location_names, place_containers, place_samples

from ._csv import Column, Dataset
from .audit import AUDIT
from .masses import MASS_BALANCE, MOVEMENTS


def _text(field):
    return lambda record: str(related) if (related := getattr(record, field)) is not None else None


def _plain(field):
    return lambda record: getattr(record, field)


def _same(name, meaning, staff_only=False):
    """A column that bears the name of the field it is read from."""
    return Column(name, meaning, _plain(name), staff_only)


VOIDED = _same("voided_at", _("when the record was withdrawn, empty for a live one"))


def _complete_samples(samples, user):
    place_samples(samples)
    parents = {sample.parent_id for sample in samples} - {None}
    # A researcher is not told of a parent that is not published.
    shown = dict(Sample.objects.visible_to(user).filter(pk__in=parents).values_list("pk", "identifier"))
    for sample in samples:
        sample.parent_identifier = shown.get(sample.parent_id)


SAMPLES = Dataset(
    "samples",
    [
        _same("identifier", _("identifier of the sample")),
        _same("other_names", _("other names it is known by")),
        Column("mission", _("code of the mission"), lambda sample: sample.mission.code),
        Column("parent", _("identifier of the sample it was split from"), _plain("parent_identifier")),
        Column("container", _("identifier of the container it is in"), _text("container")),
        Column("custodian", _("who answers for it now"), lambda sample: sample.container.custodian.name),
        Column("location", _("where the outermost container stands"), _plain("place")),
        _same("origin", _("drill or scoop")),
        _same("collection_method", _("exact technique of collection")),
        _same("collected_at", _("when it was collected, UTC")),
        _same("form", _("form of the material")),
        _same("depth_top_cm", _("top of the depth interval, centimetres")),
        _same("depth_bottom_cm", _("bottom of the depth interval, centimetres")),
        _same("use_category", _("permanent, backup permanent, research, public benefit or unassigned")),
        _same("exposure", _("pristine or air-exposed")),
        _same("exposed_at", _("when it was exposed to air, UTC")),
        _same("exposed_reason", _("why it was exposed to air")),
        _same("initial_mass_g", _("mass when it was registered, grams")),
        _same("mass_g", _("mass now, grams")),
        _same("status", _("stored or exhausted")),
        _same("published_at", _("when it was published, UTC")),
        _same("description", _("description")),
        VOIDED,
    ],
    select_related=("mission", "container__custodian"),
    complete=_complete_samples,
)

CONTAINERS = Dataset(
    "containers",
    [
        _same("identifier", _("identifier of the container")),
        Column("mission", _("code of the mission"), lambda container: container.mission.code),
        _same("kind", _("kind of vessel")),
        _same("origin", _("drill, scoop or mixed: what it may hold")),
        Column("inside", _("identifier of the container it is inside of"), _text("parent")),
        _same("capacity_g", _("capacity, grams, empty when not rated")),
        _same("tare_g", _("tare, grams")),
        Column("contents_g", _("samples in it and in everything inside it, grams"), _plain("held_g")),
        _same("atmosphere", _("nitrogen, vacuum or air")),
        _same("seal_number", _("number of the newest seal")),
        _same("seal_state", _("intact, damaged or broken")),
        Column("location", _("where the outermost container stands"), _plain("place")),
        Column("custodian", _("who answers for it now"), _text("custodian")),
        Column("under_way", _("yes between release and receipt"), _plain("is_under_way")),
        _same("status", _("in use or emptied")),
        _same("custody_began_at", _("when its chain of custody began, UTC")),
        _same("chain_document", _("document the chain begins with")),
        _same("description", _("description")),
        VOIDED,
    ],
    select_related=("mission", "parent", "custodian"),
    complete=lambda containers, user: place_containers(containers, Sample.objects.visible_to(user)),
)


def _complete_handoffs(handoffs, user):
    lines = HandoffLine.objects.shown_to(user).filter(handoff__in=handoffs).order_by("pk").select_related("container")
    by_handoff = {}
    for line in lines:
        by_handoff.setdefault(line.handoff_id, []).append(line.container.identifier)
    corrected = {handoff.corrects_id for handoff in handoffs} - {None}
    shown = {each.pk: str(each) for each in Handoff.objects.visible_to(user).filter(pk__in=corrected)}
    names = location_names([handoff.received_location_id for handoff in handoffs if handoff.received_location_id])
    for handoff in handoffs:
        handoff.container_names = " ".join(by_handoff.get(handoff.pk, []))
        handoff.corrects_shown = shown.get(handoff.corrects_id)
        handoff.received_place = names.get(handoff.received_location_id)


def _gap_minutes(handoff):
    return None if handoff.gap is None else int(handoff.gap.total_seconds() // 60)


HANDOFFS = Dataset(
    "handoffs",
    [
        Column("number", _("number of the handoff"), str),
        _same("status", _("released, received, with discrepancy, rejected or cancelled")),
        Column("from", _("custodian that released"), _text("from_custodian")),
        Column("to", _("custodian that receives"), _text("to_custodian")),
        Column(
            "containers",
            _("identifiers handed over, parted by spaces; what is inside goes along"),
            _plain("container_names"),
        ),
        _same("place", _("place of the release")),
        _same("transport_mode", _("mode of transport")),
        _same("purpose", _("purpose")),
        _same("document_number", _("number of the document that went along")),
        _same("released_at", _("when it was released, UTC")),
        Column("released_by", _("who entered the release"), _text("released_by")),
        _same("released_on_behalf_of", _("person the release was entered on behalf of")),
        _same("release_document", _("document of the release on behalf")),
        _same("release_signed_at", _("when the release was entered, UTC")),
        _same("received_at", _("when it was received, UTC")),
        Column("received_by", _("who entered the receipt"), _text("received_by")),
        _same("received_on_behalf_of", _("person the receipt was entered on behalf of")),
        _same("receipt_document", _("document of the receipt on behalf")),
        _same("receipt_signed_at", _("when the receipt was entered, UTC")),
        Column("received_location", _("where it was received"), _plain("received_place")),
        Column("gap_minutes", _("minutes between release and receipt, where more than 60"), _gap_minutes),
        _same("due_back_on", _("when it is due back")),
        Column("corrects", _("number of the handoff it corrects"), _plain("corrects_shown")),
        _same("witnesses", _("witnesses"), staff_only=True),
        _same("remarks", _("remarks at the release"), staff_only=True),
        _same("receipt_remarks", _("remarks at the receipt"), staff_only=True),
        _same("closing_reason", _("why it was rejected or cancelled"), staff_only=True),
    ],
    select_related=("from_custodian", "to_custodian", "released_by", "received_by"),
    complete=_complete_handoffs,
)

MISSIONS = Dataset(
    "missions",
    [
        _same("code", _("code of the mission")),
        _same("name", _("name")),
        _same("agency", _("agency")),
        _same("launch_vehicle", _("launch vehicle")),
        _same("launch_site", _("launch site")),
        _same("launched_on", _("day of the launch")),
        _same("body_side", _("near or far side of the Moon")),
        _same("landing_site", _("landing site")),
        _same("latitude", _("latitude, degrees")),
        _same("longitude", _("longitude, degrees, east positive")),
        _same("relay_satellite", _("relay satellite")),
        _same("landed_at", _("when it landed on the Moon, UTC")),
        _same("returned_at", _("when it returned to Earth, UTC")),
        _same("return_place", _("where it returned")),
        _same("return_capacity_g", _("return capacity, grams")),
        _same("drill_limit_cm", _("drill depth limit, centimetres")),
        _same("notes", _("notes"), staff_only=True),
        VOIDED,
    ],
)

CUSTODIANS = Dataset(
    "custodians",
    [
        _same("name", _("name")),
        _same("kind", _("kind")),
        _same("organisation", _("organisation")),
        _same("contact", _("contact"), staff_only=True),
        _same("active", _("whether custody may be handed to it")),
        VOIDED,
    ],
)


def _complete_locations(locations, user):
    names = location_names([location.pk for location in locations])
    for location in locations:
        location.place = names[location.pk]


LOCATIONS = Dataset(
    "locations",
    [
        Column("location", _("path from the site down"), _plain("place")),
        _same("kind", _("kind")),
        _same("atmosphere", _("nitrogen, vacuum or air")),
        Column("custodian", _("whose containers alone stand there"), _text("custodian")),
        VOIDED,
    ],
    select_related=("custodian",),
    complete=_complete_locations,
)


def _of_line(field):
    return lambda discrepancy: getattr(discrepancy.line, field) if discrepancy.line_id else None


DISCREPANCIES = Dataset(
    "discrepancies",
    [
        _same("kind", _("seal or mass")),
        Column("container", _("identifier of the container"), _text("container")),
        Column("state", _("open or closed"), lambda discrepancy: _("open") if discrepancy.is_open else _("closed")),
        _same("found", _("what was found")),
        _same("difference_g", _("weighed less declared, grams")),
        Column("handoff", _("number of the handoff it was found at"), _of_line("handoff")),
        Column("seal_declared", _("seal number declared at the release"), _of_line("seal_declared")),
        Column("seal_read", _("seal number read back at the receipt"), _of_line("seal_read")),
        Column("seal_condition", _("intact, damaged, broken or none"), _of_line("seal_condition")),
        Column("gross_declared_g", _("gross mass declared, grams"), _of_line("gross_declared_g")),
        Column("gross_weighed_g", _("gross mass weighed at the receipt, grams"), _of_line("gross_weighed_g")),
        Column("tolerance_g", _("tolerance of the declared mass, grams"), _of_line("tolerance_g")),
        _same("opened_at", _("when it was opened, UTC")),
        Column("opened_by", _("who opened it"), _text("opened_by")),
        Column("closed_as", _("corrected, reweighed or accepted, empty while it is open"), _plain("outcome")),
        _same("closed_at", _("when it was closed, UTC")),
        Column("closed_by", _("who closed it"), _text("closed_by")),
        _same("finding", _("what was found out")),
        Column(
            "reweighed_g",
            _("gross mass when it was weighed again, grams"),
            lambda discrepancy: discrepancy.reweighing.gross_g if discrepancy.reweighing_id else None,
        ),
    ],
    select_related=("container", "line__handoff", "opened_by", "closed_by", "reweighing"),
)

BALANCES = Dataset(
    "balances",
    [
        _same("name", _("name of the balance")),
        _same("uncertainty_g", _("uncertainty of one reading, grams")),
        _same("calibrated_until", _("last day on which its calibration holds")),
        Column("in_use", _("whether it is offered for weighing"), _plain("active")),
    ],
)

DATASETS = {
    dataset.name: dataset
    for dataset in (
        SAMPLES,
        CONTAINERS,
        HANDOFFS,
        MISSIONS,
        MOVEMENTS,
        MASS_BALANCE,
        CUSTODIANS,
        LOCATIONS,
        DISCREPANCIES,
        BALANCES,
        AUDIT,
    )
}
