"""The forms of setting up a vote."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import ClassVar

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from participatie.core.clock import AMSTERDAM
from participatie.core.forms import Form
from participatie.core.i18n import lazy_number
from participatie.votes.models.rounds import VoteQuestion, VoteRound
from participatie.votes.rules.kinds import BallotKind
from participatie.votes.rules.rounds import Grade, Publication, RollKind
from participatie.votes.rules.setting_up import LONGEST_TITLE, POINTS, Asked, lines
from participatie.votes.services.setting_up import Asking, Facts

NO_PROCESS = 0
MOMENT = "%Y-%m-%dT%H:%M"
GRADES = {
    Grade.LIGHT: lazy_gettext("Light: the system closes the vote on time, and counts by itself."),
    Grade.COMMON: lazy_gettext(
        "Common: two people close the vote together. Nobody can do that alone."
    ),
    Grade.HEAVY: lazy_gettext(
        "Heavy: two people close the vote. And two of the three key holders must open the votes."
    ),
}
PUBLICATIONS = {
    Publication.COUNTS: lazy_gettext("Only the totals come online."),
    Publication.CHOICES: lazy_gettext(
        "All votes come online, without names and without codes. Then everybody can count them."
    ),
    Publication.CODES: lazy_gettext(
        "All votes come online with their control codes, without names."
    ),
}
ROLLS = {
    RollKind.OPEN: lazy_gettext("Everybody who lives here and logs in"),
    RollKind.UPLOAD: lazy_gettext("Who stands on a list that you bring, and logs in"),
    RollKind.CODES: lazy_gettext("Who gets a letter with a code, or comes to the desk"),
}
KINDS = {
    Asked.YES_NO: lazy_gettext("Yes or no"),
    Asked.SINGLE: lazy_gettext("One answer out of several"),
    Asked.MULTIPLE: lazy_gettext("Several answers"),
    Asked.RANKING: lazy_gettext("An order, the best on top"),
    Asked.POINTS: lazy_gettext("Points to divide"),
    Asked.OPEN: lazy_gettext("An answer in own words"),
}
LIMITED = frozenset({BallotKind.MULTIPLE, BallotKind.RANKING})
"""Kinds of which a clerk says how many answers a voter gives."""


def _moment_field(label: str) -> DateTimeLocalField:
    return DateTimeLocalField(
        label, [InputRequired(lazy_gettext("Fill in a date and a time."))], format=MOMENT
    )


def _long(most: int) -> Length:
    return Length(
        max=most,
        message=lazy_gettext(
            "At most %(most)s characters fit. Make it shorter.", most=lazy_number(most)
        ),
    )


def _up_to(most: int) -> NumberRange:
    words = lazy_gettext("Fill in a number from 1 to %(most)s.", most=lazy_number(most))
    return NumberRange(min=1, max=most, message=words)


class PromisesForm(Form):
    """What a clerk says of a whole vote, whatever it asks."""

    title = StringField(
        lazy_gettext("Name of the vote"),
        [InputRequired(lazy_gettext("Give the vote a name.")), _long(80)],
    )
    opens_at = _moment_field(lazy_gettext("From when can people vote?"))
    closes_at = _moment_field(lazy_gettext("Until when can people vote?"))
    grade = RadioField(
        lazy_gettext("How is the vote guarded?"),
        [InputRequired(lazy_gettext("Choose how the vote is guarded."))],
        choices=[SelectChoice(grade.value, words) for grade, words in GRADES.items()],
    )
    publication = RadioField(
        lazy_gettext("What becomes public?"),
        [InputRequired(lazy_gettext("Choose what becomes public."))],
        choices=[SelectChoice(one.value, words) for one, words in PUBLICATIONS.items()],
    )
    roll_kind = RadioField(
        lazy_gettext("Who can cast a vote?"),
        [InputRequired(lazy_gettext("Choose who can cast a vote."))],
        choices=[SelectChoice(one.value, words) for one, words in ROLLS.items()],
        default=RollKind.OPEN.value,
    )
    who_may_vote = StringField(lazy_gettext("Who may vote?"), [_long(280)])
    who_decides = StringField(lazy_gettext("Who decides?"), [_long(280)])
    result_on = DateField(lazy_gettext("When is the result there?"), [Optional()])
    shows_turnout = BooleanField(lazy_gettext("Show during the vote how many people voted"))

    def facts(self, process_id: int | None) -> Facts:
        """What was filled in, for a vote of a process."""
        return Facts(
            title=self.title.data or "",
            process_id=process_id,
            opens_at=_in_utc(self.opens_at.data),
            closes_at=_in_utc(self.closes_at.data),
            grade=Grade(self.grade.data),
            publication=Publication(self.publication.data),
            roll_kind=RollKind(self.roll_kind.data),
            who_may_vote=self.who_may_vote.data or "",
            who_decides=self.who_decides.data or "",
            result_on=self.result_on.data,
            shows_turnout=bool(self.shows_turnout.data),
        )

    @staticmethod
    def filled_in(vote: VoteRound) -> dict[str, object]:
        """What the form shows of a vote that is there."""
        same = ("title", "who_may_vote", "who_decides", "result_on", "shows_turnout")
        return {
            **{name: getattr(vote, name) for name in same},
            "opens_at": vote.opens_at.astimezone(AMSTERDAM),
            "closes_at": vote.closes_at.astimezone(AMSTERDAM),
            "grade": vote.grade.value,
            "publication": vote.publication.value,
            "roll_kind": vote.roll_kind.value,
        }


class FactsForm(PromisesForm):
    """What a clerk says of a whole vote that divides no money."""

    asked_first: ClassVar[tuple[str, ...]] = ("title", "of_process")
    of_process = SelectField(lazy_gettext("To which process does it belong?"), coerce=int)

    def offer(self, processes: Iterable[tuple[int, str]]) -> None:
        """Let the clerk choose among `processes`, or none."""
        none = (NO_PROCESS, lazy_gettext("To none"))
        self.of_process.choices = [none, *((number, title) for number, title in processes)]


class AskForm(Form):
    """A question to add, with what can be chosen."""

    question = StringField(
        lazy_gettext("What do you ask?"),
        [InputRequired(lazy_gettext("Write the question.")), _long(LONGEST_TITLE)],
    )
    kind = RadioField(
        lazy_gettext("How do people answer?"),
        [InputRequired(lazy_gettext("Choose how people answer."))],
        choices=[SelectChoice(one.value, words) for one, words in KINDS.items()],
        default=Asked.YES_NO.value,
    )
    options = TextAreaField(lazy_gettext("What can they choose? One on each line"), [Optional()])

    def asking(self) -> Asking:
        """The question as it begins; the rest is said on its own page."""
        asked = Asked(self.kind.data)
        return Asking(
            title=self.question.data or "",
            kind=asked.kind,
            maximum=POINTS if asked is Asked.POINTS else None,
            shuffles=asked is not Asked.YES_NO,
        )

    def titles(self, ready: list[str]) -> list[str]:
        """What can be chosen; `ready` is for yes or no."""
        typed = lines(self.options.data or "")
        return ready if self.kind.data == Asked.YES_NO and not typed else typed


class NewForm(FactsForm, AskForm):
    """A new vote with its first question."""

    asked_first = (*FactsForm.asked_first, "question", "kind", "options")


class QuestionForm(Form):
    """A question that is there."""

    title = StringField(
        lazy_gettext("What do you ask?"),
        [InputRequired(lazy_gettext("Write the question.")), _long(LONGEST_TITLE)],
    )
    explanation = TextAreaField(lazy_gettext("Explanation"), [_long(2000)])
    may_skip = BooleanField(lazy_gettext("A voter may skip this question"))
    least = IntegerField(
        lazy_gettext("How many at least?"),
        [
            Optional(),
            _up_to(1000),
        ],
    )
    most = IntegerField(
        lazy_gettext("How many at most?"),
        [
            Optional(),
            _up_to(2000),
        ],
    )
    shuffles = BooleanField(lazy_gettext("Every voter sees the answers in another order"))

    def asking(self, kind: BallotKind) -> Asking:
        """What was filled in; who may skip a question may also answer with one."""
        least = self.least.data or 1 if kind in LIMITED else 1
        return Asking(
            title=self.title.data or "",
            kind=kind,
            explanation=self.explanation.data or "",
            minimum=0 if self.may_skip.data else least,
            maximum=None if kind is BallotKind.SINGLE else self.most.data,
            shuffles=bool(self.shuffles.data),
        )

    @staticmethod
    def filled_in(question: VoteQuestion) -> dict[str, object]:
        """What the form shows of a question that is there."""
        return {
            "title": question.title,
            "explanation": question.explanation,
            "may_skip": question.minimum == 0,
            "least": question.minimum or None,
            "most": question.maximum,
            "shuffles": question.shuffles,
        }


class OptionsForm(Form):
    """More to choose from."""

    options = TextAreaField(
        lazy_gettext("What can they choose? One on each line"),
        [InputRequired(lazy_gettext("Write at least one answer."))],
    )


class OptionForm(Form):
    """One thing that can be chosen."""

    title = StringField(
        lazy_gettext("Answer"),
        [InputRequired(lazy_gettext("Write the answer.")), _long(LONGEST_TITLE)],
    )
    text = TextAreaField(lazy_gettext("Explanation"), [_long(500)])


def _in_utc(typed: datetime | None) -> datetime:
    """A moment by the clock of the Netherlands."""
    if typed is None:
        raise ValueError("the form was not checked")
    return typed.replace(tzinfo=AMSTERDAM).astimezone(UTC)
