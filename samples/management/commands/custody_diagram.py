"""manage.py custody_diagram: the step table as a picture in README, so that nobody draws it by hand."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from samples.stages import SIGNING, STEPS, CustodianKind

BEGIN, END = "<!-- custody_diagram: begin -->", "<!-- custody_diagram: end -->"


def diagram():
    """The step table as a Mermaid state diagram; a chain begins at any kind, where a container is registered."""
    lines = ["stateDiagram-v2", "    [*] --> custody: registered, with a document", "    state custody {"]
    lines += [
        f'        state "{kind.label}, signed {SIGNING[kind].value}" as {kind.name.lower()}' for kind in CustodianKind
    ]
    for kind in CustodianKind:
        lines += [f"        {kind.name.lower()} --> {to.name.lower()}" for to in CustodianKind if to in STEPS[kind]]
    return "\n".join([*lines, "    }"])


def drawn_into(text):
    """`text` with the diagram between its two markers; raises ValueError where these are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The markers {BEGIN} and {END} are not both there.")
    return f"{before}{BEGIN}\n```mermaid\n{diagram()}\n```\n{END}{after}"


class Command(BaseCommand):
    help = "Draws the step table of custody into README.md."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where it differs")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "README.md")

    def handle(self, *, check, file, **options):
        try:
            text = file.read_text(encoding="utf-8")
            drawn = drawn_into(text)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from None
        if check and drawn != text:
            raise CommandError(f"{file.name} has another diagram than the step table. Run manage.py custody_diagram.")
        if drawn == text:
            self.stdout.write(f"{file.name} has the diagram already.")
            return
        file.write_text(drawn, encoding="utf-8")
        self.stdout.write(f"The diagram is in {file.name}.")
