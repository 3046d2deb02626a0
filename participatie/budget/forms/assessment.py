"""What staff fills in about assessments, and what an author answers."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from participatie.budget.forms.areas import Several
from participatie.budget.forms.setup import typed_amount, written_amount
from participatie.budget.models.assessment import Assessment, AssessorGroup
from participatie.budget.models.budgets import Project
from participatie.budget.rules.assessment import (
    GROUP_NAME_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    RESPONSE_LENGTH,
    Findings,
    Verdict,
)
from participatie.budget.services.assigning import Assessors, Terms
from participatie.core.forms import Form, Within
from participatie.identity.models import Account
from participatie.processes.forms import DayField


class TermsForm(Form):
    """How plans come in, whether they are assessed, and how long authors have."""

    takes_plans = BooleanField(lazy_gettext("Residents submit plans here themselves"))
    has_assessment = BooleanField(lazy_gettext("We assess each plan before the vote"))
    agree_days = IntegerField(
        lazy_gettext("How many days does a maker have to agree with a change?"),
        [InputRequired(lazy_gettext("Fill in a number of days from 7 to 60."))],
    )
    objection_days = IntegerField(
        lazy_gettext("How many days does a maker have to ask for another look?"),
        [InputRequired(lazy_gettext("Fill in a number of days from 7 to 60."))],
    )

    def terms(self) -> Terms:
        """What was filled in."""
        return Terms(
            has_assessment=bool(self.has_assessment.data),
            takes_plans=bool(self.takes_plans.data),
            agree_days=self.agree_days.data or 0,
            objection_days=self.objection_days.data or 0,
        )


class AssignForm(Form):
    """Who assesses which plans, and until when."""

    projects = Several(
        lazy_gettext("Which plans?"), [InputRequired(lazy_gettext("Choose at least one plan."))]
    )
    people = Several(lazy_gettext("Which assessors?"))
    groups = Several(lazy_gettext("Which groups?"))
    due_on = DayField(lazy_gettext("Before the end of which day?"), [Optional()])

    def offer(
        self,
        projects: Iterable[Project],
        people: Iterable[Account],
        groups: Iterable[AssessorGroup],
    ) -> None:
        """Let the clerk choose among these; where there are none, nothing is asked."""
        self.projects.choices = [SelectChoice(str(one.id), one.title) for one in projects]
        self.people.choices = _names(people)
        self.groups.choices = [SelectChoice(str(one.id), one.name) for one in groups]
        for name in ("people", "groups"):
            if not self[name].choices:
                del self[name]

    def assessors(self) -> Assessors:
        """Who were chosen."""
        return Assessors(_numbers(self, "people"), _numbers(self, "groups"), self.due_on.data)


class GroupForm(Form):
    """A group of assessors."""

    name = StringField(
        lazy_gettext("Name of the group"),
        [InputRequired(lazy_gettext("Give the group a name.")), Within(GROUP_NAME_LENGTH)],
    )
    members = Several(lazy_gettext("Who is in it?"))

    def offer(self, people: Iterable[Account]) -> None:
        """Let the clerk choose among these."""
        self.members.choices = _names(people)

    def numbers(self) -> frozenset[int]:
        """Who were chosen."""
        return _numbers(self, "members")


class FindingsForm(Form):
    """What an assessor says of a plan; half of it may be empty until it is finished."""

    adviser = StringField(
        lazy_gettext("Whose assessment is this?"),
        [InputRequired(lazy_gettext("Fill in whose assessment this is."))],
    )
    verdict = RadioField(
        lazy_gettext("Can it be done?"),
        [InputRequired(lazy_gettext("Choose whether the plan can be done before you finish."))],
        choices={verdict.value: verdict.value for verdict in Verdict},
        default=Verdict.UNDECIDED.value,
    )
    cost = StringField(lazy_gettext("What does it cost?"), [Optional()])
    yearly_cost = StringField(lazy_gettext("What does it cost each year after that?"), [Optional()])
    explanation = TextAreaField(lazy_gettext("How did you get to this amount?"), [Optional()])
    duration = StringField(lazy_gettext("How long does it take to carry out?"), [Optional()])
    reason = TextAreaField(
        lazy_gettext("Why can it not be done, or what has to change?"), [Optional()]
    )
    changed_text = TextAreaField(lazy_gettext("How does the plan read then?"), [Optional()])

    def findings(self) -> Findings:
        """What was filled in. Raises `Invalid`."""
        verdict = Verdict(self.verdict.data or Verdict.UNDECIDED)
        changes = verdict is Verdict.WITH_CHANGES
        return Findings(
            verdict=verdict,
            cost=typed_amount(self.cost),
            yearly_cost=typed_amount(self.yearly_cost),
            explanation=self.explanation.data or "",
            duration=self.duration.data or "",
            reason=self.reason.data or "",
            changed_text=(self.changed_text.data or "") if changes else "",
        )

    @staticmethod
    def filled_in(project: Project, assessment: Assessment | None) -> dict[str, str]:
        """What the form shows of what was kept; a changed text begins as the plan reads now."""
        if assessment is None:
            return {"changed_text": project.text, "cost": written_amount(project.cost or None)}
        return {
            "adviser": assessment.adviser,
            "verdict": assessment.verdict.value,
            "cost": written_amount(assessment.cost),
            "yearly_cost": written_amount(assessment.yearly_cost),
            "explanation": assessment.explanation,
            "duration": assessment.duration,
            "reason": assessment.reason,
            "changed_text": assessment.changed_text or project.text,
        }


class SpreadsheetForm(Form):
    """A spreadsheet that colleagues filled in."""

    document = FileField(
        lazy_gettext("Choose the spreadsheet"),
        [FileRequired(lazy_gettext("Choose the spreadsheet first."))],
    )


class NoteForm(Form):
    """What somebody of the staff says to the others."""

    text = TextAreaField(
        lazy_gettext("Your note"),
        [InputRequired(lazy_gettext("Write your note.")), Within(NOTE_LENGTH)],
    )


class ReopenForm(Form):
    """Why an assessment is opened again."""

    reason = TextAreaField(
        lazy_gettext("Why do you open it again?"),
        [InputRequired(lazy_gettext("Write why you open it again.")), Within(REASON_LENGTH)],
    )


class ResponseForm(Form):
    """What an author does not agree with."""

    text = TextAreaField(
        lazy_gettext("What is not right?"),
        [InputRequired(lazy_gettext("Write what is not right.")), Within(RESPONSE_LENGTH)],
    )


def _names(people: Iterable[Account]) -> list[SelectChoice]:
    return [
        SelectChoice(str(one.id), one.public_name or one.email or gettext("No name"))
        for one in people
    ]


def _numbers(form: Form, name: str) -> frozenset[int]:
    chosen: Sequence[str] = (form[name].data or ()) if name in form else ()
    return frozenset(int(number) for number in chosen)
