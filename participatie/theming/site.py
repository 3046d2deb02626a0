"""The site as a theme names it: whose it is, how to reach them, what stands in the menu."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from flask import Request, g, request
from flask_babel import gettext
from flask_login import current_user

from participatie.core import i18n
from participatie.core.addresses import url_for
from participatie.core.clock import now
from participatie.core.html import is_own_path
from participatie.core.i18n import DEFAULT_LANGUAGE, NAMES, ROAD_NAMES
from participatie.core.page_cache import shared
from participatie.theming.theme import TOKENS, Theme

_FURNITURE = "furniture"
IN_A_QUERY = "!$'()*,/:;?@"
"""What needs no code in what an address asks."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu; `code` is the language of its words, where that is not the page's."""

    label: str
    url: str
    code: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner: what it says, and whether it is `info` or a `warning`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in another language than that of the page, and where to go."""

    text: str
    link: Link
    code: str
    direction: str


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the municipality itself put round the pages; an empty menu is that of the theme."""

    menu: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    notices: tuple[Notice, ...] = ()
    languages: tuple[str, ...] = ()
    """The languages of the road to a vote that are offered."""
    trial: Told | None = None
    """What is said to who reads a language before it is offered."""


def unfurnished(_language: str) -> Furniture:
    """A site of which nothing was set up."""
    return Furniture()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """What every page and mail knows of the site. The addresses of pages need a request.

    There is one for each theme: each is only like itself.
    """

    base_url: str
    test_login: bool
    name: str
    municipality: str
    municipality_url: str
    tagline: str
    contact_phone: str
    contact_email: str
    desk: str
    desk_hours: str
    privacy_email: str
    security_contact: str
    accessibility_status: str
    accessibility_date: str
    accessibility_url: str
    links: tuple[Link, ...]
    logo_url: str = ""
    favicon_url: str = ""
    css_url: str = ""
    css_class: str = ""
    has_dark: bool = True
    search_url: str = ""
    furniture: Callable[[str], Furniture] = unfurnished
    clock: Callable[[], datetime] = now

    @property
    def language(self) -> str:
        return i18n.language()

    @property
    def direction(self) -> str:
        return i18n.direction(i18n.language())

    @property
    def only_dutch(self) -> Told | None:
        """What is said in the language of the address where this page is not there in it."""
        asked = i18n.asked()
        if asked == self.language:
            return None
        with i18n.speaking(asked):
            return Told(
                gettext("This page is only there in Dutch. In this language you can vote."),
                Link(gettext("To the votes that are open"), url_for("pages.home"), asked),
                asked,
                i18n.direction(asked),
            )

    @property
    def home_url(self) -> str:
        return url_for("pages.home")

    @property
    def help_url(self) -> str:
        return url_for("pages.contact")

    @property
    def account_url(self) -> str:
        return url_for("pages.mine")

    @property
    def work_url(self) -> str:
        if current_user.is_colleague_only:
            return url_for("process_team_admin.mine")
        if current_user.is_second_only:
            return url_for("vote_second.index")
        if current_user.is_desk_only:
            return url_for("vote_desk.index")
        if current_user.is_assessor_only:
            return url_for("budget_assessing.index")
        return url_for("pages_admin.worklist")

    @property
    def login_url(self) -> str:
        here = quote(request.full_path.rstrip("?"), safe=IN_A_QUERY)
        return f"{url_for('identity.login')}?next={here}"

    @property
    def logout_url(self) -> str:
        return url_for("identity.logout")

    @property
    def page_url(self) -> str:
        """Where this page is found: for who has it on paper."""
        return f"{self.base_url}{request.script_root}{quote(request.path)}"

    @property
    def today(self) -> datetime:
        """The day on which this page was made; what is kept is made anew each day."""
        return self.clock()

    @property
    def menu(self) -> tuple[Link, ...]:
        """The main menu, with the entry of this page marked."""
        return _of_page(self._furniture.menu or self._links_in_dutch)

    @property
    def _links_in_dutch(self) -> tuple[Link, ...]:
        """The menu of the theme: on a page in another language it says that it is Dutch."""
        if self.language == DEFAULT_LANGUAGE:
            return self.links
        return tuple(replace(link, code=DEFAULT_LANGUAGE) for link in self.links)

    @property
    def languages(self) -> tuple[Link, ...]:
        """This page in the other languages: the name of each, and the code in its address."""
        names = NAMES | {code: ROAD_NAMES[code] for code in self._furniture.languages}
        here, asked = _here(), i18n.asked()
        return tuple(
            Link(name, here if code == DEFAULT_LANGUAGE else f"/{code}{here}", code)
            for code, name in names.items()
            if code != asked
        )

    @property
    def trial(self) -> Told | None:
        """What is said to who reads this language before it is offered."""
        return self.furniture(self.language).trial

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The banners of this moment."""
        return self._furniture.notices

    @property
    def footer_links(self) -> tuple[Link, ...]:
        """The pages that say what this site is: those of the municipality, or ours."""
        return _of_page(self._furniture.footer) or self.own_footer_links

    @property
    def _furniture(self) -> Furniture:
        """What stands round this page: asked once for it."""
        spoken = self.language
        known: tuple[Request, str, Furniture] | None = g.get(_FURNITURE)
        here = request._get_current_object()  # type: ignore[attr-defined]
        if known is None or known[0] is not here or known[1] != spoken:
            known = (here, spoken, self.furniture(spoken))
            setattr(g, _FURNITURE, known)
        return known[2]

    @property
    def own_footer_links(self) -> tuple[Link, ...]:
        """What stands in the footer until the municipality chooses."""
        return shared(f"footer {self.language} {request.script_root}", _own_footer)


def make_site(
    theme: Theme,
    *,
    address: str,
    base_url: str,
    test_login: bool,
    furniture: Callable[[str], Furniture] = unfurnished,
) -> Site:
    """The site under `theme`, of which the files are found below `address`."""
    words = theme.words

    def url(file: str) -> str:
        return f"{address}/{theme.digest}/{file}" if file in theme.files else ""

    return Site(
        base_url=base_url,
        test_login=test_login,
        furniture=furniture,
        name=words["name"],
        municipality=words["municipality"],
        municipality_url=words["municipality_url"],
        tagline=words["tagline"],
        contact_phone=words["contact"]["phone"],
        contact_email=words["contact"]["email"],
        desk=words["contact"]["desk"],
        desk_hours=words["contact"]["desk_hours"],
        privacy_email=words["privacy"]["officer_email"],
        security_contact=words["security"]["contact"],
        accessibility_status=words["accessibility"]["status"],
        accessibility_date=words["accessibility"]["date"],
        accessibility_url=words["accessibility"]["url"],
        links=tuple(Link(entry["label"], entry["url"]) for entry in words["menu"]),
        logo_url=url(theme.picture("logo")),
        favicon_url=url(theme.picture("favicon")),
        css_url=url(TOKENS),
        css_class=theme.css_class,
        has_dark=theme.has_dark,
    )


def _own_footer() -> tuple[Link, ...]:
    return (
        Link(gettext("Contact and help"), url_for("pages.contact")),
        Link(gettext("House rules"), url_for("pages.house_rules")),
        Link(gettext("Is this letter or mail ours?"), url_for("pages.genuine")),
        Link(gettext("Accessibility"), url_for("pages.accessibility")),
        Link(gettext("Privacy"), url_for("pages.privacy")),
        Link(gettext("How we count the votes"), url_for("pages.counting")),
        Link(gettext("What you can trust"), url_for("pages.trust")),
        Link(gettext("Open data"), url_for("pages.open_data")),
    )


def _of_page(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Links in the language of this page, marked when they lead here."""
    root, path = request.script_root, request.path
    return tuple(
        Link(
            link.label,
            f"{root}{link.url}" if is_own_path(link.url) else link.url,
            link.code,
            path == link.url or (link.url != "/" and path.startswith(f"{link.url}/")),
        )
        for link in links
    )


def _here() -> str:
    """The address of this page, without its language."""
    if request.method != "GET":
        return "/"
    query = request.query_string.decode("ascii", "ignore")
    return quote("/" + request.path.lstrip("/")) + (f"?{query}" if query else "")
