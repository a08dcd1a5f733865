"""What a field of a search form takes, in words and as JSON Schema, for whoever writes a script."""

from django import forms
from django.utils.translation import gettext as _

from .fields import DayField, MeasureField
from .search import MissionFilter

# Choices that are people or records of the laboratory, and no vocabulary.
_NOT_LISTED = {"person"}


def meaning(field):
    """What the field asks for, as its label and the hint below it say."""
    label, more = str(field.label), str(field.help_text)
    if isinstance(field, MissionFilter):
        more = _("Its code.")
    elif isinstance(field, forms.ModelChoiceField):
        more = _("The number in the address of its page.")
    return f"{label}. {more}" if more else f"{label}."


def schema(name, field):
    """What the field called `name` takes, as JSON Schema."""
    match field:
        case MissionFilter():
            return {"type": "string"}
        case forms.ModelChoiceField() | forms.IntegerField():
            return {"type": "integer", "minimum": 1}
        case forms.ChoiceField() if name not in _NOT_LISTED:
            return {"type": "string", "enum": [value for value, _label in _flat(field.choices) if value]}
        case DayField():
            return {"type": "string", "format": "date"}
        case MeasureField():
            return {"type": "string", "examples": ["1.5 g", "20 mg"]}
    return {"type": "string"} | ({"maxLength": field.max_length} if getattr(field, "max_length", None) else {})


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
