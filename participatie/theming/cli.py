"""`participatie theme check`: whether a site may wear a theme."""

import json
import sys
from pathlib import Path

import click

from participatie.theming.assets import AssetsMissingError
from participatie.theming.checks import Finding, check
from participatie.theming.pictures import NoBrowserError, NoPictureError, take
from participatie.theming.theme import Theme, ThemeError, read_theme


@click.group()
def theme() -> None:
    """Make a theme of your own, and see whether it is good enough."""


@theme.command("check")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program that reads the answer.")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for pictures of pages in the theme, taken by Chromium.",
)
def check_theme(directory: Path, *, as_json: bool, pictures: Path | None) -> None:
    """Say what is wrong with the theme in DIRECTORY; the exit code is 1 when something is."""
    try:
        read = read_theme(directory.resolve())
        findings = check(read)
        if pictures:
            _take(read, pictures)
    except ThemeError as error:
        findings = [Finding("read", str(error), place="theme.toml")]
    except AssetsMissingError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        answer = {"theme": directory.resolve().name, "findings": [f.as_dict() for f in findings]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(_line(finding))
        click.echo(_summary(len(findings)))
    sys.exit(1 if findings else 0)


def _take(read: Theme, folder: Path) -> None:
    try:
        taken = take(read, folder)
    except NoBrowserError:
        raise click.ClickException(
            "For pictures this needs Chromium; on Debian: apt install chromium."
        ) from None
    except NoPictureError as error:
        raise click.ClickException(f"Chromium took no picture: {error}") from None
    click.echo(f"{len(taken)} pictures in {folder}.", err=True)


def _summary(number: int) -> str:
    if not number:
        return "Nothing is wrong."
    return "1 finding." if number == 1 else f"{number} findings."


def _line(finding: Finding) -> str:
    place = finding.place + (f":{finding.line}" if finding.line else "")
    scheme = f" ({finding.scheme})" if finding.scheme else ""
    return f"{place}{scheme}: {finding.text} [{finding.rule}]"
