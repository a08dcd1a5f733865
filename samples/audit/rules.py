"""The rules over several rows that the database holds at each commit (marked D in the domain's rules).

Each rule is a condition that is true of a row that breaks it, in SQL that both engines read, with
`{pk}` for the key of the row. A change marks the rows it may have broken; marks are looked at again
by every further change, and one that is left at the commit undoes it. So an operation may pass
through states that break a rule, as long as it does not end in one.

COUNT stands for EXISTS: of that PostgreSQL may make a list of all rows that break the rule, for each row written.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """One rule about the rows of the kind `noun`; `sentence` says what is wrong with %(record)s.

    `watched` are {table: queries of the keys, as id, that a row written there concerns}; `NEW` is that
    row, `OLD` what it was before an update.
    """

    name: str
    noun: str
    broken: str
    sentence: str
    watched: dict = field(default_factory=dict)

    @property
    def put_off(self):
        """The name of a mark by which the rule is not looked at for a row until the mark is taken away."""
        return f"later: {self.name}"

    @property
    def marks(self):
        """The names of both marks, in SQL."""
        return f"'{self.name}', '{self.put_off}'"


def _up(table, start):
    """The keys from `start` to the root of a tree, each looked up by itself. UNION, so that a cycle ends."""
    return (
        f"WITH RECURSIVE up(id) AS (SELECT {start} UNION SELECT (SELECT t.parent_id FROM {table} t WHERE t.id = up.id) "
        "FROM up) SELECT id FROM up WHERE id IS NOT NULL"
    )


def _no_cycle(noun):
    table = f"samples_{noun}"
    return Rule(
        f"{noun}_is_not_inside_itself",
        noun,
        f"{{pk}} IN ({_up(table, f'(SELECT parent_id FROM {table} WHERE id = {{pk}})')})",
        _("%(record)s would be inside itself."),
        {table: ["SELECT NEW.id AS id"]},
    )


_INSIDE = (
    "WITH RECURSIVE down(id) AS (SELECT c.id UNION SELECT k.id FROM samples_container k "
    "JOIN down ON k.parent_id = down.id) SELECT id FROM down"
)

# Those that are sums, which an operation may put off.
CONTAINER_CAPACITY = "container_holds_no_more_than_it_is_rated_for"
MISSION_CAPACITY = "mission_returned_no_more_than_its_capacity"

RULES = [
    Rule(
        CONTAINER_CAPACITY,
        "container",
        "0 < (SELECT COUNT(*) FROM samples_container c WHERE c.id = {pk} AND c.capacity_g IS NOT NULL "
        # Container by container, each by its key: joined, the engine might read all samples for a few.
        "AND c.capacity_g < (SELECT COALESCE(SUM((SELECT SUM(s.mass_g) FROM samples_sample s "
        f"WHERE s.container_id = inside.id)), 0) FROM ({_INSIDE}) inside))",
        _("%(record)s would hold more than it is rated for."),
        {
            "samples_sample": [
                _up("samples_container", "NEW.container_id"),
                _up("samples_container", "OLD.container_id"),
            ],
            "samples_container": [_up("samples_container", "NEW.id"), _up("samples_container", "OLD.parent_id")],
        },
    ),
    Rule(
        "container_is_rated_within_its_mission",
        "container",
        "0 < (SELECT COUNT(*) FROM samples_container c JOIN samples_mission m ON m.id = c.mission_id "
        "WHERE c.id = {pk} AND c.voided_at IS NULL AND c.capacity_g > m.return_capacity_g)",
        _("%(record)s would be rated for more than its mission may return."),
        {
            "samples_container": ["SELECT NEW.id AS id"],
            "samples_mission": ["SELECT id FROM samples_container WHERE mission_id = NEW.id"],
        },
    ),
    Rule(
        MISSION_CAPACITY,
        "mission",
        "0 < (SELECT COUNT(*) FROM samples_mission m WHERE m.id = {pk} AND m.return_capacity_g < "
        # Sample by sample, each by its key, and COALESCE for IS NULL, which no index answers: where the
        # engine believes that the tables have few rows yet, it would read all movements for each sample.
        "(SELECT COALESCE(SUM((SELECT SUM(v.mass_g) FROM samples_massmovement v WHERE v.to_sample_id = s.id "
        "AND COALESCE(v.from_sample_id, 0) = 0)), 0) FROM samples_sample s WHERE s.mission_id = m.id) - "
        "(SELECT COALESCE(SUM((SELECT SUM(v.mass_g) FROM samples_massmovement v WHERE v.from_sample_id = s.id "
        "AND COALESCE(v.to_sample_id, 0) = 0 AND v.kind = 'correction')), 0) "
        "FROM samples_sample s WHERE s.mission_id = m.id))",
        _("%(record)s would have more accessioned than its return capacity."),
        {
            # What goes from one sample to another changes no sum over the mission, and is not made to wait for one.
            "samples_massmovement": [
                "SELECT mission_id AS id FROM samples_sample WHERE id IN (NEW.to_sample_id, NEW.from_sample_id) "
                "AND (NEW.from_sample_id IS NULL OR (NEW.to_sample_id IS NULL AND NEW.kind = 'correction'))"
            ],
            "samples_mission": ["SELECT NEW.id AS id"],
            "samples_sample": ["SELECT NEW.mission_id AS id WHERE NEW.mission_id <> OLD.mission_id"],
        },
    ),
    Rule(
        "sample_fits_its_container",
        "sample",
        "0 < (SELECT COUNT(*) FROM samples_sample s JOIN samples_container c ON c.id = s.container_id "
        "WHERE s.id = {pk} AND (s.mission_id <> c.mission_id OR (c.origin <> 'mixed' AND c.origin <> s.origin)))",
        _("%(record)s would be in a container of another mission or origin."),
        {
            "samples_sample": ["SELECT NEW.id AS id"],
            "samples_container": [
                "SELECT id FROM samples_sample WHERE container_id = NEW.id "
                "AND (NEW.mission_id <> OLD.mission_id OR NEW.origin <> OLD.origin)"
            ],
        },
    ),
    Rule(
        "container_fits_the_one_it_is_inside_of",
        "container",
        "0 < (SELECT COUNT(*) FROM samples_container k JOIN samples_container c ON c.id = k.parent_id "
        "WHERE k.id = {pk} "
        # What was withdrawn stays behind where its outer container is handed over.
        "AND k.voided_at IS NULL "
        "AND (k.mission_id <> c.mission_id OR k.custodian_id <> c.custodian_id "
        "OR (c.origin <> 'mixed' AND c.origin <> k.origin)))",
        _("%(record)s would be inside a container of another mission, origin or custodian."),
        {"samples_container": ["SELECT NEW.id AS id", "SELECT id FROM samples_container WHERE parent_id = NEW.id"]},
    ),
    Rule(
        "sample_is_like_its_parent",
        "sample",
        "0 < (SELECT COUNT(*) FROM samples_sample s JOIN samples_sample p ON p.id = s.parent_id WHERE s.id = {pk} "
        "AND (s.mission_id <> p.mission_id OR s.origin <> p.origin))",
        _("%(record)s would have another mission or origin than the sample it was split from."),
        {"samples_sample": ["SELECT NEW.id AS id", "SELECT id FROM samples_sample WHERE parent_id = NEW.id"]},
    ),
    Rule(
        "sample_has_the_mass_of_its_movements",
        "sample",
        "0 < (SELECT COUNT(*) FROM samples_sample s WHERE s.id = {pk} AND s.mass_g <> "
        "(SELECT COALESCE(SUM(v.mass_g), 0) FROM samples_massmovement v WHERE v.to_sample_id = s.id) - "
        "(SELECT COALESCE(SUM(v.mass_g), 0) FROM samples_massmovement v WHERE v.from_sample_id = s.id))",
        _("%(record)s would have another mass than its movements add up to."),
        {
            "samples_sample": ["SELECT NEW.id AS id"],
            "samples_massmovement": ["SELECT NEW.to_sample_id AS id", "SELECT NEW.from_sample_id AS id"],
        },
    ),
    Rule(
        "movement_stays_in_the_family",
        "massmovement",
        "0 < (SELECT COUNT(*) FROM samples_massmovement v JOIN samples_sample f ON f.id = v.from_sample_id "
        "JOIN samples_sample t ON t.id = v.to_sample_id WHERE v.id = {pk} AND NOT ("
        "(v.kind = 'split' AND COALESCE(t.parent_id, 0) = f.id) OR (v.kind = 'merge' "
        # Whoever has no parent is nobody's sibling.
        "AND COALESCE(f.parent_id, 0) IN (t.id, COALESCE(t.parent_id, -1)))))",
        _("%(record)s would be between samples that are not of one family."),
        {
            "samples_massmovement": ["SELECT NEW.id AS id"],
            # A NULL is not what it was, and <> would not say so.
            "samples_sample": [
                "SELECT id FROM samples_massmovement WHERE NEW.id IN (from_sample_id, to_sample_id) "
                "AND COALESCE(NEW.parent_id, 0) <> COALESCE(OLD.parent_id, 0)"
            ],
        },
    ),
    Rule(
        "sample_stays_exposed",
        "sample",
        "0 < (SELECT COUNT(*) FROM samples_sample s JOIN samples_historicalsample h ON h.id = s.id WHERE s.id = {pk} "
        "AND s.exposure = 'pristine' AND h.exposure <> 'pristine')",
        _("%(record)s was exposed to air and would be pristine again."),
        {"samples_sample": ["SELECT NEW.id AS id WHERE NEW.exposure <> OLD.exposure"]},
    ),
    Rule(
        "handoff_is_signed_by_its_two_people",
        "handoff",
        # Those of before there were signatures are only ever closed, and have none of the release.
        "0 < (SELECT COUNT(*) FROM samples_handoff h WHERE h.id = {pk} AND ("
        "((h.held_to_signatures OR h.status = 'released') AND 0 = (SELECT COUNT(*) FROM samples_signature s "
        "WHERE s.handoff_id = h.id AND s.meaning = 'release' AND s.user_id = h.released_by_id)) OR "
        "0 < (SELECT COUNT(*) FROM samples_signature s WHERE s.handoff_id = h.id "
        "AND s.meaning = 'release' AND s.user_id <> h.released_by_id) OR "
        "(h.status IN ('received', 'with discrepancy') AND 0 = (SELECT COUNT(*) FROM samples_signature s "
        "WHERE s.handoff_id = h.id AND s.meaning = 'receipt' AND s.user_id = h.received_by_id))))",
        _("%(record)s would be without the signature of the person who released or received it."),
        {
            "samples_handoff": ["SELECT NEW.id AS id"],
            "samples_signature": ["SELECT NEW.handoff_id AS id"],
        },
    ),
    _no_cycle("container"),
    _no_cycle("sample"),
    _no_cycle("location"),
]


def watched_tables():
    """The names of all tables that some rule watches."""
    return sorted({table for rule in RULES for table in rule.watched})


def marking(table, event, one_of="{} IN ({})"):
    """SQL statements that renew the marks which a row written to `table` (event INSERT or UPDATE) concerns.

    `one_of` is how the engine says that the first is among the keys of the second.
    """
    for rule in RULES:
        concerned = _concerned(rule, table, event)
        if not concerned:
            continue
        yield (
            f"DELETE FROM audit_broken WHERE rule = '{rule.name}' AND {one_of.format('pk', concerned)} "
            f"AND NOT {rule.broken.format(pk='audit_broken.pk')}"
        )
        # CASE, because engines look at both sides of an AND, and the second costs a sum.
        yield (
            f"INSERT INTO audit_broken (rule, pk) SELECT '{rule.name}', x.id FROM ({concerned}) x WHERE CASE WHEN "
            f"(SELECT COUNT(*) FROM audit_broken b WHERE b.rule IN ({rule.marks}) AND b.pk = x.id) > 0 "
            f"THEN 1 = 0 ELSE {rule.broken.format(pk='x.id')} END"
        )


def still_broken():
    """(whether a mark, OLD, is of the rule, whether its row breaks it) for each rule, in SQL."""
    return [(f"OLD.rule IN ({rule.marks})", rule.broken.format(pk="OLD.pk")) for rule in RULES]


def _concerned(rule, table, event):
    queries = [query for query in rule.watched.get(table, []) if event == "UPDATE" or "OLD." not in query]
    # What was OLD is looked at for marks that can go; there is none where nothing was before.
    return " UNION ".join(f"SELECT id FROM ({query}) q{n}" for n, query in enumerate(queries))
