"""Chang’e-6 in a real browser: from the lander on the Moon to the glove box, each side by its own people.

The records are the demo's; what is published of the chain and what is illustrative is said there.
"""

from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from django.utils import timezone

from samples.audit.verify import verify
from samples.management.demo import change6, people, places
from samples.management.demo.world import World, beijing
from samples.models import Discrepancy, GapExplanation, Handoff, Seal, Weighing
from tests import factories
from tests.browser.custody_steps import receive, release, scan

pytestmark = pytest.mark.django_db(transaction=True)

CAPSULE, PACKAGE = "CE6-RC-01", "CE6-SP-01"
HALL = "Beijing / Opening centre / Opening hall"
GLOVE_BOX = "Beijing / Lunar Sample Laboratory / Hall 1 / GB-01 / Floor"
GUARDED = "On the road at night, and guarded at the airport"
# Who acted for a spacecraft, and for the carrier.
CONTROL, CARRIER = "Flight control (illustrative)", "Carrier’s crew (illustrative)"


LEGS = [
    ("Chang’e-6 lander", "Chang’e-6 ascender", "04 Jun 06:00", "04 Jun 06:10", "received"),
    ("Chang’e-6 ascender", "Chang’e-6 reentry capsule", "06 Jun 14:48", "06 Jun 15:24", "received"),
    ("Chang’e-6 reentry capsule", "Recovery team", "25 Jun 14:07", "25 Jun 14:40", "received"),
    ("Recovery team", "Road and air transport", "25 Jun 19:30", "26 Jun 08:00", "received"),
    ("Road and air transport", "Opening centre", "26 Jun 11:30", "26 Jun 11:50", "received"),
    ("Opening centre", "CNSA", "28 Jun 09:00", "28 Jun 09:30", "received"),
    ("CNSA", "Lunar Sample Laboratory", "28 Jun 10:00", "28 Jun 10:30", "received"),
]
SIGNERS = [
    (("curator", CONTROL, "CE6-DOC-02"), ("recovery", CONTROL, "CE6-DOC-02")),
    (("curator", CONTROL, "CE6-DOC-03"), ("recovery", CONTROL, "CE6-DOC-03")),
    (("curator", CONTROL, "CE6-DOC-04"), ("recovery", "", "")),
    (("recovery", "", ""), ("curator", CARRIER, "CE6-DOC-05")),
    (("curator", CARRIER, "CE6-DOC-06"), ("opening", "", "")),
    (("opening", "", ""), ("agency", "", "")),
    (("agency", "", ""), ("laboratory", "", "")),
]
# The one sealed container of each: seal declared, read back, its condition, gross grams declared and weighed.
_UNWEIGHED = (None, None)
SEALED = [
    (PACKAGE, "CE6-SEAL-01", "CE6-SEAL-01", "intact", *_UNWEIGHED),
    (PACKAGE, "CE6-SEAL-01", "CE6-SEAL-01", "intact", *_UNWEIGHED),
    (PACKAGE, "CE6-SEAL-01", "CE6-SEAL-01", "intact", *_UNWEIGHED),
    (CAPSULE, "CE6-SEAL-02", "CE6-SEAL-02", "intact", *_UNWEIGHED),
    (CAPSULE, "CE6-SEAL-02", "CE6-SEAL-02", "intact", *_UNWEIGHED),
    (PACKAGE, "CE6-SEAL-01", "CE6-SEAL-01", "intact", Decimal("4800.000000"), Decimal("4800.002000")),
    (PACKAGE, "CE6-SEAL-01", "CE6-SEAL-01", "intact", Decimal("4800.002000"), Decimal("4800.001000")),
]
CERTIFIED = [f"H-000{number}" for number in range(1, 8) for _side in ("released", "received")]
# From and to, seal read back, gross mass, as the pages show them.
FIRST, SECOND = "CE6-SEAL-01 same number, intact", "CE6-SEAL-02 same number, intact"
INSIDE = [f"{SECOND} inside {CAPSULE}", f"not weighed, inside {CAPSULE}"]
PACKAGE_SHOWN = [
    ["Chang’e-6 lander", "", ""],
    ["Chang’e-6 lander to Chang’e-6 ascender On behalf", FIRST, "not weighed"],
    ["Chang’e-6 ascender to Chang’e-6 reentry capsule On behalf", FIRST, "not weighed"],
    ["Chang’e-6 reentry capsule to Recovery team On behalf", FIRST, "not weighed"],
    ["Recovery team to Road and air transport On behalf", *INSIDE],
    ["Road and air transport to Opening centre On behalf", *INSIDE],
    [
        "Opening centre to CNSA",
        FIRST,
        "4 800.002000 g declared 4 800.000000 g +0.002000 g, within ±0.010000 g",
    ],
    [
        "CNSA to Lunar Sample Laboratory here now",
        FIRST,
        "4 800.001000 g declared 4 800.002000 g −0.001000 g, within ±0.010000 g",
    ],
]
CAPSULE_SHOWN = [
    ["Chang’e-6 reentry capsule", "", ""],
    ["Chang’e-6 reentry capsule to Recovery team On behalf", "no seal", "not weighed"],
    ["Recovery team to Road and air transport On behalf", SECOND, "not weighed"],
    ["Road and air transport to Opening centre here now On behalf", SECOND, "not weighed"],
]


