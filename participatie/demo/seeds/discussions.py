"""Discussions, who agrees with them, and what is said in them."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert

from participatie.core.db import db
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.people import People
from participatie.discussions.models import Comment, Discussion, GivenOpinion
from participatie.discussions.rules import Opinion, Stance
from participatie.discussions.services import comments, discussions
from participatie.processes.models import Process

CLERK = "karin"


def discuss(
    process: Process,
    text: Mapping[str, Any],
    *,
    areas: Mapping[str, int],
    categories: Mapping[str, int],
    people: People,
    chance: Random,
    now: datetime,
) -> None:
    """One discussion with all that happened in it, in the order in which it happened."""
    moment = in_the_day(now, text["days_ago"], minutes=chance.randrange(600))
    opening = discussions.Opening(
        title=text["title"],
        text=text["text"],
        tags=text.get("tags", ""),
        category_id=categories.get(text.get("category", "")),
        area_id=areas[text["area"]],
    )
    started = discussions.start(
        process,
        opening,
        public_name=people.name(text["author"]),
        actor=people.actor(text["author"]),
        now=moment,
    )
    _weigh(started, text, people=people, chance=chance, since=moment, now=now)
    said: dict[str, Comment] = {}
    for one in text.get("comments", []):
        said[one.get("key", "")] = comments.comment(
            started,
            text=one["text"],
            public_name=people.name(one["author"]),
            answers=said[one["reply_to"]] if "reply_to" in one else None,
            stance=Stance(one["stance"]) if "stance" in one else None,
            actor=people.actor(one["author"]),
            now=in_the_day(now, one["days_ago"], minutes=len(one["text"])),
        )
        if one.get("taken_back"):
            comments.withdraw(said[one.get("key", "")], actor=people.actor(one["author"]))
    if "answer" in text:
        moment = in_the_day(now, text["answer"]["days_ago"], minutes=15)
        words = text["answer"]["text"]
        discussions.answer(started, words, actor=people.actor(CLERK), now=moment)


def _weigh(
    started: Discussion,
    text: Mapping[str, Any],
    *,
    people: People,
    chance: Random,
    since: datetime,
    now: datetime,
) -> None:
    """So many residents agree, and so many do not; who started it is none of them."""
    others = [one for one in people.residents if one != started.author_id]
    chosen = chance.sample(others, text["agree"] + text["disagree"])
    rows = [
        {
            "contribution_id": started.id,
            "account_id": one,
            "opinion": Opinion.AGREE if number < text["agree"] else Opinion.DISAGREE,
            "since": since + chance.random() * (now - since),
        }
        for number, one in enumerate(chosen)
    ]
    db.session.execute(insert(GivenOpinion), rows)
    started.agree_count, started.disagree_count = text["agree"], text["disagree"]
    db.session.flush()
