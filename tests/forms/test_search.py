"""The search forms: what they let through, what they refuse, how they keep the question."""

import pytest
from django.http import QueryDict

from samples.forms import search
from samples.models import Container, Custodian, Handoff, Location, Mission, Sample
from tests import factories

FORMS = {
    search.ContainerSearch: Container,
    search.CustodianSearch: Custodian,
    search.HandoffSearch: Handoff,
    search.LocationSearch: Location,
    search.MissionSearch: Mission,
    search.SampleSearch: Sample,
}


@pytest.mark.parametrize(("form_class", "model"), FORMS.items())
def test_every_order_ends_in_the_key_and_turns_round_as_a_whole(lab, form_class, model):
    for key, field in form_class.sorts.items():
        up, down = (form_class({"sort": sort}, lab.auditor) for sort in (key, f"-{key}"))

        assert up.is_valid()
        assert down.is_valid()
        assert up.ordered(model.objects.all()).query.order_by == (field, "pk")
        assert down.ordered(model.objects.all()).query.order_by == (f"-{field}", "-pk")


@pytest.mark.parametrize("form_class", FORMS)
def test_it_says_what_is_looked_for(lab, form_class):
    form = form_class({}, lab.auditor)

    assert form.fields["q"].widget.attrs["placeholder"]
    assert form.searched


def test_an_empty_question_lets_all_that_is_live_through(lab):
    form = search.ContainerSearch(QueryDict("q=&kind=&sort="), lab.auditor)

    assert form.is_valid()
    assert set(form.filter(Container.objects.all())) == {lab.box, lab.bottle}
    assert form.question() == {}


def test_the_question_keeps_filters_and_order_and_nothing_else(lab):
    form = search.ContainerSearch(QueryDict("q=bo&kind=vial&after=x&sort=-kind&utm=1&kind=tray"), lab.auditor)

    assert form.question() == {"q": "bo", "kind": "tray", "sort": "-kind"}


@pytest.mark.parametrize("typed", ["CE6", "ce6"])
def test_a_mission_is_asked_for_by_its_code_in_either_case(lab, typed):
    factories.mission(lab.curator, "CE5", body_side="near", relay_satellite="")
    form = search.MissionSearch({"mission": typed}, lab.auditor)

    assert form.is_valid()
    assert form.filter(Mission.objects.all()).get() == lab.mission
    assert 'value="CE6" selected' in str(form["mission"])


def test_whoever_asks_for_no_mission_is_told_which_there_are_for_them(lab):
    factories.mission(lab.curator, "CE5", body_side="near", relay_satellite="")
    factories.publish(lab.curator, lab.soil)

    def fault(user, code):
        form = search.SampleSearch({"mission": code}, user)
        assert not form.is_valid()
        return form.errors["mission"]

    assert fault(lab.auditor, str(lab.mission.pk)) == [f"There is no mission “{lab.mission.pk}”. There are: CE5, CE6."]
    assert fault(lab.researcher, "CE5") == ["There is no mission “CE5”. There are: CE6."]


def test_the_words_of_a_search_are_not_a_pattern(lab):
    factories.sample(lab.technician, "A_1", lab.bottle, other_names="100% basalt")
    factories.sample(lab.technician, "AB1", lab.bottle)

    def found(words):
        form = search.SampleSearch({"q": words}, lab.auditor)
        assert form.is_valid()
        return sorted(form.filter(Sample.objects.all()).values_list("identifier", flat=True))

    assert found("a_1") == ["A_1"]
    assert found("0%") == ["A_1"]
    assert found("%") == ["A_1"]
    assert found("\\") == []
    assert found(" ab1 ") == ["AB1"]


def test_a_filter_by_mass_is_exact_at_both_ends(lab):
    factories.sample(lab.technician, "GRAIN", lab.bottle, "0.000001")

    def found(**question):
        form = search.SampleSearch(question, lab.auditor)
        assert form.is_valid()
        return sorted(form.filter(Sample.objects.all()).values_list("identifier", flat=True))

    assert found(mass_from="0.001 mg", mass_to="0.000001") == ["GRAIN"]
    assert found(mass_from="0.000002") == ["CE6C0001"]
    assert found(mass_from="10", mass_to="10.000000 g") == ["CE6C0001"]


@pytest.mark.parametrize("form_class", FORMS)
def test_a_researcher_is_offered_what_is_met_on_the_pages(lab, form_class):
    factories.publish(lab.curator, lab.soil)
    factories.mission(lab.curator, "CE7")
    form = form_class({}, lab.researcher)

    offered = {
        name: [str(record) for record in field.queryset]
        for name, field in form.fields.items()
        if hasattr(field, "queryset")
    }

    assert offered == {name: ["Mission CE6"] if name == "mission" else ["Laboratory"] for name in offered}


@pytest.mark.parametrize("form_class", [search.ContainerSearch, search.SampleSearch, search.HandoffSearch])
def test_who_may_see_nothing_is_offered_nothing(lab, form_class):
    form = form_class({}, factories.person("newcomer"))

    assert [list(field.queryset) for field in form.fields.values() if hasattr(field, "queryset")] in ([[]] * 2, [[]])


def test_a_chip_says_what_is_filtered_in_words_and_how_to_take_it_off(lab):
    form = search.ContainerSearch({"kind": "sample bottle", "seal": "none", "q": "bo", "sort": "kind"}, lab.auditor)
    assert form.is_valid()

    chips = [(str(chip["label"]), str(chip["value"]), chip["remove_url"]) for chip in form.chips()]

    assert chips == [
        ("Kind", "Sample bottle", "?seal=none&q=bo&sort=kind"),
        ("Seal", "No seal", "?kind=sample+bottle&q=bo&sort=kind"),
    ]


def test_a_filter_that_cannot_be_read_is_no_chip(lab):
    form = search.SampleSearch({"mass_from": "12,5", "origin": "sea"}, lab.auditor)

    assert not form.is_valid()
    assert list(form.chips()) == []
    assert set(form.errors) == {"mass_from", "origin"}
