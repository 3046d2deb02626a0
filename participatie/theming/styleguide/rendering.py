"""Renders the style guide with a bare Jinja environment: no application, no database."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from participatie.core.html import cleaned
from participatie.theming import assets, templating
from participatie.theming.palette import Paint, paint
from participatie.theming.styleguide import forms
from participatie.theming.theme import DEFAULT, SHIPPED, read_theme

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
CATALOGUE = HERE.parents[1] / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
NOW = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
ERROR_CODES = (400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)


@dataclass(frozen=True)
class Item:
    """An entry of a menu."""

    label: str
    url: str
    current: bool = False
    code: str = ""


@dataclass(frozen=True)
class Site:
    """The site as `base.html` wants to know it."""

    name: str = "Waterlanden doet mee"
    municipality: str = "Gemeente Waterlanden"
    municipality_url: str = "https://www.waterlanden.example"
    base_url: str = "https://doemee.waterlanden.example"
    tagline: str = "Samen beslissen over straat, buurt en dorp."
    logo_url: str = ""
    favicon_url: str = ""
    css_url: str = ""
    css_class: str = ""
    has_dark: bool = True
    language: str = "nl"
    direction: str = "ltr"
    test_login: bool = True
    contact_phone: str = "14 0299"
    contact_email: str = "doemee@waterlanden.example"
    desk_hours: str = (
        "Gemeentehuis, Kerkplein 1 in Monnikerdam. Maandag tot en met vrijdag van 9.00 tot "
        "16.00 uur, donderdag tot 20.00 uur. U hoeft geen afspraak te maken."
    )
    page_url: str = "https://doemee.waterlanden.example/"
    today: datetime = NOW
    home_url: str = "home.html"
    help_url: str = "home.html"
    search_url: str = "proposals.html"
    login_url: str = "login.html"
    logout_url: str = "home.html"
    account_url: str = "home.html"
    work_url: str = "worklist.html"
    menu: tuple[Item, ...] = (
        Item("Nu bezig", "home.html"),
        Item("Voorstellen", "proposals.html"),
        Item("Begroting", "ballot.html"),
        Item("Uitslagen", "result.html"),
    )
    languages: tuple[object, ...] = ()
    notices: tuple[object, ...] = ()
    only_dutch: object = None
    trial: object = None
    footer_links: tuple[Item, ...] = (
        Item("Toegankelijkheid", "#a"),
        Item("Privacy", "#b"),
        Item("Zo tellen wij de stemmen", "#c"),
        Item("Open data", "#d"),
    )


@dataclass(frozen=True)
class Visitor:
    """Who looks at the page."""

    is_authenticated: bool = False
    name: str = ""
    roles: tuple[str, ...] = ()

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)


@dataclass(frozen=True)
class Page:
    """One page of the style guide."""

    template: str
    here: str = ""
    visitor: Visitor = Visitor()
    context: dict[str, object] = field(default_factory=dict)

    def file(self, name: str) -> str:
        """The name of its file: the extension of its template."""
        return name + Path(self.template).suffix


RESIDENT = Visitor(is_authenticated=True, name="Fatima de Boer")
CLERK = Visitor(is_authenticated=True, name="Hanneke Visser", roles=("clerk",))
RESULT_MAIL: dict[str, object] = {
    "subject": "De uitslag van de buurtbegroting",
    "preview": "7 van de 19 plannen gaan door.",
}
PAGES = {
    "parts": Page("parts.html", context={"form": forms.filled(), "bad_form": forms.refused()}),
    "forms": Page(
        "forms.html",
        context={"form": forms.empty(), "bad_form": forms.refused(), "good_form": forms.filled()},
    ),
    "home": Page("home.html", "home.html"),
    "process": Page("process.html", "home.html"),
    "proposals": Page("proposals.html", "proposals.html"),
    "proposals-empty": Page("proposals-empty.html", "proposals.html"),
    "proposal": Page("proposal.html", "proposals.html"),
    "ballot": Page("ballot.html", "ballot.html", RESIDENT),
    "check": Page("check.html", "ballot.html", RESIDENT),
    "receipt": Page("receipt.html", "ballot.html", RESIDENT),
    "result": Page("result.html", "result.html"),
    "worklist": Page("worklist.html", "", CLERK),
    "login": Page("login.html"),
    "mail": Page("mail-result.html", context=RESULT_MAIL),
    "mail-text": Page("mail-result.txt", context=RESULT_MAIL),
    **{
        f"error-{code}": Page("errors/error.html", context={"status": code}) for code in ERROR_CODES
    },
}


def environment(files: assets.Assets) -> Environment:
    """A Jinja environment with the templates of theming, Dutch texts and nothing else."""
    bare = Environment(
        loader=FileSystemLoader([HERE, TEMPLATES]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="nl")

    def one(message: str) -> str:
        found = catalogue.get(message)
        return str(found.string) if found is not None and found.string else message

    def many(singular: str, plural: str, number: int) -> str:
        found = catalogue.get(singular)
        texts = found.string if found is not None and found.string else (singular, plural)
        return tuple(texts)[0 if number == 1 else 1]

    bare.install_gettext_callables(one, many, newstyle=True)  # type: ignore[attr-defined]
    templating.install(bare, assets=files)
    bare.globals["csrf_token"] = lambda: "token"
    bare.globals["html"] = cleaned
    bare.globals["get_flashed_messages"] = lambda **_: []
    return bare


def write(directory: Path, site: Site | None = None, look: Paint | None = None) -> list[str]:
    """Write all pages and the bundled files to `directory`; returns the names of the pages."""
    files = assets.read_assets("static/")
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copytree(assets.DIST, directory / "static", dirs_exist_ok=True)
    pages = render(environment(files), look or paint(read_theme(SHIPPED / DEFAULT)), site)
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8")
    return list(pages)


def render(jinja: Environment, look: Paint, site: Site | None = None) -> dict[str, str]:
    """All pages, by the name of their file; the mail wears `look`."""
    pages = {}
    known = site or Site()
    for name, page in PAGES.items():
        menu = tuple(replace(item, current=item.url == page.here) for item in known.menu)
        pages[page.file(name)] = jinja.get_template(page.template).render(
            site=replace(known, menu=menu),
            current_user=page.visitor,
            now=NOW,
            paint=look,
            **page.context,
        )
    return pages
