"""Mails with made-up data, to read their words: `mail/<kind>.toml` stands beside each template."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app

from participatie.config import Config
from participatie.core.i18n import saying, speaking
from participatie.notifications.mail import written


def kinds() -> Iterator[str]:
    """The kinds of mail, without what stands round each of them."""
    for name in current_app.jinja_env.list_templates():
        if name.startswith("mail/") and name.endswith(".txt") and name.count(".") > 1:
            yield name.removeprefix("mail/").removesuffix(".txt")


def made_up(kind: str) -> list[Mapping[str, Any]]:
    """What a mail of this kind may hold: of each form that it can have one."""
    jinja = current_app.jinja_env
    if jinja.loader is None:
        raise ValueError("the templates have no loader")
    source = jinja.loader.get_source(jinja, f"mail/{kind}.toml")[0]
    found: list[Mapping[str, Any]] = tomllib.loads(source)["example"]
    return found


def examples(kind: str) -> list[tuple[str, str]]:
    """The subject and the text of each, in the language that is spoken."""
    config: Config = current_app.extensions["config"]
    common = {"base_url": config.base_url, "is_staff": False}
    return [written(kind, {**one, **common}) for one in made_up(kind)]


def examples_in(kind: str, language: str, instead: Mapping[str, str]) -> list[tuple[str, str]]:
    """The subject and the text of each in a language, with `instead` of some texts."""
    with speaking(language), saying(instead):
        return examples(kind)
