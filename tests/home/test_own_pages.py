"""The municipality writes own pages, and sets up what stands round all pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.core.audit import AuditEntry
from participatie.pages.models import Banner, MenuEntry, PageVersion
from participatie.pages.rules import BannerKind, is_slug, moved, pieces
from tests.factories import AdministratorFactory, ClerkFactory, ProposalFactory
from tests.media.drawings import image
from tests.pages import text_of

TEXT = "## Wie wij zijn\nWij zijn **de griffie**. Lees [meer](/contact)."


@pytest.fixture
def clerk(log_in):
    return log_in(ClerkFactory())


@pytest.fixture
def administrator(log_in):
    return log_in(AdministratorFactory())


@pytest.fixture
def later(app):
    """`later()` begins another version of what is public: a test is one transaction, and a
    transaction raises the version once."""
    return app.extensions["page_cache"].forget


def written(clerk, **words):
    fields = {"title": "Over ons", "slug": "over-ons", "text": TEXT, **words}
    return clerk.get("/griffie/paginas/nieuw").press("Bewaar en bekijk het", **fields)


# Rules


@given(st.lists(st.integers(), min_size=1, unique=True), st.data(), st.integers(-3, 3))
def test_moving_keeps_the_order_of_the_others(numbers, data, by):
    number = data.draw(st.sampled_from(numbers))
    after = moved(numbers, number, by=by)
    assert sorted(after) == sorted(numbers)
    assert [n for n in after if n != number] == [n for n in numbers if n != number]


def test_a_photo_stands_where_its_line_stands():
    html = "<p>Eerst</p>\n<p>[foto 2]</p>\n<p>Dan [foto 1]</p>"
    assert pieces(html) == [("<p>Eerst</p>\n", 0), ("", 2), ("\n<p>Dan [foto 1]</p>", 0)]


@pytest.mark.parametrize("text", ["", "-a", "a--b", "A", "a/b", "é", "a" * 61])
def test_what_is_no_address_is_refused(text):
    assert not is_slug(text)


# Own pages


def test_nobody_reads_a_page_before_it_is_published(client, clerk):
    page = written(clerk)
    assert page.h1 == "Over ons"
    client.get("/pagina/over-ons", status=404)
    page.press("Publiceer deze versie")
    public = client.get("/pagina/over-ons")
    assert public.h1 == "Over ons"
    assert public.links()["meer"] == "/contact"


def test_a_new_version_waits_while_the_old_one_is_read(client, clerk, store, later):
    page = written(clerk).press("Publiceer deze versie")
    changed = page.follow("Wijzig").press(
        "Bewaar en bekijk het", text="Wij zijn nu anders dan eerst."
    )
    assert "Wij zijn nu anders" in changed.main
    assert "de griffie" in client.get("/pagina/over-ons").main
    changed.press("Publiceer deze versie")
    later()
    assert "Wij zijn nu anders" in client.get("/pagina/over-ons").main
    old = (
        clerk.get("/griffie/paginas")
        .follow("Over ons")
        .client.get(
            f"/griffie/paginas/{store.scalars(select(PageVersion.page_id)).first()}?versie=1"
        )
    )
    back = old.press("Ga verder met deze tekst")
    assert "de griffie" in back.main
    assert store.scalars(select(PageVersion.number).order_by(PageVersion.number)).all() == [1, 2, 3]


def test_a_page_that_is_taken_away_keeps_its_versions(client, clerk, store):
    page = written(clerk).press("Publiceer deze versie")
    page.press("Toon deze pagina niet meer")
    client.get("/pagina/over-ons", status=404)
    assert store.scalars(select(PageVersion.number)).all() == [1]
    acts = store.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-3:] == ["own_pages.save", "own_pages.publish", "own_pages.take_offline"]


def test_a_page_without_an_address_gets_the_one_of_its_title(clerk, client):
    page = written(clerk, title="Één café in Oost", slug="").press("Publiceer deze versie")
    assert page.follow("Naar de openbare pagina").h1 == "Één café in Oost"
    client.get("/pagina/een-cafe-in-oost")


def test_a_public_page_is_put_in_a_menu_without_typing_its_address(administrator, client):
    page = (
        written(administrator).press("Publiceer deze versie").follow("Zet hem onderaan elke pagina")
    )
    page.press("Voeg deze link toe")
    assert client.get("/").links()["Over ons"] == "/pagina/over-ons"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("slug", "Over Ons", "Gebruik kleine letters"),
        ("title", "x", "3 tot 80 tekens"),
        ("text", "kort", "10 tot 20.000 tekens"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_beside_its_field(clerk, field, value, sentence):
    page = written(clerk, **{field: value})
    assert any(sentence in one for one in page.errors())
    assert TEXT in page.html or field == "text"


def test_one_address_holds_one_page_of_a_language(clerk):
    written(clerk)
    again = written(clerk, title="Over de gemeente")
    assert "Er is al een pagina op dit adres." in again.errors()[0]


def test_a_photo_of_a_page_is_seen_once_the_page_is(client, clerk, store):
    page = written(clerk, text="Kijk hier.\n\n[foto 1]\n\nEn verder.")
    photos = page.follow("Foto's van deze pagina")
    token = photos.all("input", name="csrf_token")[0].get("value")
    number = store.scalars(select(PageVersion.page_id)).one()
    answer = clerk.raw.post(
        f"/griffie/paginas/{number}/fotos",
        data={
            "csrf_token": token,
            "description": "Een leeg plein met bomen.",
            "image": (io.BytesIO(image("JPEG", (400, 300))), "plein.jpg"),
        },
    )
    assert answer.status_code == 303
    shown = clerk.get(f"/griffie/paginas/{number}")
    (picture,) = shown.all("main")[0].iter("img")
    assert picture.get("alt") == "Een leeg plein met bomen."
    assert client.raw.get(picture.get("src")).status_code == 404
    shown.press("Publiceer deze versie")
    assert client.raw.get(picture.get("src")).status_code == 200


# Menus


def test_each_language_has_a_menu_of_its_own(client, administrator, later):
    token = administrator.get("/griffie/site/menu/footer").all("input", name="csrf_token")[0]
    sent = {"csrf_token": token.get("value"), "label": "Ask us", "address": "/contact"}
    administrator.raw.post("/griffie/site/menu/footer?taal=en", data=sent)
    later()
    english = client.raw.get("/en/").text
    assert "Ask us" in english
    assert "House rules" in english
    assert "Huisregels" not in english
    assert "Ask us" not in client.raw.get("/").text


def test_a_menu_becomes_ones_own_and_its_links_move(client, administrator, store, later):
    page = administrator.get("/griffie/site/menu/main").press("Maak dit menu van ons")
    labels = [e.label for e in store.scalars(select(MenuEntry).order_by(MenuEntry.position))]
    assert labels == ["Nu bezig", "Trajecten", "Stemmingen", "Telling"]
    assert "Het menu is vol" in page.main
    first = store.scalars(select(MenuEntry.id).order_by(MenuEntry.position)).first()
    token = page.all("input", name="csrf_token")[0].get("value")
    for direction in ("omlaag", "omhoog", "omlaag"):
        administrator.raw.post(
            f"/griffie/site/menu/{first}/{direction}", data={"csrf_token": token}
        )
    later()
    (menu,) = client.get("/").all("ul", class_="p-menu")
    assert [a.text for a in menu.iter("a")][:2] == ["Trajecten", "Nu bezig"]


def test_a_link_leads_somewhere_safe(administrator):
    page = administrator.get("/griffie/site/menu/footer")
    refused = page.press("Voeg deze link toe", label="Kwaad", address="javascript:alert(1)")
    assert "Vul een adres in zoals /contact" in refused.errors()[0]
    kept = page.press("Voeg deze link toe", label="Over ons", address="/pagina/over-ons")
    assert "Over ons" in kept.links()


def test_a_footer_is_changed_for_every_reader(client, administrator):
    assert "Over ons" not in client.get("/").links()
    page = administrator.get("/griffie/site/menu/footer")
    page.press("Voeg deze link toe", label="Over ons", address="/pagina/over-ons")
    assert client.get("/").links()["Over ons"] == "/pagina/over-ons"


# Notices


def test_a_notice_stands_on_every_page_from_its_first_to_its_last_day(client, administrator, later):
    today = datetime.now(UTC).date()
    page = administrator.get("/griffie/site/meldingen").press(
        "Zet deze melding op elke pagina",
        text="Zondag is de site dicht.",
        first_day=today.isoformat(),
        last_day=(today + timedelta(days=1)).isoformat(),
    )
    assert "Zondag is de site dicht." in client.get("/contact").text
    page.press("Haal weg Zondag is de site dicht.")
    later()
    assert "Zondag is de site dicht." not in client.get("/contact").text


def test_a_notice_comes_and_goes_by_the_clock_alone(app, client, store):
    moment = datetime.now(UTC)
    assert "Straks weg" not in client.get("/contact").text
    for text, begins, ends in (("Straks weg", -1, 1), ("Straks hier", 1, 2)):
        store.add(
            Banner(
                kind=BannerKind.INFO,
                text=text,
                starts_at=moment + timedelta(hours=begins),
                ends_at=moment + timedelta(hours=ends),
            )
        )
    store.commit()
    page = client.get("/contact")
    assert "Straks weg" in page.text
    assert "Straks hier" not in page.text
    with app.app_context():
        until = app.extensions["page_cache"].until(-1, moment)
    assert until <= moment + timedelta(hours=1)


def test_a_notice_that_is_over_is_refused(administrator):
    page = administrator.get("/griffie/site/meldingen").press(
        "Zet deze melding op elke pagina",
        text="Dit was gisteren.",
        first_day="2020-01-01",
        last_day="2020-01-02",
    )
    assert "Kies een laatste dag die nog niet voorbij is." in page.errors()[0]


# Home page and statements


def test_a_band_of_the_home_page_is_switched_off(client, administrator):
    assert "Zo werkt het" in client.get("/").main
    page = administrator.get("/griffie/site/voorpagina")
    token = page.all("input", name="csrf_token")[0].get("value")
    answer = administrator.raw.post(
        "/griffie/site/voorpagina", data={"csrf_token": token, "bands": ["proposals", "results"]}
    )
    assert answer.status_code == 303
    assert "Zo werkt het" not in client.get("/").main


@pytest.mark.parametrize(
    ("subject", "path"), [("accessibility", "/toegankelijkheid"), ("privacy", "/privacy")]
)
def test_a_statement_stands_on_its_page_as_it_was_declared(client, administrator, subject, path):
    administrator.get(f"/griffie/site/verklaringen/{subject}").press(
        "Zet deze verklaring op de pagina",
        status="Voldoet gedeeltelijk (status B)",
        declared_on="2026-03-01",
        address="https://www.waterlanden.example/verklaring",
    )
    page = client.get(path)
    assert "Voldoet gedeeltelijk (status B)" in page.main
    assert "1 maart 2026" in page.main
    assert page.links()["Lees de hele verklaring"] == "https://www.waterlanden.example/verklaring"


def test_help_stands_at_the_same_place_on_every_page(client, administrator):
    for reader, path in ((client, "/"), (client, "/inloggen"), (administrator, "/griffie/site")):
        tools = reader.get(path).all("ul", class_="p-header__tools")[0]
        assert next(tools.iter("a")).get("href") == "/contact"


def test_the_header_leads_home_and_to_the_site_of_the_municipality_itself(client):
    brand = client.get("/contact").all("div", class_="p-brand")[0]
    links = [(text_of(link), link.get("href")) for link in brand.iter("a")]
    assert links == [
        ("Waterlanden doet mee", "/"),
        ("Gemeente Waterlanden", "https://www.waterlanden.example"),
    ]


def test_what_goes_on_nearby_is_asked_by_area(client, store):
    proposal = ProposalFactory()
    store.commit()
    page = client.get("/in-mijn-buurt")
    assert proposal.title not in page.main
    if proposal.area_id:
        assert proposal.title in client.get(f"/in-mijn-buurt?wijk={proposal.area_id}").main
