"""A form with each kind of field, in three states."""

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

AREAS = [
    SelectChoice("", "Kies een wijk"),
    SelectChoice("noord", "Binnendijks-Noord"),
    SelectChoice("dorp", "Broek in Waterland"),
]
THEMES = [
    SelectChoice("groen", "Groen en water"),
    SelectChoice("spelen", "Spelen en sport"),
    SelectChoice("verkeer", "Verkeer"),
]
NEWS = [SelectChoice("antwoord", "Het antwoord"), SelectChoice("reacties", "Nieuwe reacties")]


class CheckboxListField(SelectMultipleField):
    """Several of several, as boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Proposal(Form):
    """A proposal as a resident would send it in."""

    title = StringField(
        "Titel van uw voorstel",
        [validators.InputRequired("Vul een titel in."), validators.Length(max=80)],
        description="Zeg in één regel wat u wilt. Bijvoorbeeld: een bankje bij de sluis.",
    )
    text = TextAreaField(
        "Wat is uw idee?",
        [validators.InputRequired("Schrijf wat uw idee is."), validators.Length(max=2000)],
        description="Waarom is het nodig? Wie heeft er iets aan?",
    )
    area = SelectField("Wijk of dorp", [validators.InputRequired("Kies een wijk.")], choices=AREAS)
    kind = RadioField(
        "Waar gaat uw voorstel over?",
        [validators.InputRequired("Kies waar uw voorstel over gaat.")],
        choices=THEMES,
    )
    extras = CheckboxListField("Wat wilt u horen?", choices=NEWS)
    cost = DecimalField(
        "Wat mag het kosten?",
        [
            validators.Optional(),
            validators.NumberRange(max=25000, message="Vul een bedrag in van hoogstens € 25.000."),
        ],
    )
    ready = DateField("Wanneer moet het klaar zijn?", [validators.Optional()])
    photo = FileField("Foto", description="Een foto van de plek helpt. Hoogstens 10 MB.")
    email = EmailField(
        "Uw e-mailadres",
        [validators.Optional(), validators.Regexp(".+@.+", message="Vul een e-mailadres in.")],
    )
    honest = BooleanField(
        "Ik heb de spelregels gelezen", [validators.InputRequired("Zet hier een vinkje.")]
    )


def empty() -> Proposal:
    """The form as it opens."""
    return Proposal(prefix="new-")


def filled() -> Proposal:
    """The form with good answers."""
    form = Proposal(
        MultiDict(
            [
                ("good-title", "Een drijvende steiger in de Ringvaart"),
                ("good-text", "Kinderen springen nu van de brug. Een steiger met trap is veilig."),
                ("good-area", "dorp"),
                ("good-kind", "spelen"),
                ("good-extras", "antwoord"),
                ("good-cost", "12000"),
                ("good-ready", "2027-06-01"),
                ("good-email", "fatima@voorbeeld.example"),
                ("good-honest", "y"),
            ]
        ),
        prefix="good-",
    )
    form.validate()
    return form


def refused() -> Proposal:
    """The form as it comes back when nothing was right."""
    form = Proposal(
        MultiDict([("bad-title", ""), ("bad-cost", "90000"), ("bad-email", "fatima")]),
        prefix="bad-",
    )
    form.validate()
    return form
