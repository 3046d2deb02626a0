"""The photo of a budget itself: the griffie chooses it and says what there is to see."""

from __future__ import annotations

from io import BytesIO

import pytest

from participatie.budget.models.budgets import Budget
from participatie.budget.services import budget_photos
from participatie.core.db import db
from participatie.core.errors import Invalid, NotAllowed
from participatie.media import pictures
from participatie.processes.models import Process
from tests.budget.assessing import NOW, acting
from tests.budget.steps import make_budget
from tests.factories import ClerkFactory, ResidentFactory, soon
from tests.media.drawings import image


def photo():
    return BytesIO(image())


def test_only_the_griffie_chooses_it_and_says_what_there_is_to_see(context, app):
    budget = make_budget()
    terms = {"storage": app.extensions["media"], "now": NOW}
    picture, clerk, resident = pictures.read(photo()), ClerkFactory(), ResidentFactory()
    with pytest.raises(NotAllowed):
        budget_photos.show_photo(budget, picture, "Een plein.", actor=acting(resident), **terms)
    with pytest.raises(Invalid) as refused:
        budget_photos.show_photo(budget, picture, " ", actor=acting(clerk), **terms)
    assert refused.value.field == "description"


def test_the_photo_stands_on_the_page_in_the_list_and_where_somebody_shares_it(
    store, log_in, client
):
    budget = make_budget(opens_at=soon(days=1), closes_at=soon(days=2))
    page = log_in(ClerkFactory()).get(f"/griffie/begrotingen/{budget.id}")
    page = page.follow("Foto van de begroting")
    assert page.press("Bewaar", description="Een leeg plein.").errors()
    page = page.press("Bewaar", image=(photo(), "plein.jpg"), description="Een leeg plein.")
    page = page.press("Bewaar", description="Een plein met vier bomen.")
    for address in (f"/begrotingen/{budget.id}", "/begrotingen"):
        [picture] = client.get(address).all("img", alt="Een plein met vier bomen.")
        assert client.raw.get(picture.get("src")).status_code == 200
    [meta] = client.get(f"/begrotingen/{budget.id}").all("meta", property="og:image")
    assert meta.get("content").startswith("http")
    page.press("Haal deze foto weg")
    store.expire_all()
    assert store.get_one(Budget, budget.id).image_id is None


def test_nobody_else_sees_the_photo_of_a_budget_in_the_making(store, log_in, client, app):
    budget, clerk = make_budget(), ClerkFactory()
    store.commit()
    with app.app_context():
        shown = budget_photos.show_photo(
            db.session.get_one(Budget, budget.id),
            pictures.read(photo()),
            "Een plein.",
            storage=app.extensions["media"],
            actor=acting(clerk),
            now=NOW,
        )
        address = f"/begrotingen/fotos/{shown.key}/{shown.widths[0]}.jpg"
        db.session.commit()
    assert client.raw.get(address).status_code == 200
    store.get_one(Process, budget.process_id).published_at = None
    store.commit()
    assert client.raw.get(address).status_code == 404
    assert log_in(clerk).raw.get(address).status_code == 200
