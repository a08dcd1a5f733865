"""What may stand in an imported row: the form for one record, its cells as text."""

from collections import defaultdict

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from samples.models import (
    PATH_MARK,
    Container,
    Custodian,
    Location,
    Mission,
    Sample,
    location_names,
    outermost_locations,
)

from .containers import ContainerRegisterForm
from .custodians import CustodianRegisterForm
from .locations import LocationRegisterForm
from .missions import MissionRegisterForm
from .samples import SampleRegisterForm


class Known:
    """What rows name that is there already, looked up once for all the rows of a file."""

    @cached_property
    def missions(self):
        return {mission.code.lower(): mission for mission in Mission.objects.live().order_by("code")}

    @cached_property
    def custodians(self):
        return {custodian.name.lower(): custodian for custodian in Custodian.objects.live()}

    @cached_property
    def paths(self):
        """{path in lower case: keys} of the locations; a name with a bar in it may give two of them one path."""
        ids = list(Location.objects.live().values_list("pk", flat=True))
        paths = defaultdict(list)
        for pk, path in location_names(ids).items():
            paths[path.lower()].append(pk)
        return dict(paths)

    def mission(self, code):
        """The live mission with this code; ValidationError."""
        # Only ASCII, as codes are: the Kelvin sign is no k.
        if code.isascii() and (mission := self.missions.get(code.lower())):
            return mission
        known = ", ".join(mission.code for mission in self.missions.values()) or _("none yet")
        raise forms.ValidationError(
            _("No mission has the code “%(code)s”; known are: %(known)s. Register the mission first."),
            params={"code": code[:40], "known": known},
        )

    def custodian(self, name):
        """The live custodian of this name; ValidationError."""
        if custodian := self.custodians.get(name.lower()):
            return custodian
        raise forms.ValidationError(
            _("No custodian is called “%(name)s”. Register it first."), params={"name": name[:60]}
        )

    def location(self, name):
        """The live location of this whole path or, where only one has it, of this name of its own; ValidationError."""
        wanted = PATH_MARK.join(part.strip() for part in name.lower().split("/"))
        exact = self.paths.get(name.lower()) or self.paths.get(wanted)
        alike = [pk for path, keys in self.paths.items() if path.rpartition(PATH_MARK)[2] == wanted for pk in keys]
        found = exact or alike
        if len(found) != 1:
            raise forms.ValidationError(
                _("%(count)s locations are called “%(name)s”; give one by its whole path, like Site / Room."),
                params={"count": len(found) or _("No"), "name": name[:60]},
            )
        return Location.objects.get(pk=found[0])


class RowForm:
    """What the forms of rows have in common: blank is not said, and faults are told in the words of a file."""

    # {field: value} where nothing is said.
    offered = {}
    # {column: argument of the operation} where these differ.
    renamed = {}

    def __init__(self, cells, known, *, noun, why_missing=""):
        """`why_missing`: why what the row belongs under is not there, though a row brings it."""
        super().__init__({})
        self.known, self.why_missing = known, why_missing
        self.data = self.offered | _said(cells, _words_of_a_file(self.fields, noun))

    def arguments(self):
        """What was read, as keyword arguments of the operation."""
        return {self.renamed.get(name, name): value for name, value in super().arguments().items()}


def _words_of_a_file(fields, noun):
    """Have `fields` speak of a file's cells; returns {name: {choice in lower case: choice}}."""
    words = {}
    for name, field in fields.items():
        field.error_messages["required"] = _("This is blank, and a %(noun)s needs it.") % {"noun": noun}
        if isinstance(field, forms.ChoiceField):
            words[name] = {str(value).lower(): str(value) for value, _label in field.choices if value}
            field.error_messages["invalid_choice"] = _("Give one of: %s.") % ", ".join(words[name].values())
    return words


def _said(cells, words):
    """The cells that say something; choices in upper and lower case alike, in ASCII as these are."""
    said = {name: text for name, text in cells.items() if text.strip()}
    for name in words.keys() & said.keys():
        text = said[name].strip()
        said[name] = words[name].get(text.lower(), text) if text.isascii() else text
    return said


def named(**kwargs):
    """A record named in a row by its text."""
    return forms.CharField(max_length=1000, empty_value=None, **kwargs)


class MissionRowForm(RowForm, MissionRegisterForm):
    reason = None
    offered = {name: Mission._meta.get_field(name).get_default() for name in ("return_capacity_g", "drill_limit_cm")}


class CustodianRowForm(RowForm, CustodianRegisterForm):
    reason = None
    active = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda text: text == "yes")
    offered = {"active": "yes"}


