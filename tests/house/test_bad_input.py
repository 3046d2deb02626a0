"""Bad input: every form of every page for residents and visitors, filled with what nobody means.

The forms are found on the pages of the table of endpoints, so a new form is in it by itself. Each
is sent with one kind of bad input in all of its fields: it is refused with a sentence, or taken as
what can be read of it; the program never breaks, and a form that comes back holds what was typed.

The clerk has five times as many forms: the kind that has broken one before goes round them always,
the others in the long run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Connection

from participatie.core.html import readable
from tests.house import test_access
from tests.house.endpoints import address_of, rows

app = test_access.app
made = test_access.made

BAD = {
    "empty": "",
    "too long": "Een lange zin zonder eind. " * 700,
    "a null and control characters": "\x00Bank\x01\x07\x1b[31m bij\x7f\x85 de sluis\x00",
    "lone surrogates": "Bank \ud83c\udfff \udcff bij \ud800",
    "right to left": "Bank \u202egnp.exe\u2066 \u200f bij de sluis",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}%(hostile)s",
    "many tags": ", ".join(f"woord{number}" for number in range(10_000)),
    "no coordinates": "91.0, 181.0",
    "a number": "99999999999999999999999",
}
FINE = {200, 303, 400, 403, 404, 409, 413, 422, 429}
NOT_TYPED = {"submit", "button", "image", "hidden", "file", "checkbox", "radio", "password"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of a page: where it goes, the names of its fields, and those that are typed in."""

    method: str
    action: str
    names: tuple[str, ...]
    typed: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        return (self.method, re.sub(r"\d+", "0", self.action), *self.names)


class _Forms(HTMLParser):
    """The forms of a page with what their fields hold; a whole parser takes ten times as long."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.fields: list[dict[str, str]] = []
        self.held: dict[str, str] = {}
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(given)
            self.fields.append({})
        elif name := given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            if self.fields and tag in {"input", "textarea", "select", "button"}:
                self.fields[-1][name] = kind
            if kind not in NOT_TYPED and tag in {"input", "textarea"}:
                self.held[name] = given.get("value", "")
                self._area = name if tag == "textarea" else ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data):
        if self._area:
            self.held[self._area] += data

    def sent(self) -> Iterator[Sent]:
        """The forms that lead somewhere and hold more than their token."""
        for form, fields in zip(self.forms, self.fields, strict=True):
            names = tuple(name for name in fields if name not in {"csrf_token", "writer"})
            typed = tuple(name for name in names if fields[name] not in NOT_TYPED | {"select"})
            action = form.get("action", "").partition("#")[0]
            if names and action:
                yield Sent(form.get("method", "get").upper(), action, names, typed)


BROKE_ONE = {"a null and control characters"}


@pytest.mark.parametrize(
    "sent",
    [
        ("anonymous", set(BAD)),
        ("resident", set(BAD)),
        ("clerk", BROKE_ONE),
        pytest.param(("clerk", set(BAD) - BROKE_ONE), marks=pytest.mark.slow),
    ],
    ids=["anonymous", "resident", "clerk", "clerk, the others"],
)
def test_no_form_breaks_or_loses_what_was_typed(
    app: Flask, connection: Connection, made, monkeypatch, sent
):
    (things, sessions), (role, kinds) = made, sent
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    browser = app.test_client()
    if sessions[role]:
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], sessions[role])
    forms: dict[tuple[str, ...], Sent] = {}  # one of each kind, with whichever number
    shown = [row for row in rows() if row.method == "GET" and row.wanted[role] == "200"]
    for row in {row.endpoint: row for row in shown}.values():
        answer = browser.get(address_of(app, row, things))
        if answer.mimetype == "text/html":
            forms |= {form.kind: form for form in _Forms(answer.text).sent()}
        answer.close()
    assert len(forms) > 5
    wrong, refused = [], 0
    for form in forms.values():
        for kind in sorted(kinds):
            value = BAD[kind]
            with connection.begin_nested() as step:
                status, fault = _sent(browser, form, value)
                step.rollback()
            refused += status == 422
            if fault:
                wrong.append(f"{form.method} {form.action} with {kind}: {fault}")
    assert wrong == []
    assert refused * len(BAD) > len(forms) * len(kinds)


def _sent(browser, form: Sent, value: str) -> tuple[int, str]:
    """What a form with `value` in each field is answered with, and what is wrong about that."""
    body = urlencode(dict.fromkeys(form.names, value), errors="surrogatepass")
    try:
        if form.method == "GET":
            answer = browser.get(f"{form.action}?{body}")
        else:
            content = "application/x-www-form-urlencoded"
            answer = browser.post(form.action, data=body, content_type=content)
    except Exception as error:
        return 500, f"{type(error).__name__}: {str(error)[:200]}"
    status, page = answer.status_code, answer.get_data(as_text=True)
    answer.close()
    if status not in FINE:
        return status, str(status)
    return status, _lost(page, form, value) if status == 422 else ""


def _lost(page: str, form: Sent, value: str) -> str:
    if not any(mark in page for mark in ("p-error-summary", "utrecht-alert", "<h1")):
        return "no sentence"
    held = _Forms(page).held
    gone = [name for name in form.typed if name in held and not _is_kept(held[name], value)]
    return f"lost {gone}" if gone else ""


def _is_kept(held: str, value: str) -> bool:
    """Whether a field holds all of `value` that can be read."""
    letters = [part for part in re.split("[\ud800-\udfff]+", value) if part.strip()]
    if len(letters) > 1:
        return all(part.strip() in held for part in letters)
    return held.replace("\r\n", "\n").strip() == readable(value).strip()
