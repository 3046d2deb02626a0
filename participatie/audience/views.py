"""«Mag ik meedoen?»: the question, and its answer on the same page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from participatie.areas.rules import postcode
from participatie.audience.forms import MayIForm
from participatie.audience.queries import names_of
from participatie.audience.rules import SENTENCES, Answer, Audience, answer, birth_year
from participatie.audience.services import person_of
from participatie.core.clock import today
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Invalid, NotAllowed
from participatie.identity.current import actor, take_word
from participatie.identity.rules import Facts

bp = Blueprint("audience", __name__, template_folder="templates")


def may_i_page(
    audience: Audience, *, title: str, address: str, go_on: str, words: str = ""
) -> ResponseReturnValue:
    """Ask for a postcode and a year of birth, as far as they matter, and answer.

    `words` is what else is said of who it is for. What is filled in stands in no address and no
    database. Who is logged in gives their word with it, where the log-in says nothing: it stands in
    their session until they log out.
    """
    form = MayIForm()
    form.ask_only(audience)
    given, status = None, 200
    if request.method == "POST":
        given = _answer(form, audience)
        status = 200 if given else 422
    return render_template(
        "audience/may_i.html",
        audience=audience,
        areas=db.session.scalars(names_of(sorted(audience.area_ids))).all(),
        title=title,
        words=words,
        address=address,
        go_on=go_on,
        form=form,
        given=given,
        why=_why(audience, given),
        today=today(),
    ), status


def _answer(form: MayIForm, audience: Audience) -> Answer | None:
    """What the answers lead to; None when they cannot be read."""
    if not form.validate():
        return None
    code, year = None, None
    try:
        if "who_postcode" in form:
            code = postcode(form.who_postcode.data or "", field="who_postcode")
        if "who_birth_year" in form:
            year = birth_year(form.who_birth_year.data or "", today(), field="who_birth_year")
    except Invalid as error:
        form.refuse(error)
        return None
    person = person_of(postcode=code, born_on=None, in_group=True)
    found = answer(audience, person, year, today())
    if actor().is_resident:
        take_word(Facts(born_on=found.born_on, postcode=code, lives_here=person.lives_here))
    return found


def _why(audience: Audience, given: Answer | None) -> str:
    if given is None or given.reason is None:
        return ""
    return say(
        NotAllowed(
            SENTENCES[given.reason],
            youngest=audience.youngest,
            oldest=audience.oldest,
            group=audience.group,
        )
    )
