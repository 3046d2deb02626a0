"""The forms of the desk, and of typing paper ballots."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange

from participatie.core.forms import Form
from participatie.votes.services.piles import MOST_PAPERS

PAPER, CODE, LOOK = "paper", "code", "look"
TYPED, BY_HAND = "typed", "by_hand"


class DeskForm(Form):
    """Who stands at the desk, and what they get. The number is used once and kept nowhere."""

    who = StringField(
        lazy_gettext("BSN or number of the letter"),
        [InputRequired(lazy_gettext("Fill in the BSN, or the number of the letter like 3-214."))],
    )
    act = RadioField(
        lazy_gettext("What does this person get?"),
        [InputRequired(lazy_gettext("Choose what this person gets."))],
        choices=[
            SelectChoice(PAPER, lazy_gettext("A paper ballot")),
            SelectChoice(CODE, lazy_gettext("A new letter with a code")),
            SelectChoice(LOOK, lazy_gettext("Only a look: is the right to vote used?")),
        ],
    )


class WithdrawPileForm(Form):
    """Why a pile is taken back."""

    reason = TextAreaField(
        lazy_gettext("Why do you take this pile back? It stands in the log"),
        [InputRequired(lazy_gettext("Write why you take this pile back."))],
    )


class PileForm(Form):
    """A new pile of paper ballots."""

    papers = IntegerField(
        lazy_gettext("How many papers are in this pile?"),
        [
            InputRequired(lazy_gettext("Fill in how many papers this pile has.")),
            NumberRange(1, MOST_PAPERS, lazy_gettext("Fill in a number from 1 to 500.")),
        ],
    )
    way = RadioField(
        lazy_gettext("How do you take this pile in?"),
        [InputRequired(lazy_gettext("Choose how you take this pile in."))],
        choices=[
            SelectChoice(TYPED, lazy_gettext("We type every paper")),
            SelectChoice(BY_HAND, lazy_gettext("We count by hand and fill in the totals")),
        ],
        default=TYPED,
    )