def packed():
    """What was packed and sealed on the Moon, the empty capsule above it, and everybody who will carry it home."""
    world = World()
    for key, name, kind, organisation in people.CUSTODIANS:
        by = world.people.get("curator") or world.people.setdefault("curator", _person(world, people.CURATOR))
        world.custodians[key] = factories.custodian(by, name, kind, organisation=organisation)
    for account in people.ACCOUNTS:
        if account is not people.CURATOR:
            world.people[account.username] = _person(world, account)
    places.enter(world)
    world.missions["CE6"] = factories.mission(by, **change6.MISSION)
    change6.pack(world)
    world.containers[CAPSULE] = factories.container(
        by,
        CAPSULE,
        world.missions["CE6"],
        kind="return capsule",
        origin="mixed",
        custodian=world.custodians["capsule"],
        location=world.places["capsule"],
        custody_began_at=beijing("2024-05-03 17:27"),
        capacity_g=Decimal(2000),
    )
    for key in ("opening", "agency", "laboratory"):
        world.balances[key] = factories.balance(by, f"Balance, {key}", "0.002")
    return world


def _person(world, account):
    return factories.person(account.username, account.role, custodian=world.custodians.get(account.custodian))


def fly_home(pages, certify):
    """From the lander to the ascender and, docked in lunar orbit, into the capsule: all on behalf."""
    curator, recovery = pages["curator"], pages["recovery"]
    of = [(CONTROL, f"CE6-DOC-{number:02d}") for number in (2, 3)]
    release(
        curator,
        PACKAGE,
        "Chang’e-6 ascender · Spacecraft",
        place="Apollo basin, far side of the Moon",
        transport="Transfer between docked spacecraft",
        purpose="Flight to lunar orbit",
        at="2024-06-04T06:00",
        behalf=of[0],
    )
    certify(curator)
    receive(recovery, {PACKAGE: "CE6-SEAL-01"}, "Chang’e-6 ascender", at="2024-06-04T06:10", behalf=of[0])
    certify(recovery)
    release(
        curator,
        PACKAGE,
        "Chang’e-6 reentry capsule · Spacecraft",
        place="Lunar orbit",
        transport="Transfer between docked spacecraft",
        purpose="Flight to the Earth",
        at="2024-06-06T14:48",
        behalf=of[1],
    )
    certify(curator)
    receive(recovery, {PACKAGE: "CE6-SEAL-01"}, "Chang’e-6 reentry capsule", at="2024-06-06T15:24", behalf=of[1])
    certify(recovery)
    act(curator, PACKAGE, "Move", "Moved into the reentry capsule", parent=CAPSULE)


