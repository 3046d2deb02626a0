"""Reading the recipes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from participatie.processes.rules import Level, PhaseKind, Starters

NAMES = ("ideas", "discussion", "budget", "initiative", "poll")


@dataclass(frozen=True, slots=True)
class Step:
    """A phase that a recipe proposes, and how long it takes."""

    kind: PhaseKind
    title: str
    weeks: int


@dataclass(frozen=True, slots=True)
class Span:
    """A step with its dates."""

    step: Step
    first_day: date

    @property
    def ends(self) -> date:
        """The day after its last."""
        return self.first_day + timedelta(weeks=self.step.weeks)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a regulation asks of an initiative, and how many weeks each stop of its road takes."""

    address: str
    conditions: tuple[str, ...]
    test_weeks: int
    support_weeks: int
    check_weeks: int
    agenda_weeks: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a kind of process proposes: texts, rules and phases."""

    name: str
    label: str
    about: str
    summary: str
    text: str
    level: Level
    support_threshold: int | None
    steps: tuple[Step, ...]
    regulation: Asked | None = None
    discussion_starters: Starters = Starters.NOBODY
    answers_discussions: bool = False


@cache
def recipes() -> dict[str, Recipe]:
    """All recipes by name, in the order in which they are offered."""
    return {name: _read(name) for name in NAMES}


def spans(recipe: Recipe, first_day: date) -> list[Span]:
    """The phases of a recipe, one after the other from `first_day`."""
    found: list[Span] = []
    for step in recipe.steps:
        found.append(Span(step, found[-1].ends if found else first_day))
    return found


def _read(name: str) -> Recipe:
    file = resources.files(__package__ or "") / f"{name}.toml"
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    return Recipe(
        name=name,
        label=read["label"],
        about=read["about"],
        summary=read["summary"],
        text=read["text"].strip(),
        level=Level(read["level"]),
        support_threshold=read.get("support_threshold"),
        steps=tuple(
            Step(PhaseKind(one["kind"]), one["title"], one["weeks"]) for one in read["phases"]
        ),
        regulation=_asked(read["regulation"]) if "regulation" in read else None,
        discussion_starters=Starters(read.get("discussion_starters", Starters.NOBODY)),
        answers_discussions=read.get("answers_discussions", False),
    )


def _asked(read: Mapping[str, Any]) -> Asked:
    return Asked(**{**read, "conditions": tuple(read["conditions"])})
