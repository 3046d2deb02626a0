"""The report to the council in words: one paper, for the page and for the file."""

from flask import get_template_attribute
from flask_babel import format_percent, gettext, ngettext

from participatie.budget.services.reporting import Report
from participatie.theming.formats import money
from participatie.theming.sheets import Part, Sheet
from participatie.votes.views.protocol_words import number


def sheet_of(found: Report) -> Sheet:
    """One page for the council."""
    return Sheet(
        title=gettext("Report to the council"),
        over=found.budget.title,
        lead=_lead(found),
        parts=(
            _reach(found),
            _turnout(found),
            *((_areas(found),) if found.reach else ()),
            _money(found),
            _costs(found),
            _next(found),
        ),
    )


def _lead(found: Report) -> str:
    said = (
        ngettext(
            "%(number)s person voted.",
            "%(number)s people voted.",
            found.voters,
            number=number(found.voters),
        ),
        ngettext(
            "%(num)s of the %(total)s plans goes ahead.",
            "%(num)s of the %(total)s plans go ahead.",
            len(found.going),
            total=len(found.projects),
        ),
        gettext(
            "Together they cost %(spent)s. There was %(amount)s to divide.",
            spent=money(found.given),
            amount=money(found.budget.amount),
        ),
    )
    return " ".join(said)


def _reach(found: Report) -> Part:
    letters = found.vote.letters
    return Part(
        heading=gettext("Reach before the vote"),
        facts=(
            (gettext("Proposals of residents"), number(found.proposals)),
            (gettext("Times that somebody supported a proposal"), number(found.supports)),
            (gettext("People who follow it"), number(found.followers)),
            *(((gettext("Letters with a code"), number(letters)),) if letters else ()),
        ),
    )


def _turnout(found: Report) -> Part:
    few = gettext("fewer than 10")
    words = get_template_attribute("votes/_parts.html", "channel_words")
    by_road = {words(road).strip(): voters for road, voters in found.vote.channels.items()}
    rows = {**by_road, **found.areas}
    facts = [(gettext("People who voted"), number(found.voters))]
    if found.vote.on_roll > found.voters:
        facts += [
            (gettext("Rights to vote on the list"), number(found.vote.on_roll)),
            (gettext("Turnout"), format_percent(found.voters / found.vote.on_roll, "0.0%")),
        ]
    return Part(
        heading=gettext("How many people voted"),
        facts=tuple(facts),
        head=(gettext("Way of voting, or area"), gettext("Voters")),
        rows=tuple((name, few if n is None else number(n)) for name, n in rows.items()),
    )


def _areas(found: Report) -> Part:
    unknown = gettext("not known")
    few = gettext("fewer than 10")
    return Part(
        heading=gettext("Voters of each area beside its inhabitants"),
        texts=(gettext("Not everybody who chose plans in an area lives there."),),
        head=(
            gettext("Area"),
            gettext("Voters"),
            gettext("Inhabitants"),
            gettext("Share of the inhabitants"),
        ),
        rows=tuple(
            (
                area.name,
                few if area.voters is None else number(area.voters),
                unknown if area.inhabitants is None else number(area.inhabitants),
                "–" if area.share is None else format_percent(area.share, "0.0%"),
            )
            for area in found.reach
        ),
    )


def _money(found: Report) -> Part:
    rows = tuple((p.title, money(p.option.cost)) for p in found.going if p.option is not None)
    return Part(
        heading=gettext("The money"),
        facts=(
            (gettext("To divide"), money(found.budget.amount)),
            (gettext("For plans that go ahead"), money(found.given)),
            (gettext("Not given out"), money(found.budget.amount - found.given)),
        ),
        head=(gettext("Plan that goes ahead"), gettext("Costs")),
        rows=rows,
    )


def _costs(found: Report) -> Part:
    heading = gettext("What the vote cost")
    costs = found.costs
    if not costs.is_known:
        return Part(heading=heading, texts=(gettext("This is not filled in yet."),))
    each = costs.per_voter(found.voters)
    return Part(
        heading=heading,
        facts=(
            (gettext("Letters and papers"), money(costs.letters or 0)),
            (
                gettext("Work"),
                gettext(
                    "%(hours)s hours of %(each)s: %(cost)s",
                    hours=number(costs.hours or 0),
                    each=money(costs.of_hour or 0),
                    cost=money(costs.of_work),
                ),
            ),
            (gettext("Together"), money(costs.total)),
            *(((gettext("For each voter"), money(each)),) if each is not None else ()),
        ),
    )


def _next(found: Report) -> Part:
    said = [line for line in found.budget.next_steps.splitlines() if line.strip()]
    words = get_template_attribute("budget/_changes.html", "change_words")
    changed = [
        f"{one.project.title}. {words(one.kind).strip()} {one.reason}" for one in found.changes
    ]
    return Part(
        heading=gettext("What happens next"),
        texts=tuple([*changed, *said] or [gettext("This is not filled in yet.")]),
    )