class LocationRowForm(RowForm, LocationRegisterForm):
    """A place by its whole path: its name, and the place that it is in."""

    reason = name = parent = None
    location = named()
    custodian = named(required=False)

    class Meta(LocationRegisterForm.Meta):
        fields = ["kind", "atmosphere"]

    def clean_location(self):
        path = self.cleaned_data["location"]
        outer, mark, _name = path.rpartition(PATH_MARK)
        if mark and self._at(outer) is None:
            message = _("There is no location “%(outer)s”, nor does a row bring one.")
            raise forms.ValidationError(self.why_missing or message % {"outer": outer[:200]})
        return path

    def clean_custodian(self):
        name = self.cleaned_data["custodian"]
        return name and self.known.custodian(name)

    def arguments(self):
        arguments = super().arguments()
        if path := arguments.pop("location", None):
            outer, _mark, name = path.rpartition(PATH_MARK)
            arguments |= {"name": name, "parent": self._at(outer) if outer else None}
        return arguments

    def _at(self, path):
        """The live location with this path, that of an earlier row too."""
        place = None
        for name in path.split(PATH_MARK):
            # Compared here: the two engines fold other letters than those of ASCII each in its own way.
            inside = Location.objects.live().filter(parent=place)
            place = next((one for one in inside if one.name.lower() == name.lower()), None)
            if place is None:
                return None
        return place


class ContainerRowForm(RowForm, ContainerRegisterForm):
    reason = parent = None
    mission = named()
    inside = named(required=False)
    location = named(required=False)
    custodian = named(required=False)
    renamed = {"inside": "parent"}

    class Meta(ContainerRegisterForm.Meta):
        fields = [
            name
            for name in ContainerRegisterForm.Meta.fields
            if name not in ("mission", "parent", "location", "custodian")
        ]

    def clean_mission(self):
        return self.known.mission(self.cleaned_data["mission"])

    def clean_inside(self):
        identifier = self.cleaned_data["inside"]
        if identifier is None or (outer := Container.objects.live().identified(identifier).first()):
            return identifier and outer
        message = _("No container in use has the identifier “%(identifier)s”, nor does a row bring one.")
        raise forms.ValidationError(self.why_missing or message % {"identifier": identifier[:40]})

    def clean_location(self):
        name = self.cleaned_data["location"]
        return name and self.known.location(name)

    def clean_custodian(self):
        name = self.cleaned_data["custodian"]
        return name and self.known.custodian(name)

    def clean(self):
        cleaned = super().clean()
        outer, location = self.cleaned_data.get("inside"), self.cleaned_data.get("location")
        if outer is not None and location is not None:
            self._check_stands_there(outer, location)
            self.cleaned_data["location"] = None
        return cleaned

    def _check_stands_there(self, outer, location):
        """What is inside another stands where that one stands; a row may say so, and nothing else."""
        there = outermost_locations([outer.pk])[outer.pk]
        if there != location.pk:
            names = location_names([there, location.pk])
            self.add_error(
                "location",
                _("It is inside %(outer)s, which stands in “%(its)s”; the file says “%(said)s”.")
                % {"outer": outer, "its": names.get(there, "?"), "said": names[location.pk]},
            )


class SampleRowForm(SampleRegisterForm):
    """One row of samples, read as the form for one sample reads what a person types.

    Container and parent stay identifiers, because an earlier row may bring them.
    """

    container = forms.CharField(max_length=200, required=False)
    parent = forms.CharField(max_length=200, required=False)
    mission = forms.CharField(max_length=200, required=False, empty_value=None)
    reason = None

    class Meta(SampleRegisterForm.Meta):
        fields = [name for name in SampleRegisterForm.Meta.fields if name not in ("container", "parent")]

    def __init__(self, known, *, needs_container):
        super().__init__({})
        # Where nothing is said, the value that the form for one sample offers.
        self.offered = {name: Sample._meta.get_field(name).get_default() for name in ("use_category", "exposure")}
        self.known = known
        self.fields["container"].required = needs_container
        self.words = _words_of_a_file(self.fields, "sample")

    def read(self, cells, *, is_whole):
        """Read the texts `cells` of the next row.

        Where it `is_whole` the record's own rules are asked too, each of which is a query; else whoever writes
        the record has to ask them.
        """
        self.data = self.offered | _said(cells, self.words)
        self.is_whole = is_whole
        self._errors = None
        self.instance = Sample()

    def _post_clean(self):
        if self.is_whole:
            super()._post_clean()

    def clean_mission(self):
        code = self.cleaned_data["mission"]
        return code and self.known.mission(code)
