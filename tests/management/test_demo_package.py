"""A data package of the demo, in which every kind of record is."""

import pytest

from samples.exports import DATASETS, package_check
from samples.models import User
from tests.exports import packed

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.mark.parametrize("username", ["auditor", "researcher"])
def test_frictionless_and_the_verification_accept_it(tmp_path, username):
    user = User.objects.get(username=username)
    names = ",".join(DATASETS) if user.sees_all else ""

    data = packed.make(user, datasets=names)

    report = packed.validated(data, tmp_path)
    assert (report.valid, report.flatten(["name", "type", "note"])) == (True, [])
    assert [finding for finding in package_check.check(tmp_path / "package.zip") if isinstance(finding, str)] == []
    assert all(resource["rows"] for resource in packed.descriptor(data)["resources"])
