"""The datasets: the columns of each file, their order and their meaning."""

from django.utils.translation import gettext_lazy as _

from samples.models import Balance, Container, Custodian, Discrepancy, Handoff, Location, Mission, Sample, Seal

from . import _sources as sources
from ._columns import Column
from ._datasets import Dataset
from .audit import AUDIT
from .masses import MASS_BALANCE, MOVEMENTS, WEIGHINGS

VOIDED = Column("voided_at", _("when the record was withdrawn, empty for a live one"))


SAMPLES = Dataset(
    "samples",
    _("Samples"),
    _("every sample: what it is, what it weighs, where it is and who answers for it"),
    Sample,
    [
        Column("identifier", _("identifier of the sample")),
        Column("other_names", _("other names it is known by")),
        Column("mission", _("code of the mission"), "mission__code"),
        Column("parent", _("identifier of the sample it was split from"), "shown_parent", like="parent__identifier"),
        Column("container", _("identifier of the container it is in"), "container__identifier"),
        Column("custodian", _("who answers for it"), "container__custodian__name"),
        Column("location", _("where the outermost container stands"), "place_name"),
        Column("origin", _("drill or scoop")),
        Column("collection_method", _("exact technique of collection")),
        Column("collected_at", _("when it was collected, UTC")),
        Column("form", _("form of the material")),
        Column("depth_top_cm", _("top of the depth interval")),
        Column("depth_bottom_cm", _("bottom of the depth interval")),
        Column("use_category", _("permanent, backup permanent, research, public benefit or unassigned")),
        Column("exposure", _("pristine or air-exposed")),
        Column("exposed_at", _("when it was exposed to air, UTC")),
        Column("exposed_reason", _("why it was exposed to air")),
        Column("initial_mass_g", _("mass when it was registered")),
        Column("mass_g", _("mass that is left of it")),
        Column("status", _("stored or exhausted")),
        Column("published_at", _("when it was published, UTC")),
        Column("description", _("description")),
        Column(
            "happened_at",
            _("when its mass was taken on, UTC: at its accession, or when it was split off"),
            "taken_on_at",
            type="datetime",
            is_required=True,
            staff_only=True,
        ),
        VOIDED,
    ],
    also={
        "shown_parent": sources.shown_parent,
        "place_name": sources.place_of("container"),
        "taken_on_at": sources.taken_on_at,
    },
)


CONTAINERS = Dataset(
    "containers",
    _("Containers"),
    _("every container: what it holds, its newest seal, where it stands and who answers for it"),
    Container,
    [
        Column("identifier", _("identifier of the container")),
        Column("mission", _("code of the mission"), "mission__code"),
        Column("kind", _("kind of vessel")),
        Column("origin", _("drill, scoop or mixed: what it may hold")),
        Column("inside", _("identifier of the container it is inside of"), "parent__identifier"),
        Column("capacity_g", _("capacity, empty when not rated")),
        Column("tare_g", _("tare")),
        Column("contents_g", _("samples in it and in everything inside it"), "contents_held_g", like="tare_g"),
        Column("atmosphere", _("nitrogen, vacuum or air")),
        Column("seal_number", _("number of the newest seal"), "newest_seal_number"),
        Column("seal_state", _("intact, damaged or broken"), "newest_seal_state", choices=tuple(Seal.State.values)),
        Column("location", _("where the outermost container stands"), "place_name"),
        Column("custodian", _("who answers for it"), "custodian__name"),
        Column("under_way", _("yes between release and receipt"), "is_under_way", type="boolean"),
        Column("status", _("in use or emptied")),
        Column("custody_began_at", _("when its chain of custody began, UTC")),
        Column("chain_document", _("document the chain begins with")),
        Column("description", _("description")),
        VOIDED,
    ],
    also={
        "contents_held_g": sources.held_g,
        "newest_seal_number": sources.seal("number"),
        "newest_seal_state": sources.seal("state"),
        "place_name": sources.place_of("id"),
        "is_under_way": sources.is_under_way,
    },
)


HANDOFFS = Dataset(
    "handoffs",
    _("Handoffs"),
    _("every transfer of custody: from whom, to whom, what, when and by whose entries"),
    Handoff,
    [
        Column("number", _("number of the handoff"), "number_shown", is_required=True, is_unique=True),
        Column("status", _("released, received, with discrepancy, rejected or cancelled")),
        Column("from", _("custodian that released"), "from_custodian__name"),
        Column("to", _("custodian that receives"), "to_custodian__name"),
        Column(
            "containers",
            _("identifiers handed over, parted by spaces; what is inside goes along"),
            "container_names",
        ),
        Column("place", _("place of the release")),
        Column("transport_mode", _("mode of transport")),
        Column("purpose", _("purpose")),
        Column("document_number", _("number of the document that went along")),
        Column("released_at", _("when it was released, UTC")),
        Column("released_by", _("who entered the release"), "released_by__name"),
        Column("released_on_behalf_of", _("person the release was entered on behalf of")),
        Column("release_document", _("document of the release on behalf")),
        Column("release_signed_at", _("when the release was entered, UTC")),
        Column("received_at", _("when it was received, UTC")),
        Column("received_by", _("who entered the receipt"), "received_by__name"),
        Column("received_on_behalf_of", _("person the receipt was entered on behalf of")),
        Column("receipt_document", _("document of the receipt on behalf")),
        Column("receipt_signed_at", _("when the receipt was entered, UTC")),
        Column("received_location", _("where it was received"), "received_place"),
        Column(
            "gap_minutes",
            _("time between release and receipt, where it is more than 60 minutes"),
            "long_gap",
            type="integer",
            unit="min",
        ),
        Column("due_back_on", _("when it is due back")),
        Column("corrects", _("number of the handoff it corrects"), "corrects_shown"),
        Column("witnesses", _("witnesses"), staff_only=True),
        Column("remarks", _("remarks at the release"), staff_only=True),
        Column("receipt_remarks", _("remarks at the receipt"), staff_only=True),
        Column("closing_reason", _("why it was rejected or cancelled"), staff_only=True),
    ],
    also={
        "number_shown": sources.handoff_number("number_shown", "number"),
        "container_names": sources.container_names,
        "received_place": sources.path_of("received_location", "received_place"),
        "long_gap": sources.long_gap,
        "corrects_shown": sources.corrects_shown,
    },
)