def recover(pages, certify):
    """Landed, sealed by those who found it, by road through the night and by air to Beijing."""
    curator, recovery, opening = pages["curator"], pages["recovery"], pages["opening"]
    release(
        curator,
        CAPSULE,
        "Recovery team · Recovery team",
        place="Siziwang Banner, Inner Mongolia",
        transport="Space flight",
        purpose="Recovery of the capsule",
        at="2024-06-25T14:07",
        behalf=(CONTROL, "CE6-DOC-04"),
    )
    certify(curator)
    found = {CAPSULE: "", PACKAGE: "CE6-SEAL-01"}
    receive(recovery, found, "Siziwang Banner landing area", at="2024-06-25T14:40")
    certify(recovery)
    sealed = {"number": "CE6-SEAL-02", "applied_at": "2024-06-25T17:00", "applied_by": "Recovery team"}
    act(recovery, CAPSULE, "Apply seal", "Closed for the journey", **sealed)
    release(
        recovery,
        CAPSULE,
        "Road and air transport · Transport",
        place="Siziwang Banner, by road to Zhurihe airport",
        purpose="Transport to Beijing",
        at="2024-06-25T19:30",
        document_number="CE6-DOC-05",
    )
    certify(recovery)
    receive(curator, {CAPSULE: "CE6-SEAL-02"}, "Transport", at="2024-06-26T08:00", behalf=(CARRIER, "CE6-DOC-05"))
    certify(curator)
    curator.get_by_role("link", name="Back to the handoff").click()
    curator.get_by_role("link", name="Explain the gap").click()
    curator.get_by_label("What happened meanwhile").fill(GUARDED)
    send(curator, "Asked the carrier")
    release(
        curator,
        CAPSULE,
        "Opening centre · Opening centre",
        place="Beijing",
        transport="By air",
        purpose="Opening of the capsule",
        at="2024-06-26T11:30",
        behalf=(CARRIER, "CE6-DOC-06"),
        document_number="CE6-DOC-06",
    )
    certify(curator)
    receive(opening, {CAPSULE: "CE6-SEAL-02"}, HALL, at="2024-06-26T11:50")
    certify(opening)


def open_capsule(pages, balances):
    """The capsule's seal is broken, the package taken out and weighed as it is sealed, the empty capsule closed."""
    opening = pages["opening"]
    broken = {"broken_at": "2024-06-26T14:30", "broken_by": "Opening centre"}
    act(opening, CAPSULE, "Unseal", "Opening of the capsule", **broken)
    act(opening, PACKAGE, "Take out", "The container with the material is taken out", location=HALL)
    weighed = {"balance": balances["opening"], "gross_g": "4800", "weighed_at": "2024-06-26T15:10"}
    act(opening, PACKAGE, "Weigh", "Weighed sealed, three parties signed", **weighed)
    sealed = {"number": "CE6-SEAL-03", "applied_at": "2024-06-26T15:40", "applied_by": "Opening centre"}
    act(opening, CAPSULE, "Apply seal", "Empty, closed again", **sealed)


def hand_over(pages, balances, certify):
    """By the agency to the laboratory, weighed at each receipt."""
    opening, agency, laboratory = pages["opening"], pages["agency"], pages["laboratory"]
    release(
        opening,
        PACKAGE,
        "CNSA · Agency",
        place="Beijing",
        purpose="Handover by the agency",
        at="2024-06-28T09:00",
        gross={PACKAGE: "4800"},
        document_number="CE6-DOC-07",
        witnesses="The three parties that signed at the opening",
    )
    certify(opening)
    seal = {PACKAGE: "CE6-SEAL-01"}
    weighed = {"gross": {PACKAGE: "4800.002"}, "balance": balances["agency"]}
    receive(agency, seal, "Beijing / CNSA", at="2024-06-28T09:30", **weighed)
    certify(agency)
    release(
        agency,
        PACKAGE,
        "Lunar Sample Laboratory · Laboratory",
        place="Beijing",
        purpose="Curation",
        at="2024-06-28T10:00",
        gross={PACKAGE: "4800.002"},
        document_number="CE6-SC-01",
    )
    certify(agency)
    weighed = {"gross": {PACKAGE: "4800001 mg"}, "balance": balances["laboratory"]}
    receive(laboratory, seal, GLOVE_BOX, at="2024-06-28T10:30", **weighed)
    certify(laboratory)


def act(page, container, verb, reason, **answers):
    """Scan a container and do something with it; `answers` by the names of the boxes."""
    scan(page, container)
    page.get_by_role("main").get_by_role("link", name=verb, exact=True).click()
    for name, answer in answers.items():
        box = page.locator(f"main [name={name}]")
        if name == "location":
            box.select_option(label=answer)
        elif name == "balance":
            box.select_option(value=str(answer.pk))
        else:
            box.fill(answer)
    send(page, reason)
    page.get_by_role("heading", name=container, exact=True).wait_for()


def send(page, reason):
    page.get_by_label("Reason").fill(reason)
    page.locator(".form-foot button").click()
    page.locator(".message").wait_for()


def travel(pages, world, certify):
    fly_home(pages, certify)
    recover(pages, certify)
    open_capsule(pages, world.balances)
    hand_over(pages, world.balances, certify)


