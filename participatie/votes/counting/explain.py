"""A result in sentences: plain Dutch, made from codes and numbers so that pages can translate."""

from collections.abc import Callable, Mapping

from participatie.votes.counting import money
from participatie.votes.counting.election import Election
from participatie.votes.counting.reasons import AMOUNTS, Code, Reason
from participatie.votes.counting.result import Result, Stop
from participatie.votes.counting.ties import Tie

REASONS = {
    Code.WITHDRAWN: "teruggetrokken na de stemming",
    Code.NO_VOTES: "niemand stemde op dit plan",
    Code.OVER_BUDGET: "kost meer dan er te verdelen is: %(cost)s van %(budget)s",
    Code.BELOW_THRESHOLD: "te weinig steun: %(votes)s van de %(needed)s stemmen die nodig zijn",
    Code.NO_MONEY_LEFT: "te weinig geld over: %(cost)s nodig, %(left)s over",
    Code.STOPPED: "de telling stopte eerder: plan %(by)s paste niet meer",
    Code.EXCLUDED: "plan %(by)s won al; deze plannen kunnen niet samen",
    Code.CATEGORY_FULL: "het geld voor %(name)s was op: %(cost)s nodig, %(left)s over",
    Code.AREA_FULL: "het geld voor %(name)s was op: %(cost)s nodig, %(left)s over",
    Code.SUPPORTERS_SHORT: ("de kiezers van dit plan hadden samen nog %(behind)s van de %(cost)s"),
    Code.TOO_FEW_VOTES: "te weinig stemmen: %(votes)s",
    Code.ELIMINATED: "viel af in ronde %(round)s met %(votes)s stemmen",
    Code.PARTLY_FUNDED: "kreeg een deel: %(paid)s van de %(cost)s",
}
VOTES_SHORT = "aantal stemmen te weinig: %(votes_short)s"
COST_AT_MOST = "als het %(cost_at_most)s of minder kostte, had het gewonnen"
AT_THIS_ENDOWMENT = "(bij hetzelfde bedrag per kiezer)"
SUPPORT = "%(percent)s %% van de steun die nodig was"
STOPS = {
    Stop.NOT_RAISED: "Elke kiezer had %(final)s te verdelen.",
    Stop.OVERSPEND: (
        "Elke kiezer had eerst %(start)s te verdelen, na %(steps)s stappen %(final)s. "
        "Met nog een stap zouden de plannen %(next_cost)s kosten: meer dan er is."
    ),
    Stop.EXHAUSTED: (
        "Elke kiezer had eerst %(start)s te verdelen, na %(steps)s stappen %(final)s. "
        "Toen paste er geen plan meer bij."
    ),
    Stop.SHUT_OUT: (
        "Elke kiezer had eerst %(start)s te verdelen, na %(steps)s stappen %(final)s. "
        "Daarna kon geen plan er meer bij, ook niet als kiezers meer kregen."
    ),
    Stop.ALL_WON: (
        "Elke kiezer had eerst %(start)s te verdelen, na %(steps)s stappen %(final)s. "
        "Toen waren alle plannen gekozen."
    ),
}
TIE = "Ronde %(round)s: de plannen %(tied)s stonden gelijk; plan %(chosen)s ging voor door %(by)s."
TIE_RULES = {"cost": "de laagste kosten", "votes": "de meeste stemmen", "lot": "het lot"}

Translate = Callable[[str], str]


def reason_sentence(reason: Reason, election: Election, translate: Translate = str) -> str:
    """Why a project did not win, with its numbers: "te weinig geld over: € 12.000 nodig, …"."""
    return translate(REASONS[reason.code]) % _written(reason.facts, election)


def needed_sentences(reason: Reason, election: Election, translate: Translate = str) -> list[str]:
    """What would have let the project win: so many votes more, or costs no higher than this.

    Under add1 that is at the endowment of the result: `AT_THIS_ENDOWMENT` belongs to it then.
    """
    told = {"votes_short": VOTES_SHORT, "cost_at_most": COST_AT_MOST}
    facts = _written(reason.facts, election)
    return [translate(text) % facts for fact, text in told.items() if reason.facts.get(fact)]


def support_sentence(percent: int, translate: Translate = str) -> str:
    """How near a project came under Equal Shares: "99 % van de steun die nodig was"."""
    return translate(SUPPORT) % {"percent": percent}


def endowment_sentence(result: Result, translate: Translate = str) -> str:
    """What every voter had to spend under Equal Shares, and why not more; else nothing."""
    endowment = result.endowment
    if endowment is None:
        return ""
    facts = {
        "start": amount(result.election, int(endowment.start)),
        "final": amount(result.election, int(endowment.final)),
        "steps": endowment.steps,
        "next_cost": amount(result.election, endowment.next_cost or 0),
    }
    return translate(STOPS[endowment.stop]) % facts


def tie_sentence(tie: Tie, translate: Translate = str) -> str:
    """Where projects were equal and what decided."""
    facts = {
        "round": tie.round,
        "tied": ", ".join(tie.tied),
        "chosen": tie.chosen,
        "by": translate(TIE_RULES[tie.by]),
    }
    return translate(TIE) % facts


def explained(result: Result, translate: Translate = str) -> dict[str, str]:
    """For every project that did not win one line: the reason, what was short, the support."""
    lines, support = {}, result.effective_support
    for name, reason in result.rejected.items():
        parts = [reason_sentence(reason, result.election, translate)]
        needed = needed_sentences(reason, result.election, translate)
        if needed and result.endowment is not None and result.endowment.steps:
            needed[-1] += f" {translate(AT_THIS_ENDOWMENT)}"
        parts += needed
        parts += [support_sentence(support[name], translate)] if name in support else []
        lines[name] = "; ".join(parts)
    return lines


def amount(election: Election, value: int) -> str:
    """Minor units as a Dutch page writes them, in the currency of the election (else euros)."""
    currency = election.meta.get("currency", "EUR")
    return money.dutch(value, election.per_unit, "€" if currency == "EUR" else currency)


def _written(facts: Mapping[str, int | str], election: Election) -> dict[str, str]:
    return {
        name: amount(election, value) if name in AMOUNTS and isinstance(value, int) else str(value)
        for name, value in facts.items()
    }
