"""Both engines give the same answers: a pytest plugin that lays what each worker recorded side by side.

A test says `record(config, name, key, value)`; after the last worker the run prints a table for each name, and fails
where two workers have different values under one key.
"""

from collections import Counter

_found = {}


def record(config, name, key, value, *, note=""):
    """Keep `value` for comparing; `note` is printed beside it where the engines differ."""
    from tests.engines import ENGINE

    of_engine = _place(config).setdefault(name, {}).setdefault(ENGINE, {})
    assert key not in of_engine, f"{name}: {key} is recorded twice"
    of_engine[key] = (value, note)


def _place(config):
    if hasattr(config, "workeroutput"):
        return config.workeroutput.setdefault("compared", {})
    return _found


def pytest_testnodedown(node, error):
    for name, engines in (getattr(node, "workeroutput", None) or {}).get("compared", {}).items():
        for engine, answers in engines.items():
            _found.setdefault(name, {}).setdefault(engine, {}).update(answers)


def differences(engines):
    """[(key, {engine: (value, note)})] of what is not the same everywhere."""
    keys = dict.fromkeys(key for answers in engines.values() for key in answers)
    rows = [(key, {engine: answers.get(key, ("missing", "")) for engine, answers in engines.items()}) for key in keys]
    return [(key, row) for key, row in rows if len({value for value, _note in row.values()}) > 1]


def pytest_sessionfinish(session):
    if any(differences(engines) for engines in _found.values()) and session.exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    for name, engines in sorted(_found.items()):
        terminalreporter.section(f"{name}: {' and '.join(sorted(engines))}")
        for line in table(engines):
            terminalreporter.write_line(line)
        for key, row in differences(engines)[:50]:
            shown = "; ".join(f"{engine}: {value} {note}".strip() for engine, (value, note) in sorted(row.items()))
            terminalreporter.write_line(f"DIFFERENT {key}: {shown}", red=True)


def table(engines):
    """The lines of the table: how often each value occurs, by engine."""
    names = sorted(engines)
    counts = {engine: Counter(value for value, _note in engines[engine].values()) for engine in names}
    lines = [("requests", *(str(len(engines[engine])) for engine in names))]
    for value in sorted(set().union(*counts.values()), key=str):
        lines.append((str(value), *(str(counts[engine][value]) for engine in names)))
    failures = [sum(n for value, n in counts[engine].items() if str(value).startswith("5")) for engine in names]
    lines += [("5xx", *map(str, failures)), ("differences", str(len(differences(engines))))]
    width = max(len(name) for name in (*names, "requests")) + 2
    return ["".join(cell.rjust(width if i else 14) for i, cell in enumerate(line)) for line in [("", *names), *lines]]