MISSIONS = Dataset(
    "missions",
    _("Missions"),
    _("the flights that the samples came with"),
    Mission,
    [
        Column("code", _("code of the mission")),
        Column("name", _("name")),
        Column("agency", _("agency")),
        Column("launch_vehicle", _("launch vehicle")),
        Column("launch_site", _("launch site")),
        Column("launched_on", _("day of the launch")),
        Column("body_side", _("near or far side of the Moon")),
        Column("landing_site", _("landing site")),
        Column("latitude", _("latitude")),
        Column("longitude", _("longitude, east positive")),
        Column("relay_satellite", _("relay satellite")),
        Column("landed_at", _("when it landed on the Moon, UTC")),
        Column("returned_at", _("when it returned to Earth, UTC")),
        Column("return_place", _("where it returned")),
        Column("return_capacity_g", _("return capacity")),
        Column("drill_limit_cm", _("drill depth limit")),
        Column("notes", _("notes"), staff_only=True),
        VOIDED,
    ],
)

CUSTODIANS = Dataset(
    "custodians",
    _("Custodians"),
    _("the parties that answer for containers"),
    Custodian,
    [
        Column("name", _("name")),
        Column("kind", _("kind")),
        Column("organisation", _("organisation")),
        Column("contact", _("contact"), staff_only=True),
        Column("active", _("whether custody may be handed to it")),
        VOIDED,
    ],
)


LOCATIONS = Dataset(
    "locations",
    _("Locations"),
    _("the places where containers stand, each with its path"),
    Location,
    [
        Column("location", _("path from the site down"), "place_name", is_required=True),
        Column("kind", _("kind")),
        Column("atmosphere", _("nitrogen, vacuum or air")),
        Column("custodian", _("whose containers alone stand there"), "custodian__name"),
        VOIDED,
    ],
    also={
        "place_name": sources.path_of("id", "place_name"),
    },
)


DISCREPANCIES = Dataset(
    "discrepancies",
    _("Discrepancies"),
    _("what did not fit, and how it was closed"),
    Discrepancy,
    [
        Column("kind", _("seal or mass")),
        Column("container", _("identifier of the container"), "container__identifier"),
        Column("state", _("open or closed"), "state", choices=("open", "closed"), is_required=True),
        Column("found", _("what was found")),
        Column("difference_g", _("weighed less declared")),
        Column("handoff", _("number of the handoff it was found at"), "handoff_shown"),
        Column("seal_declared", _("seal number declared at the release"), "line__seal_declared"),
        Column("seal_read", _("seal number read back at the receipt"), "line__seal_read"),
        Column("seal_condition", _("intact, damaged, broken or none"), "line__seal_condition"),
        Column("gross_declared_g", _("gross mass declared"), "line__gross_declared_g"),
        Column("gross_weighed_g", _("gross mass weighed at the receipt"), "line__gross_weighed_g"),
        Column("tolerance_g", _("tolerance of the declared mass"), "line__tolerance_g"),
        Column("opened_at", _("when it was opened, UTC")),
        Column("opened_by", _("who opened it"), "opened_by__name"),
        Column("closed_as", _("corrected, reweighed or accepted, empty while it is open"), "outcome"),
        Column("closed_at", _("when it was closed, UTC")),
        Column("closed_by", _("who closed it"), "closed_by__name"),
        Column("finding", _("what was found out")),
        Column(
            "reweighed_g",
            _("gross mass when it was weighed again"),
            "reweighing__gross_g",
        ),
    ],
    also={
        "state": sources.state,
        "handoff_shown": sources.handoff_number("handoff_shown", "line__handoff__number"),
    },
)

BALANCES = Dataset(
    "balances",
    _("Balances"),
    _("the balances and their uncertainties"),
    Balance,
    [
        Column("name", _("name of the balance")),
        Column("uncertainty_g", _("uncertainty of one reading")),
        Column("calibrated_until", _("last day on which its calibration holds")),
        Column("in_use", _("whether it is offered for weighing"), "active"),
    ],
)

DATASETS = {
    dataset.name: dataset
    for dataset in (
        SAMPLES,
        CONTAINERS,
        HANDOFFS,
        MISSIONS,
        WEIGHINGS,
        MOVEMENTS,
        MASS_BALANCE,
        CUSTODIANS,
        LOCATIONS,
        DISCREPANCIES,
        BALANCES,
        AUDIT,
    )
}
