"""`participatie tally`: count a .pb file. Loads neither Flask nor the database."""

import json
from pathlib import Path

import click

from participatie.votes.counting import explain, money, pabulib
from participatie.votes.counting.election import Election, ElectionError
from participatie.votes.counting.result import Result
from participatie.votes.counting.rules import Completion, Rule, Rules, TieRule, Utility
from participatie.votes.counting.tally import count
from participatie.votes.counting.ties import UndecidedTie

BAD_INPUT, UNDECIDED = 2, 3


def _ties(_context: click.Context, _option: click.Parameter, value: str) -> tuple[TieRule, ...]:
    try:
        return tuple(TieRule(name.strip()) for name in value.split(",") if name.strip())
    except ValueError as error:
        known = ", ".join(TieRule)
        raise click.BadParameter(f"{error}; tie rules are {known}") from None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rule", type=click.Choice([str(r) for r in Rule]), default="greedy", show_default=True
)
@click.option(
    "--utility", type=click.Choice([str(u) for u in Utility]), default="cost", show_default=True
)
@click.option(
    "--completion",
    type=click.Choice([str(c) for c in Completion]),
    default="none",
    show_default=True,
)
@click.option(
    "--ties",
    callback=_ties,
    default="cost,votes,lot",
    show_default=True,
    help="Tie rules, in order.",
)
@click.option(
    "--lot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one project id per line, in the order drawn.",
)
@click.option("--seats", type=click.IntRange(min=1), help="Winners when only votes count.")
@click.option("--withdrawn", multiple=True, help="A project id that no longer takes part.")
@click.option("--step", help="What add1 adds for each voter, else one unit of the currency.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--explain", "explaining", is_flag=True, help="Say of every project why.")
def tally(
    *,
    file: Path,
    rule: str,
    utility: str,
    completion: str,
    ties: tuple[TieRule, ...],
    lot: Path | None,
    seats: int | None,
    withdrawn: tuple[str, ...],
    step: str | None,
    as_json: bool,
    explaining: bool,
) -> None:
    """Count the election in FILE (.pb) and print the outcome.

    Exit code 0; 2 for bad input or options; 3 when a tie stays undecided.
    """
    try:
        election = pabulib.read(file)
        drawn = _lot(election, lot)
        rules = Rules(
            Rule(rule),
            ties=ties,
            lot=drawn,
            utility=Utility(utility),
            completion=Completion(completion),
            seats=seats,
            withdrawn=frozenset(withdrawn),
            step=None if step is None else _amount(step, election),
        )
        result = count(election, rules)
    except ElectionError as error:
        _fail(f"{file}: {error}", BAD_INPUT)
    except UndecidedTie as tie:
        _fail(f"{file}: {tie}", UNDECIDED)
    for difference in pabulib.differences(election):
        click.echo(f"note: {difference}", err=True)
    if lot is None and "lot" not in election.meta and TieRule.LOT in ties:
        click.echo("note: no lot given; the order of the file stands in for the lot", err=True)
    if as_json:
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(result)
    if explaining:
        _explain(result, err=as_json)


def _lot(election: Election, file: Path | None) -> tuple[str, ...]:
    """The drawn order: that of `file`, else what META says under `lot`, else that of the file."""
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            raise ElectionError(f"{file}: the lot is not UTF-8 text") from None
        return tuple(line.strip() for line in lines if line.strip())
    if "lot" in election.meta:
        return tuple(name for name in election.meta["lot"].split(",") if name)
    return tuple(project.id for project in election.projects)


def _amount(text: str, election: Election) -> int:
    try:
        return money.minor_units(text, election.per_unit)
    except ValueError as error:
        raise ElectionError(f"--step: {error}") from None


def _fail(message: str, code: int) -> None:
    click.echo(f"error: {message}", err=True)
    raise SystemExit(code)


def _print(result: Result) -> None:
    election = result.election
    click.echo(f"regel: {result.rules.rule}")
    for name in result.winners:
        project = election.projects[election.index[name]]
        cost = explain.amount(election, project.cost)
        click.echo(f"gekozen: {name}: {project.name} ({cost})")
    click.echo(f"besteed: {explain.amount(election, result.spent)}")
    click.echo(f"over: {explain.amount(election, result.leftover)}")
    for tie in result.ties:
        click.echo(explain.tie_sentence(tie))


def _explain(result: Result, *, err: bool) -> None:
    if result.endowment is not None:
        click.echo(explain.endowment_sentence(result), err=err)
    support = result.effective_support
    for name in filter(support.__contains__, result.winners):
        click.echo(f"gekozen: {name}: {explain.support_sentence(support[name])}", err=err)
    for name, line in explain.explained(result).items():
        click.echo(f"niet gekozen: {name}: {line}", err=err)
