"""The database's own rules: each row check and unique constraint refuses a raw violation, on both engines."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from samples.audit import guard
from samples.models import Audited, Handoff, HistoryRow, LedgerEntry
from samples.operations import custody, seals
from tests import factories

THEN = factories.LONG_AGO
NOW = THEN + timedelta(days=40)
HOUR = timedelta(hours=1)
BROKEN = {"broken_at": NOW, "broken_by": "Li", "broken_reason": "Opened"}
DAMAGED = {"damaged_at": NOW, "damaged_by": "Li", "damage": "Bent"}
SETTLED = {"outcome": "accepted", "closed_at": NOW, "closed_by_id": 1, "finding": "Looked into"}
SAMPLES = apps.get_app_config("samples")


@pytest.fixture
def world(lab):
    """At least one record of every kind."""
    tube = factories.container(
        lab.technician,
        "TUBE",
        lab.mission,
        kind="core tube",
        origin="drill",
        custodian=lab.home,
        location=lab.room,
    )
    lab.imported = factories.imported(lab.curator, lab.bottle)
    lab.core = factories.sample(
        lab.technician, "CORE-1", tube, origin="drill", depth_top_cm=Decimal(10), depth_bottom_cm=Decimal(20)
    )
    lab.seal = seals.apply(
        container=lab.box,
        number="S-1",
        applied_at=THEN,
        applied_by="Li",
        by=lab.technician,
        reason="Closed",
    )
    lab.shelf = factories.location(lab.curator, "Shelf", parent=lab.room)
    released = factories.release(lab.technician, [lab.box], lab.other)
    lab.handoff = factories.receive(lab.receiver, released, lab.other_room, received_at=released.released_at + 2 * HOUR)
    lab.gap = custody.explain_gap(handoff=lab.handoff, text="A flat tyre", by=lab.receiver, reason="Asked the driver")
    lab.line = lab.handoff.lines.get(container=lab.box)
    lab.movement = lab.soil.movements_in.get()
    lab.token, _secret = factories.token(lab.researcher)
    lab.balance = factories.balance(lab.curator)
    crate = factories.container(lab.technician, "CRATE", lab.mission, custodian=lab.home, location=lab.room)
    factories.seal(lab.technician, crate, "S-3")
    lab.mass_discrepancy = factories.discrepancies_of(lab, crate, seal_read="", balance=lab.balance)[0]
    lab.weighing = lab.mass_discrepancy.weighing
    lab.weighed_line = lab.mass_discrepancy.line
    lab.signature = lab.handoff.signatures.get(meaning="release")
    lab.open = factories.release(lab.technician, [tube], lab.other)
    lab.open_line = lab.open.lines.get()
    return lab


# (constraint, record of the fixture above, values that break it)
CHECKS = [
    ("mission_far_side_has_a_relay", "mission", {"relay_satellite": ""}),
    ("mission_longitude_fits_its_side", "mission", {"latitude": Decimal(1), "longitude": Decimal("89.99999")}),
    ("mission_longitude_fits_its_side", "mission", {"latitude": Decimal(1), "longitude": Decimal(90)}),
    ("mission_longitude_fits_its_side", "mission", {"latitude": 1, "longitude": -91, "body_side": "near"}),
    ("mission_coordinates_are_both_known_and_on_the_moon", "mission", {"latitude": Decimal(1)}),
    ("mission_coordinates_are_both_known_and_on_the_moon", "mission", {"longitude": Decimal(170)}),
    ("mission_coordinates_are_both_known_and_on_the_moon", "mission", {"latitude": 91, "longitude": 170}),
    ("mission_coordinates_are_both_known_and_on_the_moon", "mission", {"latitude": 1, "longitude": 181}),
    ("import_brought_some_record", "imported", {"sample_count": 0}),
    ("import_brought_some_record", "imported", {"record_count": 1}),
    ("import_brought_some_record", "imported", {"kind": "missions"}),
    ("import_brought_some_record", "imported", {"kind": "missions", "sample_count": 0}),
    ("import_brought_some_record", "imported", {"kind": "missions", "sample_count": 0, "record_count": 0}),
    ("import_is_voided_by_somebody_with_a_reason", "imported", {"voided_at": NOW}),
    ("mission_capacity_is_positive", "mission", {"return_capacity_g": Decimal(0)}),
    ("mission_capacity_is_positive", "mission", {"drill_limit_cm": Decimal("-0.01")}),
    ("mission_is_voided_by_somebody_with_a_reason", "mission", {"voided_at": NOW}),
    ("custodian_is_voided_by_somebody_with_a_reason", "home", {"void_reason": "x"}),
    ("location_is_voided_by_somebody_with_a_reason", "room", {"voided_at": NOW, "void_reason": "x"}),
    ("container_is_voided_by_somebody_with_a_reason", "box", {"voided_at": NOW}),
    ("sample_is_voided_by_somebody_with_a_reason", "soil", {"voided_at": NOW}),
    ("container_of_mixed_origin_is_a_capsule_package_or_bag", "bottle", {"origin": "mixed"}),
    ("container_stands_somewhere_or_is_inside_another", "box", {"location": None}),
    ("container_stands_somewhere_or_is_inside_another", "bottle", {"location_id": 1}),
    ("container_masses_are_not_negative", "bottle", {"capacity_g": Decimal(0)}),
    ("container_masses_are_not_negative", "bottle", {"tare_g": Decimal("-0.000001")}),
    ("seal_is_broken_by_somebody_with_a_reason", "seal", {"state": "broken", "broken_by": "a", "broken_reason": "b"}),
    ("seal_is_broken_by_somebody_with_a_reason", "seal", {"broken_at": NOW}),
    ("seal_is_broken_by_somebody_with_a_reason", "seal", {"state": "broken", "broken_at": NOW, "broken_by": "a"}),
    (
        "seal_is_broken_by_somebody_with_a_reason", "seal",
        {"state": "broken", "broken_at": THEN - HOUR, "broken_by": "a", "broken_reason": "b"},
    ),
    ("seal_is_damaged_with_a_description", "seal", {"damage": "Bent"}),
    ("seal_is_damaged_with_a_description", "seal", {**DAMAGED, "state": "intact"}),
    ("seal_is_damaged_with_a_description", "seal", {**DAMAGED, "state": "damaged", "damage": ""}),
    ("seal_is_damaged_with_a_description", "seal", {**DAMAGED, "state": "damaged", "damaged_by": ""}),
    ("seal_is_damaged_with_a_description", "seal", {**DAMAGED, "state": "damaged", "damaged_at": THEN - HOUR}),
    ("balance_has_an_uncertainty", "balance", {"uncertainty_g": Decimal(0)}),
    ("weighing_is_gross_less_tare", "weighing", {"tare_g": Decimal(10)}),
    ("weighing_is_gross_less_tare", "weighing", {"net_g": Decimal(10)}),
    ("weighing_is_gross_less_tare", "weighing", {"tare_g": Decimal(10), "net_g": Decimal("100.020001")}),
    ("weighing_is_of_some_mass", "weighing", {"gross_g": Decimal("-0.000001")}),
    ("weighing_with_a_net_mass_was_compared", "weighing", {"tare_g": 0, "net_g": Decimal("110.02")}),
    ("weighing_with_a_net_mass_was_compared", "weighing", {"book_g": 0}),
    ("movement_of_a_correction_alone_rests_on_a_weighing", "movement", {"weighing_id": 1}),
    ("weighing_is_of_some_mass", "weighing", {"gross_g": 1, "tare_g": 2, "net_g": -1}),
    ("discrepancy_is_closed_by_somebody_with_a_finding", "mass_discrepancy", {"finding": "x"}),
    ("discrepancy_is_closed_by_somebody_with_a_finding", "mass_discrepancy", {"closed_at": NOW}),
    ("discrepancy_is_closed_by_somebody_with_a_finding", "mass_discrepancy", {"outcome": "accepted"}),
    ("discrepancy_is_closed_by_somebody_with_a_finding", "mass_discrepancy", {**SETTLED, "finding": ""}),
    ("discrepancy_is_closed_by_somebody_with_a_finding", "mass_discrepancy", {**SETTLED, "outcome": "forgotten"}),
    ("discrepancy_names_what_closed_it", "mass_discrepancy", {**SETTLED, "outcome": "reweighed"}),
    ("discrepancy_names_what_closed_it", "mass_discrepancy", {**SETTLED, "reweighing_id": 1}),
    ("discrepancy_names_a_correction_where_it_is_corrected", "mass_discrepancy", {**SETTLED, "movement_id": 1}),
    ("sample_initial_mass_is_positive", "soil", {"initial_mass_g": Decimal(0)}),
    ("sample_is_exhausted_when_nothing_is_left", "soil", {"mass_g": Decimal(0)}),
    ("sample_is_exhausted_when_nothing_is_left", "soil", {"mass_g": Decimal("-0.000001")}),
    ("sample_is_exhausted_when_nothing_is_left", "soil", {"status": "exhausted"}),
    ("sample_depth_belongs_to_a_drill_core", "soil", {"depth_top_cm": Decimal(1), "depth_bottom_cm": Decimal(2)}),
    ("sample_depth_is_given_from_top_to_bottom", "core", {"depth_top_cm": None}),
    ("sample_depth_is_given_from_top_to_bottom", "core", {"depth_bottom_cm": None}),
    ("sample_depth_is_given_from_top_to_bottom", "core", {"depth_top_cm": Decimal(20)}),
    ("sample_depth_is_given_from_top_to_bottom", "core", {"depth_top_cm": Decimal("-0.01")}),
    ("sample_exposure_has_its_moment_and_reason", "soil", {"exposure": "air-exposed"}),
    ("sample_exposure_has_its_moment_and_reason", "soil", {"exposed_reason": "x"}),
    ("sample_exposure_has_its_moment_and_reason", "soil", {"exposure": "air-exposed", "exposed_reason": "x"}),
    ("movement_moves_some_mass", "movement", {"mass_g": Decimal(0)}),
    ("movement_kind_fits_its_two_ends", "movement", {"kind": "lost"}),
    ("movement_kind_fits_its_two_ends", "movement", {"kind": "split"}),
    ("movement_kind_fits_its_two_ends", "movement", {"to_sample": None}),
    ("movement_kind_fits_its_two_ends", "movement", {"kind": "nonsense"}),
    ("handoff_goes_to_another_custodian", "handoff", {"to_custodian_id": lambda h: h.from_custodian_id}),
    ("handoff_is_received_by_another_person", "handoff", {"received_by_id": lambda h: h.released_by_id}),
    ("handoff_is_received_after_its_release", "handoff", {"received_at": factories.LONG_AGO}),
    ("handoff_that_moved_custody_says_who_when_and_where", "handoff", {"received_location": None}),
    ("handoff_that_moved_custody_says_who_when_and_where", "handoff", {"received_by": None}),
    ("handoff_that_moved_custody_says_who_when_and_where", "open", {"status": "received"}),
    ("handoff_that_moved_custody_says_who_when_and_where", "open", {"received_at": NOW}),
    ("handoff_that_came_to_nothing_says_who_and_why", "open", {"status": "cancelled"}),
    ("handoff_that_came_to_nothing_says_who_and_why", "open", {"status": "rejected", "closed_at": NOW}),
    ("handoff_that_came_to_nothing_says_who_and_why", "handoff", {"closing_reason": "x"}),
    ("handoff_on_behalf_names_person_and_document", "handoff", {"released_on_behalf_of": "Li"}),
    ("handoff_on_behalf_names_person_and_document", "handoff", {"receipt_document": "D-1"}),
    ("handoff_line_masses_are_not_negative", "weighed_line", {"gross_declared_g": Decimal("-0.000001")}),
    ("handoff_line_masses_are_not_negative", "weighed_line", {"gross_weighed_g": Decimal("-0.000001")}),
    ("handoff_line_masses_are_not_negative", "weighed_line", {"tolerance_g": Decimal("-0.000001")}),
    ("handoff_line_has_a_tolerance_for_the_mass_it_declares", "weighed_line", {"tolerance_g": None}),
    ("handoff_line_has_a_tolerance_for_the_mass_it_declares", "line", {"tolerance_g": Decimal(1)}),
    ("token_expires_after_it_was_made", "token", {"expires_at": lambda token: token.created_at}),
]  # fmt: skip

# (constraint, record of the fixture above to copy, values of the copy)
COPIES = [
    ("mission_code_is_unique", "mission", {"code": "ce6"}),
    ("custodian_name_is_unique", "home", {"name": "LABORATORY"}),
    ("location_name_is_unique_at_the_top", "room", {"name": "ROOM 1"}),
    ("location_name_is_unique_where_it_is", "shelf", {"name": "SHELF"}),
    ("container_identifier_is_unique", "bottle", {"identifier": "bot-1"}),
    ("sample_identifier_is_unique", "soil", {"identifier": "ce6c0001"}),
    ("seal_number_is_unique", "seal", {"number": "s-1", "state": "broken", **BROKEN}),
    ("seal_that_holds_is_the_only_one_on_its_container", "seal", {"number": "S-2"}),
    ("balance_name_is_unique", "balance", {"name": "BALANCE 1"}),
    ("handoff_side_is_signed_once", "signature", {}),
    ("handoff_names_a_container_once", "line", {}),
    ("container_is_in_one_open_handoff", "open_line", {"handoff": lambda line: Handoff.objects.get(number=1)}),
    ("user_name_is_unique", "technician", {"username": "Technician"}),
    ("token_secret_is_unique", "token", {}),
]


def raw(record, values):
    """Write `record` past every rule of the application."""
    for name, value in values.items():
        setattr(record, name, value(record) if callable(value) else value)
    with transaction.atomic():
        models.Model.save_base(record, raw=True)


def again(record):
    return type(record)._base_manager.get(pk=record.pk)


def copy_of(record):
    copy = again(record)
    copy.pk, copy._state.adding = None, True
    return copy


def test_the_database_refuses_rows_that_contradict_themselves(world):
    # The guard speaks first of a token, on PostgreSQL.
    guard.disarm()
    for name, key, values in CHECKS:
        with pytest.raises(IntegrityError, match=name):
            raw(again(getattr(world, key)), values)


def test_the_database_refuses_second_rows(world):
    for _, key, values in COPIES:
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            raw(copy_of(getattr(world, key)), values)


def test_a_handoff_number_a_gap_s_explanation_and_an_import_s_operation_come_once(world):
    for record in (world.handoff, world.gap, world.imported):
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            raw(copy_of(record), {})


def test_history_has_one_row_for_a_revision(world):
    for model in SAMPLES.get_models():
        if issubclass(model, HistoryRow):
            with pytest.raises(IntegrityError, match=r"(?i)unique"):
                raw(copy_of(model.objects.first()), {})


def test_links_hold(world):
    for record, name in ((world.bottle, "parent_id"), (world.soil, "container_id"), (world.box, "custodian_id")):
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            break_link(again(record), name)


def break_link(record, name):
    with transaction.atomic():
        # The guard would refuse this for a reason of its own.
        guard.disarm()
        raw(record, {name: 10**9})
        transaction.get_connection().check_constraints()


def test_every_constraint_is_tried_here():
    tried = {name for name, _, _ in [*CHECKS, *COPIES]}
    # The ledger's are tried in tests/audit/test_guard.py.
    tables = [m for m in SAMPLES.get_models() if not issubclass(m, HistoryRow) and m is not LedgerEntry]
    constraints = [constraint for model in tables for constraint in model._meta.constraints]

    assert {constraint.name for constraint in constraints} == tried
    assert {type(constraint) for constraint in constraints} == {models.CheckConstraint, models.UniqueConstraint}


@pytest.mark.parametrize("model", [m for m in SAMPLES.get_models() if issubclass(m, Audited)], ids=lambda m: m.__name__)
def test_a_person_never_reads_a_constraint_s_name(model):
    inner = {
        "is_voided_by_somebody_with_a_reason",
        "says_who",
        "masses_are_not_negative",
        "movement",
        "handoff_names_a_container_once",
        "handoff_side_is_signed_once",
    }
    for constraint in model._meta.constraints:
        if not any(part in constraint.name for part in inner):
            assert "%(name)s" not in str(constraint.violation_error_message), constraint.name
