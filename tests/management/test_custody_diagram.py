"""manage.py custody_diagram: README shows the step table as it is."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from samples.management.commands.custody_diagram import BEGIN, END, diagram
from samples.stages import STEPS, CustodianKind

README = settings.BASE_DIR / "README.md"


def draw(**options):
    out = StringIO()
    call_command("custody_diagram", stdout=out, **options)
    return out.getvalue()


def test_the_one_in_the_readme_is_the_generated_one():
    assert draw(check=True) == "README.md has the diagram already.\n"
    assert diagram() in README.read_text()


def test_it_draws_every_kind_and_every_step():
    lines = [line.strip() for line in diagram().splitlines()]

    assert sum(line.startswith("state ") and " as " in line for line in lines) == len(CustodianKind)
    steps = {tuple(line.split(" --> ")) for line in lines if " --> " in line and not line.startswith("[*]")}
    assert steps == {(kind.name.lower(), to.name.lower()) for kind in STEPS for to in STEPS[kind]}


def test_the_check_fails_on_an_old_one_and_writes_nothing(tmp_path):
    file = tmp_path / "OLD.md"
    old = f"Before\n{BEGIN}\nold\n{END}\nAfter\n"
    file.write_text(old)

    with pytest.raises(CommandError, match=r"OLD\.md has another diagram than the step table"):
        draw(check=True, file=file)

    assert file.read_text() == old
    assert draw(file=file) == "The diagram is in OLD.md.\n"
    assert draw(check=True, file=file) == "OLD.md has the diagram already.\n"
    assert file.read_text().startswith("Before\n")
    assert file.read_text().endswith(f"{END}\nAfter\n")


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END} {BEGIN}"])
def test_a_file_without_its_markers_is_left_alone(tmp_path, text):
    file = tmp_path / "PLAIN.md"
    file.write_text(text)

    with pytest.raises(CommandError, match="are not both there"):
        draw(file=file)

    assert file.read_text() == text
