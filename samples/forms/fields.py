"""Form fields for what people type: masses and depths exactly, event times, records by identifier."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from samples.history import moment_text
from samples.models import Balance, DegreesField, DepthField, Location, MassField, ProseField, location_names
from samples.units import NotAMeasure, format_mass, parse_depth, parse_mass

from .addresses import own_path, record_at

# Nothing was brought back from anywhere before the first spacecraft flew.
FIRST_YEAR = 1957
# Bytes; of a larger file nothing but its name and size arrives (samples/views/uploads.py).
LARGEST_FILE = 10_000_000


class MeasureField(forms.CharField):
    """A number with a unit, read exactly; the value is a Decimal in the unit of the box."""

    unit = ""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 40)
        super().__init__(empty_value=None, **kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"data-unit": self.unit, "inputmode": "decimal"}

    def to_python(self, value):
        value = super().to_python(value)
        if value is None:
            return None
        try:
            return self.parse(value)
        except NotAMeasure as error:
            raise ValidationError(str(error)) from None

    def run_validators(self, value):
        # Those of CharField look at text; what was typed is checked by `parse`.
        if value is not None:
            for validator in self.measure_validators:
                validator(value)

    def prepare_value(self, value):
        if value is None or isinstance(value, str):
            return value
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class GramsField(MeasureField):
    unit = "g"
    measure_validators = MassField.default_validators
    parse = staticmethod(parse_mass)


class CentimetresField(MeasureField):
    unit = "cm"
    measure_validators = DepthField.default_validators
    parse = staticmethod(parse_depth)


class AngleField(forms.DecimalField):
    """Degrees with at most five decimals, in plain notation."""

    def __init__(self, **kwargs):
        super().__init__(max_digits=8, decimal_places=5, widget=forms.TextInput(attrs={"data-unit": "°"}), **kwargs)

    def to_python(self, value):
        if isinstance(value, str) and not set(value.strip()) <= set("0123456789.+-"):
            raise ValidationError(_("Write degrees as a plain decimal number, like -153.97."))
        return super().to_python(value)


class ProseInput(forms.CharField):
    """Several lines; a browser ends each of them with CR LF, which is not a change of the text."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class EventTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M:%S")

    def format_value(self, value):
        text = super().format_value(value)
        # People think in minutes; seconds are shown where there are any. What was typed stays as it was.
        return text.removesuffix(":00") if text and not isinstance(value, str) else text


def this_minute():
    """Now, as the clock on the wall shows it."""
    return timezone.now().replace(second=0, microsecond=0)


class EventTimeField(forms.DateTimeField):
    """When something happened, in the laboratory's time zone. Neither 07/01/2024 nor a missing hour is guessed."""

    widget = EventTimeInput
    input_formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
    default_error_messages = {"invalid": _("Give the day and the time, like 2024-06-28 10:30.")}

    def to_python(self, value):
        if isinstance(value, str) and value.strip() and ":" not in value:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            at = super().to_python(value)
        except (OverflowError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if at is not None and not FIRST_YEAR <= at.year <= timezone.now().year + 1:
            raise ValidationError(
                _("%(year)s cannot be right: give a year between %(first)s and now."),
                params={"year": at.year, "first": FIRST_YEAR},
            )
        return at


class DayField(forms.DateField):
    """A calendar day; `future_years` for those that lie ahead."""

    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": _("Give the day like 2024-06-28.")}

    def __init__(self, *, future_years=1, **kwargs):
        self.future_years = future_years
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value):
        day = super().to_python(value)
        last = timezone.now().year + self.future_years
        if day is not None and not FIRST_YEAR <= day.year <= last:
            raise ValidationError(
                _("%(year)s cannot be right: give a year between %(first)s and %(last)s."),
                params={"year": day.year, "first": FIRST_YEAR, "last": last},
            )
        return day


def beginning_of(day):
    """The moment at which a day begins in the laboratory."""
    return timezone.make_aware(datetime.combine(day, time.min))


