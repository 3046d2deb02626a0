"""The griffie takes proposals from a table, and gives them as one."""

import importlib
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from participatie.core.access import only
from participatie.core.clock import AMSTERDAM, now
from participatie.core.db import db
from participatie.core.error_pages import say
from participatie.core.errors import Conflict, Invalid, NotFound
from participatie.core.once import once
from participatie.core.uploads import takes_files
from participatie.identity.current import actor
from participatie.identity.rules import Role
from participatie.media import packages
from participatie.processes.models import Process
from participatie.processes.queries import any_process
from participatie.proposals import queries
from participatie.proposals.forms.entering import TableForm
from participatie.proposals.rules.tables import (
    WRITTEN,
    lines_of,
    read_csv,
    unknown_columns,
    written_csv,
)
from participatie.proposals.services import entering

bp = Blueprint(
    "proposal_tables", __name__, template_folder="../templates", url_prefix="/griffie/trajecten"
)

clerks = only(Role.CLERK, Role.ADMINISTRATOR)

MOST_BYTES = 10_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<int:process_id>/voorstellen/overnemen")
@clerks
def ask(process_id: int) -> ResponseReturnValue:
    """Ask for a table with proposals."""
    process = _process(process_id)
    entering.check_may_enter(process, actor=actor())
    return _page(TableForm(data={"name": gettext("A resident")}), process)


@bp.post("/<int:process_id>/voorstellen/overnemen")
@clerks
@takes_files(MOST_BYTES)
@once
def take_in(process_id: int) -> ResponseReturnValue:
    """Take the proposals of a table, all or none, and say of each line what is wrong."""
    process, form = _process(process_id), TableForm()
    if not form.validate():
        return _page(form, process), 422
    try:
        rows = _read(form.file.data.read(MOST_BYTES))
        lines = lines_of(rows)
        outcomes = entering.take_in(
            process, lines, name=form.name.data or "", actor=actor(), now=now()
        )
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _page(form, process), 422
    wrong = [one for one in outcomes if one.refusal]
    if wrong:
        db.session.rollback()
        return _page(form, _process(process_id), wrong=wrong, right=len(outcomes) - len(wrong)), 422
    db.session.commit()
    said = ngettext(
        "%(num)s proposal is taken over.", "%(num)s proposals are taken over.", len(lines)
    )
    flash(said, "success")
    if unknown := ", ".join(unknown_columns(rows)):
        left_out = gettext(
            "We do not know these columns, and left them out: %(names)s.", names=unknown
        )
        flash(left_out, "warning")
    return redirect(url_for("processes_admin.show", process_id=process_id), 303)


@bp.get("/<int:process_id>/voorstellen.csv")
@clerks
def as_csv(process_id: int) -> ResponseReturnValue:
    """All proposals of a process as a CSV."""
    process = _process(process_id)
    return _sent(written_csv(_rows(process.id)), "text/csv; charset=utf-8", process, "csv")


@bp.get("/<int:process_id>/voorstellen.xlsx")
@clerks
def as_xlsx(process_id: int) -> ResponseReturnValue:
    """All proposals of a process as a workbook."""
    process = _process(process_id)
    return _sent(_workbooks().written("Voorstellen", _rows(process.id)), XLSX, process, "xlsx")


def _rows(process_id: int) -> list[tuple[object, ...]]:
    found = db.session.execute(queries.table(process_id)).all()
    return [WRITTEN, *(tuple(_value(value) for value in row) for row in found)]


def _value(value: Any) -> object:
    """Numbers stay numbers; a moment is the one that the page says, written the way that sorts."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
    return int(value) if isinstance(value, int) else str(value)


def _read(content: bytes) -> list[list[str]]:
    """The rows of a CSV, or of a workbook that may be opened. Raises `Invalid`."""
    if content.startswith(packages.MAGIC):
        try:
            packages.check(content)
        except Invalid as refusal:
            raise Invalid(refusal.sentence, field="file", **refusal.values) from None
        rows: list[list[str]] = _workbooks().read(content)
        return rows
    return read_csv(content)


def _workbooks() -> Any:
    return importlib.import_module("participatie.proposals.workbooks")


def _process(process_id: int) -> Process:
    found = db.session.scalars(any_process(process_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _page(form: TableForm, process: Process, **report: Any) -> str:
    return render_template(
        "proposals/table.html",
        **{"wrong": [], "right": 0, **report},
        form=form,
        process=process,
        say=say,
    )


def _sent(content: bytes, mimetype: str, process: Process, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    name = f"voorstellen-{process.slug}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
