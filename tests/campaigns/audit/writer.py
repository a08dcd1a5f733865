"""A process that writes until it is killed: python -m tests.campaigns.audit.writer URL."""

import os
import sys
from itertools import count


def write(container, username):
    from samples.models import Container, User
    from samples.operations import containers
    from tests import factories

    by = User.objects.get(username=username)
    box = Container.objects.get(identifier=container)
    print("ready", flush=True)
    for number in count():
        changes = {"description": f"{os.getpid()} {number}"}
        containers.amend(container=box, changes=changes, seen=None, by=by, reason="Looked")
        factories.sample(by, f"K-{os.getpid()}-{number}", box, "0.000001")


if __name__ == "__main__":
    os.environ["DATABASE_URL"] = sys.argv[1]
    os.environ["DJANGO_SETTINGS_MODULE"] = "labinv.settings"
    import django

    django.setup()
    write("BOX-1", "technician")
