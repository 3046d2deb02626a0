"""The site as a theme names it: whose it is, how to reach them, what stands in the menu."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import request, url_for
from flask_babel import get_locale, gettext

from participatie.config import ConfigError
from participatie.core.html import is_safe_address

FILE = "theme.toml"
KINDS = {"str": "a text", "dict": "a table", "list": "a list of tables"}
NEUTRAL = Path(__file__).parent / "neutral" / FILE


class ThemeError(ConfigError):
    """A theme says something that cannot be; the message says where."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page and mail knows of the site. The addresses of pages need a request."""

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
    search_url: str = ""

    @property
    def language(self) -> str:
        return str(get_locale())

    @property
    def direction(self) -> str:
        return str(getattr(get_locale(), "text_direction", "ltr"))

    @property
    def home_url(self) -> str:
        return url_for("pages.home")

    @property
    def account_url(self) -> str:
        return url_for("pages.mine")

    @property
    def work_url(self) -> str:
        return url_for("pages_admin.worklist")

    @property
    def login_url(self) -> str:
        return url_for("identity.login", next=request.full_path.rstrip("?"))

    @property
    def logout_url(self) -> str:
        return url_for("identity.logout")

    @property
    def menu(self) -> list[Link]:
        """The main menu, with the entry of this page marked."""
        return [replace(link, current=_is_here(link.url)) for link in self.links]

    @property
    def footer_links(self) -> list[Link]:
        """The pages that say what this site is."""
        return [
            Link(gettext("Contact and help"), url_for("pages.contact")),
            Link(gettext("House rules"), url_for("pages.house_rules")),
            Link(gettext("Accessibility"), url_for("pages.accessibility")),
            Link(gettext("Privacy"), url_for("pages.privacy")),
            Link(gettext("How we count the votes"), url_for("pages.counting")),
            Link(gettext("What you can trust"), url_for("pages.trust")),
            Link(gettext("Open data"), url_for("pages.open_data")),
        ]


def read_site(theme_dir: Path | None, *, base_url: str, test_login: bool) -> Site:
    """The neutral theme with what `theme_dir`/theme.toml says over it. Raises `ThemeError`."""
    words = _read(NEUTRAL)
    if theme_dir is not None:
        file = theme_dir / FILE
        words = _over(words, _read(file), file)
        _check_addresses(words, file)
    return Site(
        base_url=base_url,
        test_login=test_login,
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
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ThemeError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ThemeError(f"{file} is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file} is not TOML: {error}.") from None


def _over(
    default: Mapping[str, Any], given: Mapping[str, Any], file: Path, within: str = ""
) -> dict[str, Any]:
    """`default` with the values of `given`, which may name nothing else."""
    merged = dict(default)
    for key, value in given.items():
        name = within + key
        if key not in default:
            raise ThemeError(f"{file}: unknown setting «{name}».")
        if type(value) is not type(default[key]):
            wanted = KINDS[type(default[key]).__name__]
            raise ThemeError(f"{file}: «{name}» must be {wanted}.")
        if isinstance(value, list):
            _check_entries(value, file, name)
        is_table = isinstance(value, dict)
        merged[key] = _over(default[key], value, file, f"{name}.") if is_table else value
    return merged


def _check_entries(entries: list[Any], file: Path, name: str) -> None:
    for entry in entries:
        fits = isinstance(entry, dict) and set(entry) == {"label", "url"}
        if not (fits and all(isinstance(text, str) and text for text in entry.values())):
            raise ThemeError(f"{file}: each entry of «{name}» has a label and a url, no more.")


def _check_addresses(words: Mapping[str, Any], file: Path) -> None:
    addresses = [words["municipality_url"], words["security"]["contact"]]
    addresses += [words["accessibility"]["url"]] if words["accessibility"]["url"] else []
    addresses += [entry["url"] for entry in words["menu"] if not _is_path(entry["url"])]
    for address in addresses:
        if not is_safe_address(address):
            raise ThemeError(f"{file}: «{address}» is not an address that a page may link to.")


def _is_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _is_here(address: str) -> bool:
    if address == "/":
        return request.path == "/"
    return request.path == address or request.path.startswith(f"{address}/")
