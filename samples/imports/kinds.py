"""What can be imported: of each kind its columns, in one description for reader, page, template and docs."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from samples.models import Atmosphere, Container, Custodian, Import, Location, Mission, Sample

from ._column import Column, Told

# Registered one by one, they take half a minute at most, for which nobody else can write.
ROWS_BY_PAGE = 1000
_VOIDED = Told("voided_at", "", _("A withdrawn record does not come again."))


@dataclass(frozen=True)
class Kind:
    """One kind of record that is imported.

    `key` is the column that names a row, `parent` the one that names another row it belongs under; `fields` are
    {argument of the operation: column} where these differ. `most_rows` are taken by page, any number by command.
    """

    name: str
    noun: str
    key: str
    columns: tuple
    told: tuple = (_VOIDED,)
    parent: str = ""
    fields: tuple = ()
    most_rows: int = ROWS_BY_PAGE

    @property
    def label(self):
        return Import.Kind(self.name).label

    @property
    def names(self):
        """The columns that it sets."""
        return tuple(column.name for column in self.columns)

    @property
    def known(self):
        """All columns that a file may have."""
        return self.names + tuple(column.name for column in self.told)

    @property
    def needed(self):
        return tuple(column.name for column in self.columns if column.is_needed)

    @property
    def file_columns(self):
        """The columns of the file that is offered for importing: those it sets, and those that tell what it cannot."""
        return self.names + tuple(column.name for column in self.told if column.in_import_file)

    def column_of(self, argument):
        """The column that an argument of the operation is read from."""
        return dict(self.fields).get(argument, argument)

    def example(self):
        """The row of examples, {column: text}."""
        return {column.name: column.example for column in self.columns}


def _values(choices):
    return tuple(choices.values)


MISSIONS = Kind(
    "missions",
    "mission",
    "code",
    (
        Column(
            "code", _("Code of the mission: 1 to 40 ASCII letters, digits and , . _ / - ; unique."), True, (), "CE6"
        ),
        Column("name", _("Name, one line."), True, (), "Chang’e 6"),
        Column("agency", _("Agency, one line."), example="CNSA"),
        Column("launch_vehicle", _("Launch vehicle, one line."), example="Long March 5"),
        Column("launch_site", _("Launch site, one line."), example="Wenchang"),
        Column("launched_on", _("Day of the launch, like 2024-05-03."), example="2024-05-03"),
        Column("body_side", _("Side of the Moon."), True, _values(Mission.Side), "far"),
        Column("landing_site", _("Landing site, one line."), example="Apollo basin"),
        Column("latitude", _("Degrees, north positive; with the longitude or not at all."), example="-41.63850"),
        Column("longitude", _("Degrees, east positive, -180 to 180."), example="-153.98520"),
        Column("relay_satellite", _("Relay satellite; needed for the far side."), example="Queqiao-2"),
        Column("landed_at", _("When it landed on the Moon."), example="2024-06-01T22:23:00Z"),
        Column("returned_at", _("When it returned to Earth."), example="2024-06-25T06:07:00Z"),
        Column("return_place", _("Where it returned, one line."), example="Siziwang Banner"),
        Column("return_capacity_g", _("Return capacity, grams; 2000 where nothing is said."), example="2000"),
        Column("drill_limit_cm", _("Drill depth limit, centimetres; 200 where nothing is said."), example="200"),
        Column("notes", _("Anything else, several lines if need be.")),
    ),
)

CUSTODIANS = Kind(
    "custodians",
    "custodian",
    "name",
    (
        Column("name", _("Name; unique, upper and lower case alike."), True, (), "Curation laboratory"),
        Column("kind", _("Kind of party."), True, _values(Custodian.Kind), "laboratory"),
        Column("organisation", _("Organisation, one line."), example="Academy of Sciences"),
        Column("contact", _("Contact, several lines if need be."), example="desk 1"),
        Column(
            "active",
            _("Whether custody may be handed to it; yes where nothing is said."),
            allowed=("yes", "no"),
            example="yes",
        ),
    ),
)

LOCATIONS = Kind(
    "locations",
    "location",
    "location",
    (
        Column(
            "location",
            _("The whole path from the site down: Hall 1 / GB-01. What it is in is another row, or there already."),
            True,
            (),
            "Curation hall",
        ),
        Column("kind", _("Kind of place."), True, _values(Location.Kind), "site"),
        Column("atmosphere", _("Blank where it is not known."), allowed=_values(Atmosphere), example="nitrogen"),
        Column("custodian", _("Name of the custodian whose containers alone stand there.")),
    ),
    parent="location",
    fields=(("name", "location"), ("parent", "location")),
)

CONTAINERS = Kind(
    "containers",
    "container",
    "identifier",
    (
        Column(
            "identifier",
            _("1 to 40 ASCII letters, digits and , . _ / - ; unique, upper and lower case alike."),
            True,
            (),
            "CE6-B01",
        ),
        Column("mission", _("The mission’s code."), True, (), "CE6"),
        Column("kind", _("Kind of vessel."), True, _values(Container.Kind), "sample bottle"),
        Column(
            "origin",
            _("What it may hold; mixed only for a capsule, a package or a bag."),
            True,
            ("drill", "scoop", "mixed"),
            "scoop",
        ),
        Column("inside", _("Identifier of the container it is inside of: another row, or there already.")),
        Column("capacity_g", _("Capacity, grams; blank where it is not rated."), example="100"),
        Column("tare_g", _("Tare, grams."), example="35.25"),
        Column("atmosphere", _("Blank where it is not known."), allowed=_values(Atmosphere), example="nitrogen"),
        Column(
            "location",
            _("Where it stands: the whole path, or a name that only one place has. Not needed inside another."),
            example="Curation hall",
        ),
        Column(
            "custodian",
            _("Who answers for it from here on. Not needed inside another."),
            example="Curation laboratory",
        ),
        Column(
            "custody_began_at",
            _("When this custodian took it on: 2024-06-28 10:30, of the laboratory’s zone, or 2024-06-28T02:30Z."),
            True,
            (),
            "2024-06-28 10:30",
        ),
        Column("chain_document", _("The paper that says so, one line."), True, (), "DN-2024-17"),
        Column("description", _("Anything else, several lines if need be.")),
    ),
    told=(
        Told("contents_g", "0.000000", _("Contents come with the samples."), in_import_file=False),
        Told("seal_number", "", _("A seal is applied by hand.")),
        Told("seal_state", "", _("A seal is applied by hand.")),
        Told("under_way", "no", _("A handoff does not come again.")),
        Told("status", "in use", _("What was in it does not come again.")),
        _VOIDED,
    ),
    parent="inside",
    fields=(("parent", "inside"),),
)

SAMPLES = Kind(
    "samples",
    "sample",
    "identifier",
    (
        Column(
            "identifier",
            _("1 to 40 ASCII letters, digits and , . _ / - ; unique, upper and lower case alike."),
            True,
            (),
            "CE6-S01",
        ),
        Column(
            "mission",
            _("The mission’s code. Needed where the mapping makes containers; else the container’s."),
            example="CE6",
        ),
        Column(
            "container",
            _("Identifier of the container it is in. Needed, unless the mapping makes containers."),
            example="CE6-B01",
        ),
        Column("origin", _("How it was taken."), True, _values(Sample.Origin), "scoop"),
        Column("form", _("Form of the material."), True, _values(Sample.Form), "bulk regolith"),
        Column(
            "mass_g",
            _("Grams, or milligrams like 12.5 mg; more than zero, to the microgram."),
            True,
            (),
            "12.5",
        ),
        Column(
            "happened_at",
            _("When this mass was taken on: 2024-06-28 10:30, of the laboratory’s zone, or 2024-06-28T02:30Z."),
            True,
            (),
            "2024-06-28 10:30",
        ),
        Column("parent", _("Identifier of the sample it was split from before this inventory began.")),
        Column("other_names", _("Other names, one line."), example="Scoop 1"),
        Column("collection_method", _("The exact technique, one line."), example="robotic-arm scoop"),
        Column(
            "collected_at",
            _("When it was taken from the Moon; written like happened_at."),
            example="2024-06-03T02:00Z",
        ),
        Column("depth_top_cm", _("Drilled material only, with the other depth or not at all; centimetres.")),
        Column("depth_bottom_cm", _("Deeper than the top.")),
        Column(
            "use_category",
            _("unassigned where nothing is said."),
            allowed=_values(Sample.UseCategory),
            example="research",
        ),
        Column(
            "exposure",
            _("pristine where nothing is said."),
            allowed=_values(Sample.Exposure),
            example="pristine",
        ),
        Column("exposed_at", _("Air-exposed material only: when; written like happened_at.")),
        Column("exposed_reason", _("Air-exposed material only: why.")),
        Column("description", _("Anything else, several lines if need be.")),
    ),
    told=(
        Told("custodian", "", _("It is that of the container."), in_import_file=False),
        Told("location", "", _("It is that of the container."), in_import_file=False),
        Told("initial_mass_g", "", _("Movements of mass do not come again: a sample comes as it was weighed in.")),
        Told("status", "stored", _("Movements of mass do not come again.")),
        Told("published_at", "", _("A publication does not come again: publish it afterwards.")),
        _VOIDED,
    ),
    parent="parent",
    # Written together, they take no longer.
    most_rows=20_000,
)

KINDS = {kind.name: kind for kind in (SAMPLES, CONTAINERS, LOCATIONS, CUSTODIANS, MISSIONS)}
