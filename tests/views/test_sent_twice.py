"""A form that is sent twice, by a double click, the back button or a second tab, is saved once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from samples.history import moment_text
from samples.models import Container, Handoff, OutsideOperation, Submission
from tests import factories
from tests.views.conftest import Browser, address, as_declared

CONTAINER = {
    "identifier": "NEW-1",
    "kind": "vial",
    "origin": "scoop",
    "parent": "BOX-1",
    "custody_began_at": "2024-06-28T10:00",
    "chain_document": "DN-7",
    "reason": "Delivered",
}
TWICE = "The form came twice and was saved once."


@pytest.fixture
def filled(lab, as_technician):
    """The form that registers a container, filled in; sent again, it is what a back button brings."""
    return as_technician.get("container_register"), CONTAINER | {"mission": str(lab.mission.pk)}


def test_each_form_carries_a_token_of_its_own(lab, as_technician):
    tokens = {as_technician.get(name).typed["submission"] for name in ("container_register",) * 3}

    assert len(tokens) == 3


def test_a_form_sent_twice_makes_one_record_and_leads_to_it_twice(filled):
    opened, typed = filled

    first, second = opened.send(**typed), opened.send(**typed)

    made = Container.objects.get(identifier="NEW-1")
    assert [(page.status, page.location) for page in (first, second)] == [(302, made.get_absolute_url())] * 2
    assert second.message == f"NEW-1 is registered. NEW-1 is registered. {TWICE}"
    assert made.revision == 1


ACTS = {
    "container_amend": {"description": "Chipped"},
    "container_move": {"parent": "CASE-1"},
    "container_take_out": {"location": None},
    "container_void": {},
    "container_seal": {"number": "S-100", "applied_by": "Li"},
    "sample_amend": {"description": "Dark"},
    "sample_split": {"container_0": "CASE-1", "mass_g_0": "0.5"},
    "sample_consume": {"mass_g": "0.5"},
    "sample_lose": {"mass_g": "0.5"},
    "sample_correct": {"mass_g": "1.5"},
    "sample_expose": {"exposed_reason": "The glove tore"},
    "sample_assign": {"use_category": "research"},
    "sample_publish": {},
    "sample_void": {},
    "mission_void": {},
    "custodian_void": {},
    "location_void": {},
    "import_undo": {},
    "mission_register": {"code": "CE5", "name": "Chang'e-5", "body_side": "near"},
    "sample_register": {"identifier": "S-2", "form": "rock", "container": "VIAL-1", "origin": "scoop", "mass_g": "1"},
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_done_once(lab, as_curator, name):
    case = factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    records = {
        "container": vial,
        "sample": factories.sample(lab.technician, "S-1", case),
        "mission": factories.mission(lab.curator, "CE4"),
        "custodian": factories.custodian(lab.curator, "Museum", "museum"),
        "location": factories.location(lab.curator, "Cellar"),
        "import": factories.imported(lab.curator, case, "IMP-1"),
    }
    typed = {"reason": "As planned"} | ACTS[name]
    if "location" in typed:
        typed["location"] = str(lab.room.pk)
    if name == "sample_correct":
        typed["weighing"] = str(factories.weighing(lab.technician, case, factories.balance(lab.curator)).pk)
    opened = as_curator.get(name, None if name.endswith("register") else records[name.partition("_")[0]])

    first, second = opened.send(**typed), opened.send(**typed)

    assert (first.status, second.status, second.location) == (302, 302, first.location)
    assert second.message.endswith(TWICE)
    made = Submission.objects.get().made()
    assert made.get_absolute_url() == first.location


MANY = {
    "container_weigh_many": {"containers": "VIAL-1", "balance": None, "gross_g": "1"},
    "container_move_many": {"containers": "VIAL-1", "parent": "CASE-1"},
    "sample_move_many": {"samples": "CE6C0001", "container": "CASE-1"},
    "sample_assign_many": {"samples": "CE6C0001", "use_category": "research"},
}


@pytest.mark.parametrize("name", MANY)
def test_every_act_on_many_is_done_once(lab, as_curator, name):
    factories.container(lab.technician, "CASE-1", lab.mission, custodian=lab.home, location=lab.room)
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    typed = MANY[name] | {"reason": "As planned"}
    if "balance" in typed:
        typed["balance"] = str(factories.balance(lab.curator).pk)
        typed[f"gross_g_{vial.pk}"] = typed.pop("gross_g")
    noun = name.partition("_")[0] + "s"
    opened = as_curator.get(name, **{noun: typed.pop(noun)})

    first, second = opened.send(**typed), opened.send(**typed)

    assert (first.status, second.status, second.location) == (302, 302, first.location)
    assert second.message.endswith(TWICE)
    assert Submission.objects.count() == 1


def test_a_release_and_its_receipt_are_done_once(lab, as_technician, as_receiver):
    release = as_technician.get("handoff_release", container="BOX-1")
    handoff = {"to_custodian": str(lab.other.pk), "purpose": "Analysis", "place": "Corridor"}
    handoff |= {"transport_mode": "by hand", "password": factories.PASSWORD}
    released = [release.send(**handoff) for _ in range(2)]
    receive = as_receiver.open(f"{released[0].location}receive/")
    found = as_declared(Handoff.objects.get()) | {"location": str(lab.other_room.pk), "reason": "Complete"}
    received = [receive.send(**found) for _ in range(2)]

    assert [page.status for page in released + received] == [302] * 4
    assert {page.location for page in released + received} == {Handoff.objects.get().get_absolute_url()}
    assert received[1].message.endswith(f"H-0001 is received: custody has moved. {TWICE}")


def test_a_form_filled_in_otherwise_after_it_was_saved_says_what_it_made_and_is_sent_as_a_new_one(filled):
    opened, typed = filled
    opened.send(**typed)

    changed = opened.send(**typed | {"identifier": "NEW-2"})

    assert changed.status == 409
    assert "This form was saved before, and something else stands in it now" in changed.summary
    assert f"Saved at {moment_text(Submission.objects.get().at)}: NEW-1 is registered." in changed.summary
    assert changed.link("NEW-1") == Container.objects.get(identifier="NEW-1").get_absolute_url()
    assert (changed.typed["identifier"], changed.typed["chain_document"]) == ("NEW-2", "DN-7")
    assert changed.typed["submission"] != opened.typed["submission"]
    assert not Container.objects.filter(identifier="NEW-2").exists()

    assert changed.send().status == 302
    assert Container.objects.filter(identifier__startswith="NEW-").count() == 2


def test_an_amendment_that_the_way_back_loads_anew_is_the_same_sending(lab, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    opened.send(tare_g="35", reason="Weighed")

    again = opened.send(tare_g="35", reason="Weighed", seen=str(lab.bottle.revision + 1))

    assert (again.status, again.location) == (302, lab.bottle.get_absolute_url())
    assert again.message.endswith(TWICE)
    assert Container.objects.get(pk=lab.bottle.pk).revision == lab.bottle.revision + 1


def test_a_password_is_no_part_of_what_is_kept_of_a_sending(filled, as_technician):
    opened, typed = filled
    opened.send(**typed)

    again = as_technician.post(opened.url, opened.typed | typed | {"Signing_Password": "secret"})

    assert again.message.endswith(TWICE)


def test_an_amendment_filled_in_otherwise_after_it_was_saved_shows_what_it_changed(lab, as_technician):
    opened = as_technician.get("container_amend", lab.bottle)
    opened.send(tare_g="35", reason="Weighed")

    changed = opened.send(tare_g="36", reason="Weighed again")

    assert changed.status == 409
    assert "BOT-1 is amended." in changed.summary
    assert "Tare Both changed it empty 35.000000 g Technician" in changed.summary

    assert changed.send(decide_tare_g="mine").status == 302
    assert Container.objects.get(pk=lab.bottle.pk).tare_g == Decimal(36)


def test_a_form_filled_in_wrongly_after_it_was_saved_says_both(filled):
    opened, typed = filled
    opened.send(**typed)

    changed = opened.send(**typed | {"identifier": "NEW-2", "capacity_g": "much"})

    assert changed.status == 409
    assert "This form was saved before" in changed.summary
    assert list(changed.faults) == ["capacity_g"]


def test_a_refused_form_is_sent_again_with_the_same_token(filled):
    opened, typed = filled

    refused = opened.send(**typed | {"parent": "BOX-9"})
    done = refused.send(parent="BOX-1")

    assert (refused.status, refused.typed["submission"]) == (422, opened.typed["submission"])
    assert done.status == 302


def test_what_the_operation_refuses_does_not_use_the_token_up(filled):
    opened, typed = filled

    refused = opened.send(**typed | {"capacity_g": "5000"})

    assert (refused.status, Submission.objects.count()) == (422, 0)
    assert refused.send(capacity_g="50").status == 302


@pytest.mark.parametrize("token", [None, "", "7", "\x00", "x" * 100_000])
def test_a_form_without_a_token_is_refused_and_given_one(filled, as_technician, token):
    opened, typed = filled
    sent = opened.typed | typed | {"submission": token}
    if token is None:
        del sent["submission"]

    page = as_technician.post(opened.url, sent)

    assert page.status == 422
    assert "This form came without its number. It has one now: look through it and send it." in page.summary
    assert not Container.objects.filter(identifier="NEW-1").exists()
    assert page.typed["identifier"] == "NEW-1"
    assert page.send().status == 302


@pytest.mark.parametrize("identifier", ["NEW-1", "NEW-2"])
def test_a_form_that_somebody_else_sent_tells_nothing_of_it(lab, filled, identifier):
    opened, typed = filled
    opened.send(**typed)

    page = Browser(lab.colleague).post(opened.url, opened.typed | typed | {"identifier": identifier})

    assert page.status == 409
    assert "Somebody else sent it from this browser." in page.summary
    assert page.link("NEW-1") is None
    assert page.send(identifier="NEW-2").status == 302


def test_two_tabs_are_two_forms(filled, as_technician):
    opened, typed = filled
    second = as_technician.get("container_register")

    opened.send(**typed)
    taken = second.send(**typed)

    assert taken.status == 422
    assert "Another container has this identifier." in taken.faults["identifier"]
    assert taken.send(identifier="NEW-2").status == 302


def test_the_same_words_on_another_page_are_another_thing(lab, as_curator):
    publish = as_curator.get("sample_publish", lab.soil)
    typed = publish.typed | {"reason": "As planned"}
    as_curator.post(publish.url, typed)

    page = as_curator.post(address("sample_unpublish", lab.soil), typed)

    assert page.status == 409
    lab.soil.refresh_from_db()
    assert lab.soil.published_at is not None


def test_what_was_made_is_written_with_it_or_not_at_all(filled, monkeypatch):
    opened, typed = filled

    def fail(self, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(Submission, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        opened.send(**typed)

    assert not Container.objects.filter(identifier="NEW-1").exists()


def test_the_database_takes_a_token_once(lab):
    def save(token):
        Submission(token=token, digest="", by=lab.curator, noun="container", record_id=lab.box.pk).save()

    token = uuid4()
    save(token)

    with pytest.raises(IntegrityError), transaction.atomic():
        save(token)


def test_a_submission_is_only_ever_added(lab):
    submission = Submission(token=uuid4(), digest="", by=lab.curator, noun="container", record_id=lab.box.pk)
    submission.save()

    for act in (submission.save, submission.delete, Submission.objects.all().delete):
        with pytest.raises(OutsideOperation):
            act()