class BalanceSelect(forms.Select):
    """Each balance carries its uncertainty, for the script that shows the difference while one types."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if balance := getattr(value, "instance", None):
            option["attrs"]["data-uncertainty"] = f"{balance.uncertainty_g:f}"
        return option


class BalanceField(forms.ModelChoiceField):
    """A choice of the balances in use, with what one has to know to take the right one."""

    widget = BalanceSelect

    def __init__(self, **kwargs):
        super().__init__(Balance.objects.active().order_by("name", "pk"), **kwargs)

    def label_from_instance(self, balance):
        text = _("%(balance)s · ± %(uncertainty)s · calibrated until %(day)s")
        if balance.is_expired:
            text = _("%(balance)s · ± %(uncertainty)s · calibration ended %(day)s")
        values = {"uncertainty": format_mass(balance.uncertainty_g), "day": moment_text(balance.calibrated_until)}
        return text % ({"balance": balance.name} | values)


class IdentifierField(forms.CharField):
    """A record named by its identifier, upper and lower case alike, or by the address that its label's code holds.

    Such an address has our `host` in it, where that is not the one of the settings.
    """

    host = ""

    def __init__(self, queryset, *, what, **kwargs):
        self.queryset = queryset
        self.what = what
        super().__init__(max_length=200, empty_value=None, widget=forms.TextInput(attrs={"class": "id"}), **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        if value is None or not isinstance(value, str):
            return value
        # Before the database is asked: NUL and a very long text are errors of one engine only.
        super().run_validators(value)
        records = self.queryset.all()
        if path := own_path(value, self.host):
            noun, key = record_at(path)
            records = records.filter(pk=key if noun == records.model._meta.model_name else None)
        else:
            records = records.identified(value)
        if record := records.first():
            return record
        raise ValidationError(
            _("No %(what)s in use has the identifier “%(value)s”."), params={"what": self.what, "value": value[:40]}
        )

    def run_validators(self, value):
        # The text was checked before the record was looked for.
        pass

    def prepare_value(self, value):
        return getattr(value, "identifier", value)

    def has_changed(self, initial, data):
        return (data or "").strip().lower() != (getattr(initial, "identifier", initial) or "").lower()


class IdentifiersField(forms.CharField):
    """Several records, parted by spaces or line breaks (commas belong to identifiers).

    Each by its identifier, or by the address that its label's code holds, which has our `host` in it.
    """

    host = ""

    def __init__(self, queryset, *, what, **kwargs):
        self.queryset = queryset
        self.what = what
        super().__init__(max_length=10_000, widget=forms.Textarea(attrs={"rows": 3, "class": "id"}), **kwargs)

    def clean(self, value):
        words = _words_of(super().clean(value))
        found = self._found(words, self.host)
        if missing := [typed for key, typed in words.items() if key not in found]:
            raise ValidationError(
                _("No %(what)s in use has the identifier %(values)s."),
                params={"what": self.what, "values": ", ".join(f"“{typed[:40]}”" for typed in missing[:10])},
            )
        return _in_order(words, found)

    def those_named(self, text, host=""):
        """The records that `text` names, in its order, as far as there are any; before anything is refused."""
        words = _words_of(text[: self.max_length].replace("\x00", ""))
        return _in_order(words, self._found(words, host))

    def _found(self, words, host):
        """Records by word."""
        by_address = self._by_address(words, host)
        keys = list(words)
        found = {}
        for start in range(0, len(keys), 500):
            some = self.queryset.all().identified(*keys[start : start + 500])
            found |= {record.identifier.lower(): record for record in some}
        if by_address:
            records = self.queryset.in_bulk(list(set(by_address.values())))
            found |= {word: records[key] for word, key in by_address.items() if key in records}
        return found

    def _by_address(self, words, host):
        """The keys of records by the words that are addresses of their pages."""
        paths = {word: path for word, typed in words.items() if (path := own_path(typed, host))}
        meant = {word: record_at(path) for word, path in paths.items()}
        noun = self.queryset.model._meta.model_name
        return {word: key for word, (of, key) in meant.items() if of == noun and key is not None}


def _words_of(text):
    """What was typed, by what it is looked for as: each word once."""
    words = {}
    for word in text.split():
        # Only ASCII, as identifiers are: the Kelvin sign is no k.
        words.setdefault(word.lower() if word.isascii() else word, word)
    return words


def _in_order(words, found):
    return list(dict.fromkeys(found[word] for word in words if word in found))


class UploadField(forms.FileField):
    """A file of at most 10 MB; a larger one is refused in words, and all else in the form is kept."""

    def to_python(self, data):
        if data not in self.empty_values and data.size > LARGEST_FILE:
            raise ValidationError(
                _("The file has %(size)s MB; at most %(most)s MB are taken. Send it in parts."),
                params={"size": f"{data.size / 1_000_000:.1f}", "most": LARGEST_FILE // 1_000_000},
            )
        return super().to_python(data)


class LocationField(forms.ModelChoiceField):
    """A location, chosen by its whole path: "Hall 1 / GB-01 / floor"."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Location.objects.live(), **kwargs)

    def label_from_instance(self, location):
        return self.names.get(location.pk, location.name)

    def load_names(self, offered=None):
        """Read the names of all the choices at once and put them in order; only those `offered`, where it is given."""
        ids = list((self.queryset if offered is None else offered).values_list("pk", flat=True))
        self.names = location_names(ids)
        choices = sorted(((pk, name) for pk, name in self.names.items()), key=lambda choice: choice[1])
        self.widget.choices = [("", self.empty_label), *choices]


def formfield(db_field, **kwargs):
    """The form field of a model field; the exact ones and times get ours."""
    for kind, form_field in ((MassField, GramsField), (DepthField, CentimetresField), (DegreesField, AngleField)):
        if isinstance(db_field, kind):
            # Not `default`: a model's default is offered as the initial value below.
            initial = db_field.get_default() if db_field.has_default() else None
            return form_field(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                help_text=db_field.help_text,
                initial=initial,
            )
    if isinstance(db_field, ProseField):
        kwargs["form_class"] = ProseInput
    elif db_field.get_internal_type() == "DateTimeField":
        kwargs["form_class"] = EventTimeField
    elif db_field.get_internal_type() == "DateField":
        kwargs["form_class"] = DayField
    return db_field.formfield(**kwargs)
