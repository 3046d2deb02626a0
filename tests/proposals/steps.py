"""The steps of writing a proposal, for the tests that need them done."""

from __future__ import annotations

IDEA = "één idee voor café Özgür 🌳"
GO_ON = "Bewaar en ga verder"
CHECK = "Ga verder: controleer uw voorstel"
PUBLISH = "Publiceer dit voorstel"
FILLED_IN = {
    "title": IDEA,
    "summary": "Een boom voor het terras.",
    "text": "Een boom geeft schaduw.\n\n- koel\n- groen\n\nZie https://bomen.example/a?b=1&c=2.",
}
NAMED = {"name": "other", "public_name": "Özgür"}


def write(client, process, area="", **fields):
    """Take the steps up to the check, or as far as they go."""
    page = client.get(f"/trajecten/{process.slug}/voorstellen/nieuw")
    page = page.press(GO_ON, **{**FILLED_IN, **fields})
    if page.status == 200:
        page = page.press(GO_ON, area=area)
    return page.follow(CHECK) if page.status == 200 else page
