from tests import factories


def test_it_moves_custody_only_at_the_receipt(lab):
    handoff = factories.release(lab.technician, [lab.box], lab.other)

    lab.box.refresh_from_db()
    assert lab.box.custodian == lab.home
    assert handoff.lines.count() == 2

    factories.receive(lab.receiver, handoff, lab.other_room)

    lab.box.refresh_from_db()
    lab.bottle.refresh_from_db()
    assert (lab.box.custodian, lab.box.location) == (lab.other, lab.other_room)
    assert (lab.bottle.custodian, lab.bottle.location) == (lab.other, None)
    assert lab.bottle.history.count() == 2
    assert lab.box.contents_g() == lab.soil.mass_g
