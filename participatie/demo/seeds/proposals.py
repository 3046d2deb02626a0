"""Proposals with their support, what is said about them, and what the griffie did."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from participatie.contributions.models import Follow
from participatie.core.db import db
from participatie.demo.seeds import afterwards
from participatie.demo.seeds.days import in_the_day
from participatie.demo.seeds.drawings import drawn
from participatie.demo.seeds.people import MAIL, People
from participatie.demo.seeds.texts import HERE
from participatie.discussions.models import Comment
from participatie.discussions.services import comments as discussions
from participatie.identity.rules import Actor
from participatie.media import documents
from participatie.media.storage import Storage
from participatie.moderation import services as moderation
from participatie.moderation.rules import Act, DecisionGround, Ground
from participatie.processes.models import Process, Regulation
from participatie.proposals.models import Proposal, Support
from participatie.proposals.rules.initiatives import Finding
from participatie.proposals.rules.proposals import AnswerStatus
from participatie.proposals.services import answering, initiatives, paper_signatures, writing

CLERK = "karin"
REPORTED = "Dit is schelden, daar hoeft niemand tegen te kunnen."


def propose(
    process: Process,
    text: Mapping[str, Any],
    *,
    areas: Mapping[str, int],
    categories: Mapping[str, int],
    people: People,
    storage: Storage,
    chance: Random,
    now: datetime,
) -> None:
    """One proposal with all that happened to it, in the order in which it happened."""
    author = people.actor(text["author"])
    moment = in_the_day(now, text["days_ago"], minutes=chance.randrange(600))
    words = writing.Words(
        title=text["title"],
        summary=text["summary"],
        text=text["text"],
        tags=text.get("tags", ""),
        category_id=categories.get(text.get("category", "")),
    )
    proposal = writing.begin(process, words, actor=author, now=moment)
    proposal.process = process
    if "drawing" in text:
        picture = drawn(text["drawing"])
        writing.add_image(
            proposal, picture, text["shows"], storage=storage, actor=author, now=moment
        )
    _attach(proposal, text, storage=storage, actor=author, now=moment)
    writing.place(proposal, area_id=areas[text["area"]], point=text.get("point", ""), actor=author)
    if text.get("draft"):
        return
    writing.publish(proposal, public_name=people.name(text["author"]), actor=author, now=moment)
    support(proposal, text["supports"], people=people, chance=chance, since=moment, now=now)
    if "tested" in text:
        _bring_further(proposal, text, people=people, now=now)
    said: dict[str, Comment] = {}
    for comment in text.get("comments", []):
        said[comment.get("key", "")] = _say(proposal, comment, said, people=people, now=now)
    if "answer" in text:
        _answer(proposal, text["answer"], people=people, now=now)
    afterwards.go_on(proposal, text, people=people, now=now)
    if "hidden" in text:
        _hide(proposal, text["hidden"], people=people, now=now)


def _attach(
    proposal: Proposal,
    text: Mapping[str, Any],
    *,
    storage: Storage,
    actor: Actor,
    now: datetime,
) -> None:
    """A document that stands beside the texts, and the address of a film."""
    writing.set_film(proposal, text.get("film", ""), actor=actor)
    if "document" in text:
        with (HERE / text["document"]["file"]).open("rb") as stream:
            checked = documents.read(stream)
        title = text["document"]["title"]
        writing.add_document(proposal, checked, title, storage=storage, actor=actor, now=now)


def support(
    proposal: Proposal,
    number: int,
    *,
    people: People,
    chance: Random,
    since: datetime,
    now: datetime,
) -> None:
    """`number` residents stand behind it; those who can read mail follow it too."""
    if not number:
        return
    supporters = chance.sample(people.residents, number)
    rows = [
        {
            "account_id": one,
            "proposal_id": proposal.id,
            "since": since + chance.random() * (now - since),
        }
        for one in supporters
    ]
    db.session.execute(insert(Support), rows)
    proposal.support_count = number
    with_mail = {a.id for a in people.by_key.values() if a.email and a.email.endswith(f"@{MAIL}")}
    follows = [
        {"account_id": row["account_id"], "contribution_id": proposal.id, "since": row["since"]}
        for row in rows
        if row["account_id"] in with_mail
    ]
    if follows:
        db.session.execute(upsert(Follow).values(follows).on_conflict_do_nothing())
    db.session.flush()


def _say(
    proposal: Proposal,
    text: Mapping[str, Any],
    said: Mapping[str, Comment],
    *,
    people: People,
    now: datetime,
) -> Comment:
    moment = in_the_day(now, text["days_ago"], minutes=len(text["text"]))
    comment = discussions.comment(
        proposal,
        text=text["text"],
        public_name=people.name(text["author"]),
        answers=said[text["reply_to"]] if "reply_to" in text else None,
        actor=people.actor(text["author"]),
        now=moment,
    )
    for reporter in text.get("reported_by", []):
        moderation.report(
            comment,
            ground=Ground.INSULT,
            explanation=REPORTED,
            actor=people.actor(reporter),
            now=in_the_day(now, text["days_ago"] - 1, minutes=len(reporter)),
        )
    if text.get("taken_back"):
        discussions.withdraw(comment, actor=people.actor(text["author"]))
    return comment


def _answer(proposal: Proposal, text: Mapping[str, Any], *, people: People, now: datetime) -> None:
    answering.answer(
        proposal,
        status=AnswerStatus(text["status"]),
        text=text["text"],
        actor=people.actor(CLERK),
        now=in_the_day(now, text["days_ago"], minutes=120),
    )


def _bring_further(
    proposal: Proposal, text: Mapping[str, Any], *, people: People, now: datetime
) -> None:
    """It passes the test, and signatures on paper come in that nobody has checked yet."""
    clerk, regulation = people.actor(CLERK), db.session.get_one(Regulation, proposal.process_id)
    initiatives.test(
        proposal,
        [Finding(condition, is_met=True) for condition in regulation.conditions],
        reason=text["tested"],
        actor=clerk,
        now=in_the_day(now, text["tested_days_ago"], minutes=200),
    )
    moment = in_the_day(now, text["on_paper_days_ago"], minutes=100)
    paper_signatures.receive(proposal, text["on_paper"], actor=clerk, now=moment)


def _hide(proposal: Proposal, text: Mapping[str, Any], *, people: People, now: datetime) -> None:
    moderation.decide(
        proposal,
        act=Act.HIDE,
        ground=DecisionGround(text["ground"]),
        explanation=text["explanation"],
        actor=people.actor(text["clerk"]),
        now=in_the_day(now, text["days_ago"], minutes=30),
    )