def shown_chain(page, container):
    """What the timeline of a container shows of each custodian: from and to, seal read back, gross mass."""
    scan(page, container)
    page.get_by_role("main").get_by_role("link", name="Custody").click()
    page.locator(".timeline").wait_for()
    return [
        [
            " ".join(cell.split())
            for cell in entry.locator(".timeline-title, .timeline-cell > div").all_inner_texts()[:3]
        ]
        for entry in page.locator(".timeline-entry:not(.gap)").all()
    ]


def test_the_material_goes_from_the_moon_to_the_glove_box(sign_in):
    world = packed()
    pages = {name: sign_in(world.people[name]) for name in ("curator", "recovery", "opening", "agency", "laboratory")}
    sheets = []

    def certify(page):
        """Download the certificate, at each end of each handoff."""
        page.get_by_role("link", name="Certificate", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download PDF").click()
        sheet = pypdfium2.PdfDocument(BytesIO(download.value.path().read_bytes()))
        sheets.append(" ".join(sheet[0].get_textpage().get_text_range().split()))

    travel(pages, world, certify)

    handoffs = list(Handoff.objects.order_by("number"))
    assert [_leg(handoff) for handoff in handoffs] == LEGS
    assert [_signers(handoff) for handoff in handoffs] == SIGNERS
    assert [_sealed_lines(handoff) for handoff in handoffs] == SEALED
    assert [next(str(one) for one in handoffs if f"Handoff {one}" in sheet) for sheet in sheets] == CERTIFIED
    # No seal number stands in the hand of who is still to read it back.
    assert ["CE6-SEAL-" in sheet for sheet in sheets] == [False, True] * 7
    assert ["I received these containers as recorded" in sheet for sheet in sheets] == [False, True] * 7
    assert GapExplanation.objects.get().handoff == handoffs[3]
    assert not Discrepancy.objects.exists()
    _is_here(world)
    assert {str(finding) for finding in factories.run(verify()).findings} == set()

    page = pages["laboratory"]
    assert shown_chain(page, CAPSULE) == CAPSULE_SHOWN
    assert shown_chain(page, PACKAGE) == PACKAGE_SHOWN
    gap = " ".join(page.locator(".timeline-entry.gap").inner_text().split())
    assert "12 h 30 min" in gap
    assert GUARDED in gap
    scan(page, PACKAGE)
    told = page.get_by_role("main").inner_text()
    assert "1\u202f935.300000" in told
    assert "CE6-SEAL-01" in told
    page.goto("/discrepancies/")
    assert "No discrepancies" in page.get_by_role("main").inner_text()


def _leg(handoff):
    """From, to, when it was released and received as clocks in Beijing showed it, and its status."""
    times = [f"{timezone.localtime(at):%d %b %H:%M}" for at in (handoff.released_at, handoff.received_at)]
    return (str(handoff.from_custodian), str(handoff.to_custodian), *times, handoff.status)


def _signers(handoff):
    """Who signed the release and the receipt, each with the person and document it was entered on behalf of."""
    who = {one.meaning: one.user.username for one in handoff.signatures.all()}
    return (
        (who["release"], handoff.released_on_behalf_of, handoff.release_document),
        (who["receipt"], handoff.received_on_behalf_of, handoff.receipt_document),
    )


def _sealed_lines(handoff):
    lines = handoff.lines.exclude(seal_declared="").select_related("container")
    (line,) = lines
    read = (line.seal_declared, line.seal_read, line.seal_condition)
    return (str(line.container), *read, line.gross_declared_g, line.gross_weighed_g)


def _is_here(world):
    """The material is in the glove box, in the laboratory's hands, every seal and weighing on record."""
    package, capsule = (world.containers[identifier] for identifier in (PACKAGE, CAPSULE))
    package.refresh_from_db()
    capsule.refresh_from_db()
    assert package.custodian == world.custodians["laboratory"]
    assert package.location == world.places["GB-01 floor"]
    assert package.contents_g() == Decimal("1935.300000")
    assert (capsule.custodian, capsule.contents_g()) == (world.custodians["opening"], 0)
    assert list(Seal.objects.order_by("number").values_list("container__identifier", "number", "state")) == [
        (PACKAGE, "CE6-SEAL-01", "intact"),
        (CAPSULE, "CE6-SEAL-02", "broken"),
        (CAPSULE, "CE6-SEAL-03", "intact"),
    ]
    weighed = Weighing.objects.order_by("weighed_at").values_list("gross_g", "balance__name")
    assert list(weighed) == [
        (Decimal("4800.000000"), "Balance, opening"),
        (Decimal("4800.002000"), "Balance, agency"),
        (Decimal("4800.001000"), "Balance, laboratory"),
    ]
