"""The demo: three missions with their custody chains, entered through the operations.

What is not known from a source carries the word "illustrative" in its description or remarks.
"""

from django.db import transaction

from . import apollo, bottles, change5, change6, people, places
from .world import World

# What is said while it is entered, and what enters it.
CHAPTERS = [
    ("people and custodians", people.enter),
    ("places", places.enter),
    ("Chang’e-6", change6.enter),
    ("the bottles of Chang’e-6", bottles.enter),
    ("Chang’e-5", change5.enter),
    ("Apollo 11", apollo.enter),
]


def load(say=lambda words: None):
    """Enter the whole demo in one transaction, or nothing of it; `say` is told what comes next."""
    world = World()
    with transaction.atomic():
        for words, enter in CHAPTERS:
            say(words)
            enter(world)
    return world
