"""What labels are printed for: containers and samples, one to a line, as typed or as a scanner reads them."""

from collections import defaultdict

from django import forms
from django.utils.translation import gettext_lazy as _

from samples.models import Container, Sample

from .addresses import record_at

# The words a line may begin with, and the records they mean.
NOUNS = {"container": Container, "sample": Sample}
# More than an identifier and the word before it have.
LONGEST = 60
# As many faults as are named in one sentence.
MOST_NAMED = 10


class LabelSheetForm(forms.Form):
    """A sheet of labels: one label a line, on which sheet, and from where on it.

    `layouts` are the sheets by key, `most` the number of labels at once; `path_of(address)` is the path of
    an address that is one of ours, or None.
    """

    records = forms.CharField(
        label=_("Containers and samples"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "id", "autofocus": True, "spellcheck": "false"}),
        help_text=_(
            "One to a line, typed or scanned: an identifier, or the address that a label’s code holds. Where a "
            "container and a sample have the same identifier, write the word container or sample before it."
        ),
    )
    layout = forms.ChoiceField(label=_("Sheet"), widget=forms.RadioSelect)
    first = forms.IntegerField(
        label=_("Start at label"),
        initial=1,
        min_value=1,
        help_text=_("1 for a new sheet. On a started one, count along the rows to the first label that is left."),
    )

    def __init__(self, *args, user, layouts, most, path_of, **kwargs):
        super().__init__(*args, **kwargs)
        self.layouts, self.most, self.path_of = layouts, most, path_of
        self.querysets = {
            noun: model.objects.visible_to(user).live().select_related("mission") for noun, model in NOUNS.items()
        }
        self.fields["layout"].choices = [
            (key, _("%(count)s labels of %(size)s") % {"count": layout.count, "size": layout.size})
            for key, layout in layouts.items()
        ]
        self.fields["layout"].initial = next(iter(layouts))

    def find(self, noun, identifier):
        """The record that is named so and shown to this person, or None."""
        return self.querysets[noun].identified(identifier).first()

    def clean_records(self):
        """The records in the order of the lines; one that is typed twice gets two labels."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["records"].splitlines() if line.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(
                _("These are %(count)s lines; at most %(most)s labels are printed at once. Print them in parts."),
                params={"count": len(lines), "most": self.most},
            )
        meant = [self._meant(line) for line in lines]
        found = self._found(meant)
        matches = [[found[noun][key] for noun in nouns if key in found[noun]] for nouns, key in meant]
        self._refuse_unknown([line for line, match in zip(lines, matches, strict=True) if not match])
        self._refuse_ambiguous([match[0] for match in matches if len(match) > 1])
        return [match[0] for match in matches]

    def clean(self):
        layout, first = self.layouts.get(self.cleaned_data.get("layout")), self.cleaned_data.get("first")
        if layout and first and first > layout.count:
            sentence = _("This sheet has %(count)s labels; start at one of them.")
            self.add_error("first", forms.ValidationError(sentence, params={"count": layout.count}))

    def _meant(self, line):
        """(nouns, key) of a line: the key is that of a record, a number, where it is an address."""
        if path := self.path_of(line):
            noun, key = record_at(path)
            return ([noun], key) if noun in NOUNS and key is not None else ([], 0)
        # Only ASCII, as identifiers are: the Kelvin sign is no k. A very long text is an error of one engine only.
        key = line.lower() if line.isascii() and len(line) < LONGEST else ""
        noun, _space, identifier = key.partition(" ")
        return ([noun], identifier) if noun in NOUNS and identifier else (list(NOUNS), key)

    def _found(self, meant):
        """Records by noun and key; two queries a noun at most."""
        keys = defaultdict(set)
        for nouns, key in meant:
            for noun in nouns:
                keys[noun, type(key)].add(key)
        found = {noun: {} for noun in NOUNS}
        for (noun, kind), some in keys.items():
            queryset = self.querysets[noun]
            if kind is int:
                found[noun] |= {record.pk: record for record in queryset.filter(pk__in=some)}
            else:
                found[noun] |= {record.identifier.lower(): record for record in queryset.identified(*some)}
        return found

    def _refuse_unknown(self, lines):
        if lines:
            raise forms.ValidationError(
                _("No container and no sample in use has this identifier or address: %(lines)s."),
                params={"lines": _quoted(lines)},
            )

    def _refuse_ambiguous(self, records):
        if records:
            raise forms.ValidationError(
                _("Both a container and a sample are named %(names)s. Write container or sample before it."),
                params={"names": _quoted([record.identifier for record in records])},
            )


def _quoted(texts):
    return ", ".join(f"“{text[:60]}”" for text in dict.fromkeys(texts[:MOST_NAMED]))
