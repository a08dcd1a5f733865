"""While a question about the past is answered, nothing is written, by whatever way."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from samples import past
from samples.models import Mission, Sample, User
from samples.questions import KINDS, Question, asked
from tests import factories


def shown(kind):
    return past.shown(Question(kind, timezone.now()))


@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_is_refused_and_leaves_nothing(lab, kind):
    with pytest.raises(past.OnlyRead), shown(kind), transaction.atomic():
        factories.publish(lab.curator, lab.soil)

    assert not Sample.objects.get(pk=lab.soil.pk).is_published
    assert Sample.history.filter(id=lab.soil.pk).count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE samples_sample SET mass_g = 0",
        "  delete from samples_sample",
        "INSERT INTO samples_mission (id) VALUES (7)",
        "/* SELECT */ UPDATE samples_sample SET mass_g = 0",
        "WITH gone AS (DELETE FROM samples_sample RETURNING id) SELECT * FROM gone",
        "WITH one AS (SELECT 1) UPDATE samples_sample SET mass_g = 0",
        "SELECT 1; DROP TABLE samples_sample",
        "SELECT * INTO copied FROM samples_sample",
        "SELECT id FROM samples_sample FOR UPDATE",
        "DROP TABLE samples_sample",
        "VACUUM",
    ],
)
def test_whatever_is_not_plain_reading_is_refused_before_it_is_sent(lab, sql):
    with pytest.raises(past.OnlyRead), shown("as_of"), connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(past.OnlyRead), shown("as_of"), connection.cursor() as cursor:
        cursor.executemany("SELECT id FROM samples_sample WHERE id = %s", [[1], [2]])

    assert Sample.objects.count() == 1


def test_words_within_quotes_are_no_statement(lab):
    with shown("recorded_at"), connection.cursor() as cursor:
        cursor.execute("""SELECT 'DELETE FROM samples_sample' AS "update" FROM samples_sample""")
        assert cursor.fetchall() == [("DELETE FROM samples_sample",)]


def test_savepoints_and_what_is_no_record_go_through(lab):
    with shown("recorded_at"), transaction.atomic():
        assert User.objects.filter(username="curator").exists()
        assert Session.objects.count() == 0
        assert Mission.objects.count() == 1


def test_under_present_it_is_now_again_and_may_be_written(lab):
    long_ago = Question("recorded_at", factories.LONG_AGO)
    with past.shown(long_ago):
        assert (Sample.objects.count(), asked()) == (0, long_ago)
        with past.present():
            assert (Sample.objects.count(), asked()) == (1, None)
            factories.publish(lab.curator, lab.soil)
        assert (Sample.objects.count(), asked()) == (0, long_ago)
    assert Sample.objects.get().is_published


def test_after_a_failure_it_is_now_again(lab):
    with pytest.raises(LookupError), shown("as_of"):
        raise LookupError

    assert asked() is None
    assert not connection.execute_wrappers
    factories.publish(lab.curator, lab.soil)
