"""The half-made choice of a visitor, kept in the sealed session on the server.

It survives logging in, and it is gone with the session. Casting empties it.
"""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import session


class Draft:
    """What one session holds for one budget."""

    def __init__(self, budget_id: int) -> None:
        self._key = f"budget/{budget_id}"
        self._kept: dict[str, Any] = session.get(self._key, {})

    @property
    def seed(self) -> str:
        """What the order of the plans follows from: another for each session, made at first use."""
        if "seed" not in self._kept:
            self._keep(seed=secrets.token_hex(8))
        return str(self._kept["seed"])

    @property
    def codes(self) -> list[str]:
        """The plans on the list, in the order in which they were put there."""
        return list(self._kept.get("codes", ()))

    def replace(self, codes: Sequence[str]) -> None:
        self._keep(codes=list(codes))

    def say(self, plan: str, sentence: str, *, refused: bool) -> None:
        """Keep one sentence for the next page, to stand beside `plan`."""
        self._keep(said={"plan": plan, "sentence": sentence, "refused": refused})

    def said(self) -> dict[str, Any]:
        """The sentence that was kept, once; empty when there is none."""
        said: dict[str, Any] = self._kept.get("said") or {}
        if said:
            self._keep(said=None)
        return said

    def check(self, round_id: int) -> UUID:
        """The number of the press that will cast the list as it is now."""
        checked = self._kept.get("checked")
        if checked is None or checked["codes"] != self.codes:
            checked = {"press": str(uuid4()), "codes": self.codes, "round": round_id}
            self._keep(checked=checked)
        return UUID(checked["press"])

    def checked(self, press: str) -> tuple[int, list[str]] | None:
        """The round and the list that was checked under `press`, if it is still the list."""
        checked = self._kept.get("checked")
        if checked is None or checked["press"] != press or checked["codes"] != self.codes:
            return None
        return checked["round"], list(checked["codes"])

    def cast_by(self, press: str) -> None:
        """Forget the list: it is in the ballot box."""
        seed = self.seed
        self._kept = {}
        self._keep(seed=seed, cast=press)

    def was_cast_by(self, press: str) -> bool:
        """Whether this press has brought the list to the box."""
        return bool(self._kept.get("cast") == press)

    @property
    def was_cast(self) -> bool:
        """Whether somebody voted in this session."""
        return "cast" in self._kept

    def _keep(self, **values: Any) -> None:
        self._kept = {**self._kept, **values}
        session[self._key] = self._kept
