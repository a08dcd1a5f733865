"""What the forms of records promise, whichever record it is."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from samples.forms.containers import ContainerAmendForm, ContainerRegisterForm, SealApplyForm
from samples.forms.custodians import CustodianAmendForm, CustodianRegisterForm
from samples.forms.locations import LocationAmendForm, LocationRegisterForm
from samples.forms.missions import MissionAmendForm, MissionRegisterForm
from samples.forms.records import ReasonForm
from samples.forms.samples import SampleAmendForm, SampleRegisterForm
from samples.models import Container, Custodian, Location, Mission, Sample
from samples.operations import containers, custodians, locations, missions, samples

AMENDING = [ContainerAmendForm, CustodianAmendForm, LocationAmendForm, MissionAmendForm, SampleAmendForm]
REGISTERING = {
    ContainerRegisterForm: containers.register,
    CustodianRegisterForm: custodians.register,
    LocationRegisterForm: locations.register,
    MissionRegisterForm: missions.register,
    SampleRegisterForm: samples.register,
}


@pytest.mark.parametrize("form_class", AMENDING)
def test_an_amend_form_has_the_amendable_fields_a_reason_and_what_was_seen(db, form_class):
    form = form_class()

    assert set(form.fields) == {*form_class._meta.model.AMENDABLE, "reason", "seen", "opened"}
    assert list(form.fields)[-1] == "reason"


@pytest.mark.parametrize("form_class", REGISTERING)
def test_a_register_form_asks_for_the_arguments_of_the_operation(db, form_class):
    names = set(form_class().fields) - {"seen", "opened"}

    arguments = set(REGISTERING[form_class].__kwdefaults__ or {}) | names

    assert names <= arguments
    assert {"reason"} <= names


@pytest.mark.parametrize("form_class", [*AMENDING, *REGISTERING])
def test_every_field_stands_on_the_page_once(db, form_class):
    form = form_class()

    shown = [field.name for _legend, fields in form.fieldsets() for field in fields]

    assert sorted(shown) == sorted(name for name in form.fields if name not in ("seen", "opened"))


@pytest.mark.parametrize("form_class", [*AMENDING, *REGISTERING])
def test_a_form_never_saves_its_record(db, form_class):
    with pytest.raises(NotImplementedError):
        form_class().save()


@pytest.mark.parametrize("model", [Container, Custodian, Location, Mission, Sample])
def test_a_label_begins_with_a_capital_letter(db, model):
    forms_of = [form_class for form_class in [*AMENDING, *REGISTERING] if form_class._meta.model is model]

    labels = [str(field.label) for form_class in forms_of for field in form_class().fields.values() if field.label]

    assert [label for label in labels if not label[0].isupper()] == []


@pytest.mark.parametrize(
    ("form_class", "sentence", "field"),
    [
        (ContainerRegisterForm, "Another container has this identifier.", "identifier"),
        (SampleRegisterForm, "Another sample has this identifier.", "identifier"),
        (MissionRegisterForm, "Another mission has this code.", "code"),
        (CustodianRegisterForm, "Another custodian has this name.", "name"),
        (LocationRegisterForm, "There is a site of this name already.", "name"),
        (SealApplyForm, "This seal number was used before.", "number"),
    ],
)
def test_a_name_that_is_taken_is_a_fault_of_its_field(db, form_class, sentence, field):
    model = form_class.model or form_class._meta.model
    [message] = [
        str(rule.violation_error_message)
        for rule in model._meta.constraints
        if str(rule.violation_error_message).startswith(sentence)
    ]
    form = form_class({})
    assert not form.is_valid()

    form.add_error(None, ValidationError({"__all__": [message, "Something else."]}))

    assert message in form.errors[field]
    assert form.non_field_errors()[-1] == "Something else."
    assert message not in form.non_field_errors()


def test_faults_are_added_as_django_would():
    form = ReasonForm({"reason": "Why not"})
    assert form.is_valid()

    form.add_error("reason", "Too short.")
    form.add_error(None, ["One.", "Two."])
    form.add_error(None, ValidationError({"seen": ["Damaged."]}))

    assert form.errors == {"reason": ["Too short."], "__all__": ["One.", "Two."], "seen": ["Damaged."]}
    assert "reason" not in form.cleaned_data


def test_arguments_are_what_was_typed_without_what_was_seen():
    form = ReasonForm({"reason": " Why not ", "seen": "3"})

    assert form.is_valid()
    assert form.arguments() == {"reason": "Why not"}
    assert isinstance(form.fields["seen"].widget, forms.HiddenInput)
