"""Photos with a proposal: added while writing, seen by who may, described by who can."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participatie.contributions.models import ContributionImage
from participatie.contributions.rules import MOST_IMAGES, State
from participatie.core.audit import AuditEntry
from participatie.identity.models import Account
from participatie.media.models import Image
from participatie.proposals.models import Proposal
from tests.factories import (
    ClerkFactory,
    ImageFactory,
    ProcessFactory,
    ProposalFactory,
    ResidentFactory,
)
from tests.media.drawings import bomb, image

SQUARE = "Een leeg plein met vier bomen."


@pytest.fixture
def author(store):
    return ResidentFactory()


@pytest.fixture
def process(store):
    return ProcessFactory()


@pytest.fixture
def draft(author, process):
    return ProposalFactory(
        process=process, author_id=author.id, state=State.DRAFT, published_at=None
    )


def add(page, content=None, description=SQUARE):
    file = (BytesIO(image() if content is None else content), "../../etc/<script>.jpg")
    return page.press("Voeg deze foto toe", image=file, description=description)


def to_photos(client, draft):
    return client.get(f"/voorstellen/{draft.id}/fotos")


def shown(store, of):
    rows = select(ContributionImage).where(ContributionImage.contribution_id == of.id)
    return store.scalars(rows.order_by(ContributionImage.position)).all()


def photo_on(proposal, store, position=1, **values):
    made = ImageFactory(**values)
    store.add(ContributionImage(contribution_id=proposal.id, position=position, image_id=made.id))
    store.commit()
    return made


def author_of(draft, store):
    return store.get_one(Account, draft.author_id)


def sources(page):
    return [picture.get("src") for picture in page.all("img") if "/fotos/" in picture.get("src")]


def test_a_photo_is_published_with_the_proposal_and_stands_on_its_card(
    client, log_in, draft, process, store
):
    page = add(to_photos(log_in(author_of(draft, store)), draft))
    assert "De foto staat erbij." in page.main
    assert SQUARE in page.main
    done = page.follow("Ga verder: controleer uw voorstel").press("Publiceer dit voorstel")
    proposal = done.follow("Naar uw voorstel")
    [source] = sources(proposal)
    assert client.raw.get(source).mimetype == "image/jpeg"
    kept = store.scalars(select(Image)).one()
    assert (kept.description, kept.width, kept.height) == (SQUARE, 800, 600)
    for address in (
        "/",
        f"/trajecten/{process.slug}",
        f"/trajecten/{process.slug}/voorstellen",
    ):
        page = client.get(address)
        assert len(sources(page)) == 1, address
        assert page.all("img", alt=SQUARE), address


def test_a_page_reserves_the_room_of_a_photo_and_loads_the_size_that_fits(client, store):
    proposal = ProposalFactory()
    photo_on(proposal, store, width=1280, height=960)
    page = client.get(f"/voorstellen/{proposal.id}")
    [picture] = [one for one in page.all("img") if one.get("srcset")]
    assert (picture.get("width"), picture.get("height")) == ("1280", "960")
    assert [one.split()[1] for one in picture.get("srcset").split(", ")] == [
        "320w",
        "640w",
        "1280w",
    ]
    [source] = page.all("source", type="image/webp")
    assert ".webp 320w" in source.get("srcset")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg><script>alert(1)</script></svg>", "Deze foto kunnen wij niet gebruiken."),
        (bomb(50_000, 50_000), "Deze foto heeft te veel beeldpunten: 50.000 × 50.000."),
        (image()[:200], "Wij kunnen deze foto niet openen."),
        (b"", "Dit bestand is leeg."),
    ],
)
def test_a_refused_photo_costs_nothing_of_what_was_there(log_in, draft, store, content, sentence):
    page = add(to_photos(log_in(author_of(draft, store)), draft))
    again = add(page, content, "Een vijver met een brug.")
    assert again.status == 422
    assert sentence in again.errors()[0]
    assert again.all("input", name="description")[0].get("value") == "Een vijver met een brug."
    assert len(sources(again)) == 1
    assert len(shown(store, draft)) == 1
    assert store.get_one(Proposal, draft.id, populate_existing=True).title == draft.title


def test_without_a_photo_the_form_says_what_to_do(log_in, author, draft):
    page = to_photos(log_in(author), draft).press("Voeg deze foto toe", description=SQUARE)
    assert page.errors() == ["Kies eerst een foto."]
    assert page.all("input", name="description")[0].get("value") == SQUARE


@pytest.mark.parametrize("words", ["x" * 251, "x"])
def test_a_description_of_the_wrong_length_is_kept_in_the_form(log_in, author, draft, words):
    page = add(to_photos(log_in(author), draft), description=words)
    assert page.status == 422
    assert "tekens" in page.errors()[0]
    assert page.all("input", name="description")[0].get("value") == words


def test_a_sixth_photo_has_no_room(log_in, author, draft, store):
    browser = log_in(author)
    before = to_photos(browser, draft)
    for position in range(1, MOST_IMAGES + 1):
        photo_on(draft, store, position)
    assert add(before).errors() == ["U kunt hoogstens 5 foto's toevoegen. Haal er eerst een weg."]
    assert "U hebt 5 foto's." in to_photos(browser, draft).main
    assert len(shown(store, draft)) == MOST_IMAGES


def test_a_photo_that_is_taken_away_lets_the_next_move_up(log_in, author, draft, store):
    photos = [photo_on(draft, store, position) for position in (1, 2, 3)]
    page = to_photos(log_in(author), draft).press("Haal weg foto 1")
    assert "De foto is weg." in page.main
    links = shown(store, draft)
    assert [(one.position, one.image_id) for one in links] == [(1, photos[1].id), (2, photos[2].id)]


def test_the_author_says_later_what_there_is_to_see(log_in, author, draft, store):
    page = add(to_photos(log_in(author), draft), description="")
    assert "Hier staat nog niet bij wat u ziet." in page.main
    asked = page.follow("Schrijf wat u ziet van foto 1")
    assert asked.press("Bewaar de beschrijving", description="").errors()
    assert SQUARE in asked.press("Bewaar de beschrijving", description=SQUARE).main


def test_a_missing_description_goes_to_the_griffie(client, log_in, store):
    proposal = ProposalFactory(title="Meer bomen")
    photo_on(proposal, store)
    assert client.get(f"/voorstellen/{proposal.id}").all(
        "img", alt="Een foto, nog zonder beschrijving"
    )
    clerk = ClerkFactory()
    work = log_in(clerk).get("/griffie")
    assert "Foto's zonder beschrijving (1)" in work.main
    asked = work.follow("Beschrijf de foto Meer bomen")
    assert asked.press("Bewaar de beschrijving", description="").errors()
    work = asked.press("Bewaar de beschrijving", description=SQUARE)
    assert "Elke foto heeft een beschrijving." in work.main
    assert log_in(clerk).get(f"/voorstellen/{proposal.id}").all("img", alt=SQUARE)
    entry = store.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.account_id) == ("contributions.describe", clerk.id)


@pytest.mark.parametrize("state", [State.DRAFT, State.HIDDEN])
def test_a_photo_is_seen_by_who_may_see_what_shows_it(client, log_in, draft, store, state):
    author = author_of(draft, store)
    page = add(to_photos(log_in(author), draft))
    [source] = sources(page)
    kept = store.get_one(Proposal, draft.id, populate_existing=True)
    kept.state, kept.published_at = state, kept.created_at
    store.commit()
    own = log_in(author).raw.get(source)
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    assert client.raw.get(source).status_code == 404
    assert log_in(ResidentFactory()).raw.get(source).status_code == 404
    of_clerk = log_in(ClerkFactory()).raw.get(source).status_code
    assert of_clerk == (200 if state is State.HIDDEN else 404)


def test_a_photo_of_an_unpublished_process_is_not_there(app, client, store):
    proposal = ProposalFactory(process=ProcessFactory(published_at=None))
    made = photo_on(proposal, store)
    app.extensions["media"].put(made.key, "320.webp", b"x")
    assert client.raw.get(f"/fotos/{made.key}/320.webp").status_code == 404


def test_a_photo_is_sent_so_that_it_can_do_nothing_and_be_kept(app, client, store):
    made = photo_on(ProposalFactory(), store)
    app.extensions["media"].put(made.key, "320.webp", image("WEBP"))
    sent = client.raw.get(f"/fotos/{made.key}/320.webp")
    assert sent.mimetype == "image/webp"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in sent.headers["Cache-Control"]
    assert "Set-Cookie" not in sent.headers


@pytest.mark.parametrize(
    "place", ["{}/321.webp", "{}/320.png", "{}/320.svg", "../{}/320.webp", "{}x/320.webp"]
)
def test_another_size_or_name_is_not_there(client, store, place):
    made = photo_on(ProposalFactory(), store)
    assert client.raw.get("/fotos/" + place.format(made.key)).status_code == 404


def test_a_photo_whose_file_is_gone_is_not_there(client, store, caplog):
    made = photo_on(ProposalFactory(), store)
    assert client.raw.get(f"/fotos/{made.key}/320.webp").status_code == 404
    assert "has no file" in caplog.text


def send(browser, path, content, **fields):
    """Send a file that the test client would leave open behind it."""
    boundary, body = encode_multipart({**fields, "image": FileStorage(BytesIO(content), "x.jpg")})
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.raw.post(path, data=body, content_type=kind)


def test_a_photo_may_be_larger_than_any_other_form(log_in, author, draft, store):
    page = to_photos(log_in(author), draft)
    token = page.all("input", name="csrf_token")[0].get("value")
    path = page.response.request.path
    # what follows the end of a photo is a film in photos of phones, and is left out
    large = image() + b"\0" * 5_000_000
    assert send(page.client, path, large, csrf_token=token).status_code == 303
    too_large = send(page.client, path, large * 4, csrf_token=token)
    assert too_large.status_code == 422
    assert "Deze foto is te groot: 21 MB." in too_large.text
    assert len(shown(store, draft)) == 1


def test_who_is_not_logged_in_cannot_send_much(client, draft):
    assert send(client, f"/voorstellen/{draft.id}/fotos", b"x" * 2_000_000).status_code == 413


def test_a_photo_of_another_draft_cannot_be_taken_away(log_in, draft, process, store):
    mine = ResidentFactory()
    own = ProposalFactory(process=process, author_id=mine.id, state=State.DRAFT, published_at=None)
    photo_on(own, store)
    theirs = photo_on(draft, store)
    page = to_photos(log_in(mine), own)
    token = page.all("input", name="csrf_token")[0].get("value")
    address = f"/voorstellen/{own.id}/fotos/{theirs.id}/weghalen"
    assert page.client.raw.post(address, data={"csrf_token": token}).status_code == 404
    assert len(shown(store, draft)) == 1


def test_a_draft_that_is_thrown_away_takes_its_photos_along(log_in, author, draft, store):
    photo_on(draft, store)
    page = log_in(author).get(f"/voorstellen/{draft.id}/wijzigen")
    page.press("Gooi deze kladversie weg")
    assert shown(store, draft) == []


def test_the_griffie_sees_the_photos_of_what_it_judges(log_in, store):
    proposal = ProposalFactory()
    photo_on(proposal, store)
    assert len(sources(log_in(ClerkFactory()).get(f"/griffie/bijdragen/{proposal.id}"))) == 1
