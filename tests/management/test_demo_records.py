"""What the demo enters: exact masses, an unbroken chain, nothing unknown stated as a fact."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.apps import apps
from django.contrib.auth.password_validation import validate_password

from samples.management.demo.people import ACCOUNTS
from samples.models import (
    Audited,
    Container,
    Discrepancy,
    Handoff,
    HandoffLine,
    MassBalance,
    MassMovement,
    Mission,
    Sample,
    Seal,
    User,
    Weighing,
    seams,
)
from samples.operations import custody, samples, signatures
from samples.operations.containment import OverCapacity, Sealed
from samples.roles import Role

pytestmark = pytest.mark.usefixtures("loaded")

AUDITED = [model for model in apps.get_app_config("samples").get_models() if issubclass(model, Audited)]


def user(username):
    return User.objects.get(username=username)


def test_the_mass_of_change6_is_the_published_one_to_the_microgram():
    balance = MassBalance(Mission.objects.get(code="CE6"))

    assert balance.accessioned_g == Decimal("1935.300000")
    assert balance.capacity_g == Decimal("2000.000000")
    assert balance.free_g == Decimal("64.700000")
    assert balance.held_by_origin_g == {"drill": Decimal("435.300000"), "scoop": Decimal("1499.747000")}
    assert (balance.lost_g, balance.consumed_g) == (Decimal("0.003000"), Decimal("0.250000"))


def test_what_was_scooped_is_in_ten_bottles_and_a_rest_to_the_microgram():
    bulk = Sample.objects.get(identifier="CE6-BULK-S")
    bottles = Container.objects.filter(identifier__startswith="CE6-B")

    assert (bulk.initial_mass_g, bulk.mass_g) == (Decimal("1500"), Decimal("0.400000"))
    assert bulk.children.count() == bottles.count() == 10
    assert all(149 < bottle.contents_g() < 151 for bottle in bottles)
    parts = MassMovement.objects.filter(from_sample=bulk, kind=MassMovement.Kind.SPLIT)
    assert sum(part.mass_g for part in parts) == Decimal("1499.597000")
    assert all(bottle.weighings.exists() and bottle.atmosphere_around() == "nitrogen" for bottle in bottles)


def test_the_core_is_cut_into_segments_that_follow_each_other():
    core = Sample.objects.get(identifier="CE5-BULK-D")
    segments = list(Sample.objects.segments_of(core.pk))

    assert [segment.identifier for segment in segments] == ["CE5-CORE-1", "CE5-CORE-2", "CE5-CORE-3"]
    assert seams(segments) == []
    assert core.mass_g + sum(segment.mass_g for segment in segments) == core.initial_mass_g == Decimal(231)


@pytest.mark.parametrize(("code", "grams"), [("CE6", "1935.3"), ("CE5", "1731"), ("A11", "5953")])
def test_the_balance_of_every_mission_closes(code, grams):
    balance = MassBalance(Mission.objects.get(code=code))

    assert balance.closes
    assert balance.accessioned_g == Decimal(grams)


def test_the_package_was_unsealed_in_the_laboratory_and_holds_what_is_not_in_bottles():
    package = Container.objects.get(identifier="CE6-SP-01")

    assert package.contents_g() == Decimal("435.700000")
    assert package.custodian.name == "Lunar Sample Laboratory"
    assert package.location.full_name() == "Beijing / Lunar Sample Laboratory / Hall 1 / GB-01 / Floor"
    assert not package.is_sealed()
    assert Container.objects.get(identifier="CE6-PC-D01").is_sealed()


def test_the_capsule_stays_behind_empty():
    capsule = Container.objects.get(identifier="CE6-RC-01")

    assert capsule.custodian.name == "Opening centre"
    assert capsule.status == Container.Status.EMPTIED
    assert capsule.contents_g() == 0


def test_the_chain_of_change6_is_unbroken_from_the_lander_to_the_laboratory():
    package = Container.objects.get(identifier="CE6-SP-01")
    chain = list(Handoff.objects.received().filter(lines__container=package).order_by("number"))

    parties = [chain[0].from_custodian.name] + [handoff.to_custodian.name for handoff in chain]
    assert parties == [
        "Chang’e-6 lander",
        "Chang’e-6 ascender",
        "Chang’e-6 reentry capsule",
        "Recovery team",
        "Road and air transport",
        "Opening centre",
        "CNSA",
        "Lunar Sample Laboratory",
    ]
    for one, following in pairwise(chain):
        assert one.to_custodian == following.from_custodian
        assert one.received_at <= following.released_at


def test_one_gap_in_time_waits_for_its_explanation():
    gaps = [handoff for handoff in Handoff.objects.received() if handoff.gap]

    assert [(handoff.from_custodian.name, handoff.to_custodian.name) for handoff in gaps] == [
        ("Recovery team", "Road and air transport")
    ]
    assert not hasattr(gaps[0], "gap_explanation")


def test_the_laboratory_technician_has_something_to_receive():
    handoff = Handoff.objects.open().get()

    assert list(Handoff.objects.waiting_for(user("laboratory"))) == [handoff]
    assert [line.container.identifier for line in handoff.lines.all()] == ["CE5-V-01"]

    place = Container.objects.get(identifier="CE5-CT-01").location
    received = custody.receive(
        handoff=handoff,
        location=place,
        received_at=handoff.released_at,
        found={
            line.container_id: custody.Found(seal_read="CE5-SEAL-01", seal_condition="intact")
            for line in custody.to_find(handoff)
        },
        acknowledged=True,
        confirmed=signatures.confirm(user("laboratory"), "nitrogen-glove-box"),
        by=user("laboratory"),
        reason="Came back",
    )

    assert received.status == Handoff.Status.RECEIVED
    assert not Handoff.objects.open().exists()


def test_the_curator_can_still_work_on_but_not_past_a_seal_or_a_capacity():
    bulk = Sample.objects.get(identifier="CE6-BULK-D")
    elsewhere = Container.objects.get(identifier="CE6-RC-01")
    values = {"origin": "drill", "form": "powder", "happened_at": bulk.collected_at, "by": user("curator")}

    with pytest.raises(Sealed):
        samples.register(identifier="X-1", container=bulk.container, mass_g=Decimal(1), **values, reason="Too much")
    with pytest.raises(OverCapacity):
        samples.register(
            identifier="X-1", container=elsewhere, mass_g=Decimal("64.700001"), **values, reason="Too much"
        )


def test_the_researcher_sees_a_part_of_it():
    researcher = user("researcher")

    seen = set(Sample.objects.visible_to(researcher).values_list("identifier", flat=True))

    bottles = {f"CE6-BULK-S,{number:02d}" for number in range(6, 10)}
    assert seen == bottles | {
        "CE6-BULK-D",
        "CE6-BULK-S",
        "CE5-CORE-1",
        "CE5-CORE-2",
        "10001",
        "10003",
        "10004",
        "10084",
    }
    assert Sample.objects.count() > len(seen)
    assert Mission.objects.visible_to(researcher).count() == 3
    assert not Handoff.objects.open().visible_to(researcher).exists()


def test_there_is_an_account_for_every_role_and_a_technician_for_every_staffed_custodian():
    assert {role for account in ACCOUNTS for role in user(account.username).roles} == set(Role)
    technicians = {one.username: one.custodian.name for one in User.objects.exclude(custodian=None)}
    assert technicians == {
        "recovery": "Recovery team",
        "opening": "Opening centre",
        "agency": "CNSA",
        "laboratory": "Lunar Sample Laboratory",
    }


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_every_password_signs_in_and_would_be_accepted_from_a_person(account):
    person = user(account.username)

    assert person.check_password(account.password)
    assert len(account.password) >= 12
    validate_password(account.password, person)


@pytest.mark.parametrize("model", AUDITED, ids=lambda model: model.__name__)
def test_every_row_has_a_history_with_reasons(model):
    for record in model.objects.all():
        versions = list(record.history.order_by("revision"))
        assert [version.revision for version in versions] == list(range(1, record.revision + 1))
        assert all(version.history_change_reason.startswith("Demo: ") for version in versions)
        assert all(version.actor_name in {account.name for account in ACCOUNTS} for version in versions)


def test_it_enters_every_kind_of_record_but_an_explanation_and_an_import():
    empty = {model.__name__ for model in AUDITED if not model.objects.exists()}

    assert empty <= {"GapExplanation", "Import"}


def test_a_reading_beyond_the_uncertainty_of_its_balance_waits_for_the_curator():
    opened = Discrepancy.objects.open().get(kind=Discrepancy.Kind.MASS)

    assert str(opened.container) == "CE6-B08"
    assert opened.difference_g == opened.weighing.difference_g == Decimal("-0.012000")


def test_a_damaged_seal_waits_for_the_curator():
    handoff = Handoff.objects.get(status=Handoff.Status.WITH_DISCREPANCY)

    opened = Discrepancy.objects.open().get(kind=Discrepancy.Kind.SEAL)
    assert (str(opened.container), opened.found, opened.line.handoff) == (
        "CE5-V-02",
        "The seal of CE5-V-02 is damaged.",
        handoff,
    )


def test_every_side_of_every_handoff_is_signed_and_every_declared_seal_was_read():
    for handoff in Handoff.objects.all():
        assert handoff.signatures.count() == (1 if handoff.is_open else 2)
    lines = HandoffLine.objects.exclude(seal_declared="").exclude(open=True)
    assert {line.seal_read == line.seal_declared for line in lines} == {True}
    # Along the whole chain of Chang’e-6, from the Moon to the laboratory.
    assert lines.filter(seal_declared="CE6-SEAL-01").count() == 7
    assert Weighing.objects.exclude(line=None).count() == 2


def test_whoever_was_signed_for_and_every_document_is_called_illustrative():
    for handoff in Handoff.objects.all():
        texts = [
            handoff.released_on_behalf_of,
            handoff.release_document,
            handoff.received_on_behalf_of,
            handoff.receipt_document,
            handoff.document_number,
        ]
        assert all("illustrative" in text for text in texts if text)


def test_what_is_not_published_of_the_chinese_missions_is_called_illustrative_or_left_empty():
    chinese = {"mission__code__in": ["CE5", "CE6"]}

    for record in [*Sample.objects.filter(**chinese), *Container.objects.filter(**chinese)]:
        assert "illustrative" in record.description.lower()
    # Only of the bottles, which are illustrative altogether.
    assert {one.identifier[:5] for one in Container.objects.exclude(tare_g=None)} == {"CE6-B"}
    assert not Mission.objects.exclude(latitude=None, longitude=None).exists()
    assert not Sample.objects.filter(mission__code="CE6").exclude(depth_top_cm=None).exists()
    assert all("illustrative" in seal.applied_reason for seal in Seal.objects.all())
