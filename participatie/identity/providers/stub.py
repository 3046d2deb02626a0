"""The test log-in: fictive people behind the same road as a real provider.

It is a page of our own and says so; it uses nothing of DigiD's, and production refuses it. The
numbers are test numbers that were never given to anyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from participatie.config import Config, ConfigError, Environment
from participatie.core.access import anyone
from participatie.core.errors import N_
from participatie.core.forms import Form
from participatie.identity.providers.interface import Assertion, LoginRefused, ProviderAway
from participatie.identity.rules import NO_FACTS, Assurance, Facts, Role

ANSWER_SECONDS = 120

bp = Blueprint("stub", __name__, url_prefix="/testinlog")


@dataclass(frozen=True, slots=True)
class TestPerson:
    """Someone of the fictive municipality."""

    __test__ = False

    key: str
    name: str
    about: str
    bsn: str = field(repr=False)
    roles: frozenset[Role] = frozenset({Role.RESIDENT})

    @property
    def facts(self) -> Facts:
        """What the log-in says of a resident; of staff nothing."""
        return _FACTS.get(self.key, NO_FACTS)

    @property
    def is_staff(self) -> bool:
        return Role.RESIDENT not in self.roles


def _staff(key: str, name: str, about: str, bsn: str, *roles: Role) -> TestPerson:
    return TestPerson(key, name, about, bsn, frozenset(roles))


PEOPLE: dict[str, TestPerson] = {
    person.key: person
    for person in (
        TestPerson("annie", "Annie de Vries", N_("72, lives in Oude Haven"), "999990007"),
        TestPerson("bilal", "Bilal Amrani", N_("34, lives in Parkwijk"), "999990019"),
        TestPerson("chantal", "Chantal Jansen", N_("41, lives in Centrum"), "999990020"),
        TestPerson("dirk", "Dirk Bakker", N_("58, lives in Zuiderpolder"), "999990032"),
        TestPerson("esra", "Esra Yıldız", N_("27, lives in Parkwijk"), "999990044"),
        TestPerson("femke", "Femke Hoekstra", N_("19, lives in Oude Haven"), "999990056"),
        TestPerson("gerrit", "Gerrit Visser", N_("66, lives in Zuiderpolder"), "999990068"),
        TestPerson("hanna", "Hanna Kowalska", N_("38, lives in Centrum"), "999990081"),
        TestPerson("ivo", "Ivo van Dam", N_("23, lives in Parkwijk"), "999990093"),
        TestPerson("joyce", "Joyce Pinas", N_("49, lives in Oude Haven"), "999990111"),
        TestPerson("kees", "Kees Smit", N_("15, lives in Parkwijk"), "999990202"),
        TestPerson("lotte", "Lotte Post", N_("52, lives in another municipality"), "999990196"),
        _staff("karin", "Karin Smit", N_("clerk"), "999990123", Role.CLERK),
        _staff("leo", "Leo Mulder", N_("clerk"), "999990135", Role.CLERK),
        _staff("mira", "Mira Chandra", N_("assessor at Public Space"), "999990147", Role.ASSESSOR),
        _staff("nico", "Nico Brouwer", N_("administrator"), "999990159", Role.ADMINISTRATOR),
        _staff("olga", "Olga Brandt", N_("second person: confirms"), "999990160", Role.SECOND),
        _staff(
            "pieter",
            "Pieter Kok",
            N_("substitute of the clerk and of the second person"),
            "999990172",
            Role.CLERK,
            Role.SECOND,
        ),
        _staff("quirine", "Quirine Post", N_("desk: helps voters"), "999990184", Role.DESK),
        _staff("rachid", "Rachid Bos", N_("leads one process"), "999990214", Role.COLLEAGUE),
        _staff("sanne", "Sanne Groen", N_("moderates one process"), "999990226", Role.COLLEAGUE),
    )
}


_FACTS = {
    "annie": Facts(born_on=date(1954, 3, 14), postcode="1441AB", lives_here=True),
    "bilal": Facts(born_on=date(1992, 3, 14), postcode="1442BC", lives_here=True),
    "chantal": Facts(born_on=date(1985, 3, 14), postcode="1443CD", lives_here=True),
    "dirk": Facts(born_on=date(1968, 3, 14), postcode="1444DE", lives_here=True),
    "esra": Facts(born_on=date(1999, 3, 14), postcode="1442BC", lives_here=True),
    "femke": Facts(born_on=date(2007, 3, 14), postcode="1441AB", lives_here=True),
    "gerrit": Facts(born_on=date(1960, 3, 14), postcode="1444DE", lives_here=True),
    "hanna": Facts(born_on=date(1988, 3, 14), postcode="1443CD", lives_here=True),
    "ivo": Facts(born_on=date(2003, 3, 14), postcode="1442BC", lives_here=True),
    "joyce": Facts(born_on=date(1977, 3, 14), postcode="1441AB", lives_here=True),
    "kees": Facts(born_on=date(2011, 5, 2), postcode="1442BC", lives_here=True),
    "lotte": Facts(born_on=date(1974, 9, 8), postcode="1131AA", lives_here=False),
}


class Fault(StrEnum):
    """What can go wrong at a real provider; the page can play it."""

    CANCELLED = "cancelled"
    OUT_OF_ORDER = "out_of_order"
    LEVEL_TOO_LOW = "level_too_low"


class StubProvider:
    """Sends the browser to our own list of people, and reads the signed answer of that page."""

    name = "stub"

    def begin(self, *, state: str) -> str:
        return url_for("stub.people", state=state)

    def finish(self, answer: Mapping[str, str]) -> Assertion:
        if answer.get("error") == Fault.CANCELLED:
            raise LoginRefused(N_("You have cancelled the log-in."))
        try:
            said = _signer().loads(answer.get("code", ""), max_age=ANSWER_SECONDS)
        except BadSignature:
            raise LoginRefused(N_("The log-in took too long. Start again.")) from None
        if said["state"] != answer.get("state"):
            raise LoginRefused(N_("The log-in took too long. Start again."))
        if said.get("fault") == Fault.OUT_OF_ORDER:
            raise ProviderAway(N_("Logging in is not possible now. Try again later."))
        person = PEOPLE[said["person"]]
        return Assertion(
            person.bsn, Assurance(said["assurance"]), person.roles, is_test=True, facts=person.facts
        )


class PeopleForm(Form):
    """Who somebody wants to be; `state` goes back as it came."""

    person = RadioField(
        lazy_gettext("Who are you now?"),
        choices=[SelectChoice(person.key, person.name) for person in PEOPLE.values()],
        validators=[InputRequired(lazy_gettext("Choose who you are now."))],
    )
    state = HiddenField()


def init_app(app: Flask, config: Config) -> None:
    """Serve the page. Raises `ConfigError` in production."""
    if config.environment is Environment.PRODUCTION:
        raise ConfigError("The test log-in (stub) may not run in production.")
    app.register_blueprint(bp)


@bp.get("")
@anyone
def people() -> ResponseReturnValue:
    """Show the fictive people."""
    return _page(PeopleForm(state=request.args.get("state", "")))


@bp.post("")
@anyone
def choose() -> ResponseReturnValue:
    """Send the browser back with who was chosen, or with what went wrong."""
    form, fault = PeopleForm(), request.form.get("fault")
    if fault == Fault.CANCELLED:
        return _back(form.state.data, error=fault)
    if fault == Fault.OUT_OF_ORDER:
        return _back(form.state.data, said={"fault": fault, "state": form.state.data})
    if not form.validate_on_submit():
        return _page(form), 422
    level = Assurance.BASIS if fault == Fault.LEVEL_TOO_LOW else Assurance.MIDDEN
    said = {"person": form.person.data, "assurance": level, "state": form.state.data}
    return _back(form.state.data, said=said)


def _page(form: PeopleForm) -> str:
    return render_template("identity/stub.html", form=form, people=PEOPLE)


def _back(
    state: str | None, *, said: Mapping[str, str | None] | None = None, error: str | None = None
) -> Response:
    """Back to the site, with what the provider says signed."""
    name = StubProvider.name
    code = str(_signer().dumps(said)) if said else None
    where = url_for("identity.finish", provider=name, state=state, code=code, error=error)
    return redirect(where, 303)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="test log-in")
