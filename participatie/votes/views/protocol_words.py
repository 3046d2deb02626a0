"""The protocol in words: one paper, for the page and for the PDF."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, get_template_attribute
from flask_babel import format_decimal, gettext, ngettext

from participatie.theming.formats import day, moment, money, until
from participatie.theming.sheets import Part, Sheet
from participatie.theming.themes import themes
from participatie.votes.models.ballots import Tally
from participatie.votes.rules.board import Status
from participatie.votes.rules.kinds import Question
from participatie.votes.rules.outcomes import Outcome
from participatie.votes.services.papers import paper_of
from participatie.votes.services.protocols import Protocol


def sheet_of(found: Protocol) -> Sheet:
    """The paper that two people sign."""
    return Sheet(
        title=gettext("Protocol of the vote"),
        over=found.vote.title,
        lead=gettext(
            "This is how the vote went, by the system itself. Two people sign that they saw it."
        ),
        parts=(
            *_results(found),
            _voters(found),
            _rules(found),
            _times(found),
            _people(found),
            _board(found),
            _signatures(found),
        ),
    )


def _results(found: Protocol) -> Iterator[Part]:
    questions = paper_of(found.vote).questions
    for question, tally in zip(questions, found.tallies, strict=True):
        if question.budget is None:
            yield _polled(question, Outcome.from_json(tally.result))
        else:
            yield awarded(question, tally)


def _polled(question: Question, outcome: Outcome) -> Part:
    rows = tuple(
        (question.options[code].title, number(outcome.scores[code]))
        for code in (outcome.ranked if outcome.scores else ())
    )
    blank = ngettext(
        "%(num)s voter skipped this question.",
        "%(num)s voters skipped this question.",
        outcome.blank,
    )
    points = str(outcome.method) in {"order", "points"}
    return Part(
        heading=gettext("Result: %(title)s", title=question.title),
        texts=(
            _said("votes/_outcomes.html", "first_words", question, outcome),
            _said("votes/_outcomes.html", "how", outcome),
            *((blank,) if outcome.blank else ()),
        ),
        head=(gettext("Answer"), gettext("Points") if points else gettext("Votes")),
        rows=rows,
    )


def awarded(question: Question, tally: Tally) -> Part:
    """Which plans of one question get money, and what each got in votes."""
    result, options = tally.result, question.options
    votes: dict[str, int] = result.get("votes", {})
    won = set(result.get("winners", ()))
    rows = tuple(
        (
            options[code].title,
            gettext("Yes") if code in won else gettext("No"),
            number(votes.get(code, 0)),
            money(options[code].cost),
        )
        for code in sorted(options, key=lambda code: (code not in won, -votes.get(code, 0), code))
    )
    spent = sum(options[code].cost for code in won)
    return Part(
        heading=gettext("Result: %(title)s", title=question.title),
        texts=(
            gettext(
                "Of %(budget)s, %(spent)s is awarded.",
                budget=money(question.budget or 0),
                spent=money(spent),
            ),
        ),
        head=(gettext("Plan"), gettext("Awarded"), gettext("Votes"), gettext("Costs")),
        rows=rows,
    )


def _voters(found: Protocol) -> Part:
    few = gettext("fewer than 10")
    roads = tuple(
        (
            _said("votes/_parts.html", "channel_words", channel),
            few if voters is None else number(voters),
        )
        for channel, voters in found.channels.items()
    )
    statuses = tuple(
        (str(words), number(found.statuses[status]))
        for status, words in _status_words().items()
        if found.statuses.get(status)
    )
    roll = (
        (gettext("People who voted"), number(found.voters)),
        (gettext("Rights to vote on the list"), number(found.on_roll)),
    )
    letters = ((gettext("Letters with a code"), number(found.letters)),) if found.letters else ()
    return Part(
        heading=gettext("How many people voted"),
        facts=(
            *(roll if found.on_roll else ()),
            *letters,
            *_new_codes(found),
            *_papers(found),
            *_that_count(found),
            *statuses,
        ),
        head=(gettext("Way of voting"), gettext("Voters")),
        rows=roads,
    )


def _new_codes(found: Protocol) -> Iterator[tuple[str, str]]:
    """How many codes were given out anew, and whether one person gave out many of them."""
    if found.new_codes:
        yield gettext("New codes, for letters that were lost"), number(sum(found.new_codes))
    for codes in found.many_codes:
        yield gettext("Of these by one member of staff: more than usual"), number(codes)


def _papers(found: Protocol) -> Iterator[tuple[str, str]]:
    """How many papers there were, and how two people took them in."""
    if found.papers or found.piles:
        yield gettext("Paper ballots given out"), number(found.papers)
    ways = {
        False: gettext("Paper ballots that two people typed"),
        True: gettext("Paper ballots that two people counted by hand"),
    }
    for by_hand, words in ways.items():
        papers = sum(pile.papers for pile in found.piles if pile.by_hand is by_hand)
        if papers:
            yield words, number(papers)


def _that_count(found: Protocol) -> Iterator[tuple[str, str]]:
    """How many ballots count: of all questions together, or for each area."""
    words = gettext("Ballots that count")
    if found.vote.most_answered is None:
        yield words, number(found.tallies[0].ballots)
        return
    few = gettext("fewer than 10, or it could be worked out")
    for question, tally in zip(found.vote.questions, found.tallies, strict=True):
        is_told = question.code not in found.held_back
        yield f"{words}: {question.title}", number(tally.ballots) if is_told else few


def _status_words() -> dict[Status, str]:
    return {
        Status.COUNTED: gettext("Votes online that count"),
        Status.REPLACED: gettext("Replaced by a later vote of the same person"),
        Status.OVERRIDDEN: gettext("Void because the person voted on paper"),
        Status.ANNULLED: gettext("Declared void"),
    }


def _rules(found: Protocol) -> Part:
    vote, place = found.vote, themes().site().municipality
    parts = "votes/_parts.html"
    return Part(
        heading=gettext("Rules that were fixed at the opening"),
        facts=(
            (gettext("Who may vote?"), _said(parts, "who_may_vote", vote, found.whom, place)),
            (
                gettext("Who decides?"),
                vote.who_decides or gettext("The municipality decides. Your vote is advice."),
            ),
            (gettext("How is the vote guarded?"), _said(parts, "guarded", vote)),
            (gettext("What becomes public?"), _said(parts, "published", vote)),
            (gettext("Check number of the rules"), _grouped(vote.rules_hash or "")),
        ),
    )


def _times(found: Protocol) -> Part:
    vote, last = found.vote, found.shown[0]
    fixed = vote.extended_from or vote.closes_at
    extended = (
        ((gettext("Closed later, until"), until(vote.closes_at)),) if vote.extended_from else ()
    )
    final = gettext("final") if last.is_final else gettext("provisional")
    return Part(
        heading=gettext("Times"),
        facts=(
            (gettext("Opened"), moment(vote.opened_at) if vote.opened_at else "–"),
            (gettext("People could vote until"), until(fixed)),
            *extended,
            (gettext("Closed"), moment(vote.closed_at) if vote.closed_at else "–"),
            (gettext("Counted"), moment(found.tallies[0].counted_at)),
            (
                gettext("Published"),
                gettext(
                    "%(moment)s, version %(number)s, %(final)s",
                    moment=moment(last.published_at),
                    number=last.number,
                    final=final,
                ),
            ),
        ),
    )


def _people(found: Protocol) -> Part:
    if not found.acts:
        return Part(
            heading=gettext("Who did what"),
            texts=(gettext("The system closed, counted and published this vote by itself."),),
        )
    # Made anew: what a template keeps for who imports it is in the language of its first reader.
    titles = vars(current_app.jinja_env.get_template("votes/_acts.html").make_module())["TITLES"]
    return Part(
        heading=gettext("Who did what"),
        texts=(
            *_keys(found),
            *(f"{titles[act.act]}: {act.reason}" for act in found.acts if act.reason),
        ),
        head=(gettext("Step"), gettext("Asked by"), gettext("Confirmed by"), gettext("On")),
        rows=tuple(
            (
                str(titles[act.act]),
                found.names.get(act.asked_by, "–"),
                found.names.get(act.confirmed_by or 0, "–"),
                day(act.confirmed_at) if act.confirmed_at else "–",
            )
            for act in found.acts
        ),
    )


def _keys(found: Protocol) -> Iterator[str]:
    if found.opened_with:
        first, second = found.opened_with
        yield gettext(
            "The votes were opened with the keys of %(first)s and %(second)s.",
            first=first,
            second=second,
        )


def _board(found: Protocol) -> Part:
    if found.head is None:
        return Part(
            heading=gettext("The public register of votes"),
            texts=(gettext("This vote has no public register."),),
        )
    return Part(
        heading=gettext("The public register of votes"),
        texts=(
            gettext(
                "Compare this with what you kept, and with the file to check the vote yourself."
            ),
        ),
        facts=(
            (gettext("Lines in the register"), number(found.head.size)),
            (gettext("Check number of the register"), _grouped(found.head.root.hex())),
            (gettext("Signature under the register"), found.head_note.strip()),
        ),
    )


def _signatures(found: Protocol) -> Part:
    vote, names = found.vote, found.names
    closers = (
        (gettext("Clerk"), vote.clerk_id),
        (gettext("Second person"), vote.second_id),
    )
    return Part(
        heading=gettext("Signatures"),
        texts=(gettext("Name, place and date:"),),
        signs=tuple(
            f"{names[account]}, {role.lower()}"
            if account is not None and account in names
            else role
            for role, account in closers
        ),
    )


def number(value: int) -> str:
    return str(format_decimal(value))


def _said(template: str, macro: str, *values: Any) -> str:
    """The words of a macro that pages use, as plain text."""
    words = get_template_attribute(template, macro)(*values)
    return " ".join(words.striptags().split())


def _grouped(digits: str) -> str:
    """A long number in groups of eight, so that it can be compared by eye."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
