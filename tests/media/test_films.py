"""The address of a film is recognised in every form that people copy; all else is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.media.films import ID_LENGTH, Film, FilmPlace, film_in

TUBE = Film(FilmPlace.YOUTUBE, "dQw4w9WgXcQ")
VIMEO = Film(FilmPlace.VIMEO, "76979871")
UNLISTED = Film(FilmPlace.VIMEO, "76979871/ab12cd34ef")


@pytest.mark.parametrize(
    ("address", "film"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", TUBE),
        ("http://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s", TUBE),
        ("m.youtube.com/watch?v=dQw4w9WgXcQ", TUBE),
        ("  https://youtu.be/dQw4w9WgXcQ?si=abc ", TUBE),
        ("youtu.be/dQw4w9WgXcQ/", TUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", TUBE),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", TUBE),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", TUBE),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", TUBE),
        ("HTTPS://WWW.YOUTUBE.COM/watch?v=dQw4w9WgXcQ", TUBE),
        ("https://vimeo.com/76979871", VIMEO),
        ("www.vimeo.com/76979871#t=10s", VIMEO),
        ("https://player.vimeo.com/video/76979871", VIMEO),
        ("https://vimeo.com/channels/staffpicks/76979871", VIMEO),
        ("https://vimeo.com/groups/dorp/videos/76979871", VIMEO),
        ("https://vimeo.com/showcase/123/video/76979871", VIMEO),
        ("https://vimeo.com/76979871/ab12cd34ef?share=copy", UNLISTED),
        ("https://player.vimeo.com/video/76979871?h=ab12cd34ef&badge=0", UNLISTED),
    ],
)
def test_a_film_is_found_in_every_usual_address(address, film):
    assert film_in(address) == film


@pytest.mark.parametrize(
    "address",
    [
        "",
        "een film",
        "https://www.youtube.com/",
        "https://www.youtube.com/@waterlanden",
        "https://www.youtube.com/playlist?list=PL123",
        "https://www.youtube.com/watch?v=short",
        'https://www.youtube.com/watch?v=dQw4w9WgXc"',
        "https://www.youtube.com.example.org/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com@example.org/watch?v=dQw4w9WgXcQ",
        "https://youtube.com@youtu.be/dQw4w9WgXcQ",
        "https://example.org/?u=https://youtu.be/dQw4w9WgXcQ",
        "ftp://youtu.be/dQw4w9WgXcQ",
        "javascript://youtube.com/watch?v=dQw4w9WgXcQ",
        "https://vimeo.com/waterlanden",
        "https://vimeo.com/12/3",
        "https://vimeo.com/76979871/<script>",
        "https://player.vimeo.com/video/76979871?h=<x>",
        "https://[vimeo.com/76979871",
        "https://dailymotion.com/video/x1",
    ],
)
def test_every_other_address_is_no_film(address):
    assert film_in(address) is None


@given(st.text(max_size=80) | st.from_regex(r"https://(youtu\.be|vimeo\.com)/.{0,40}"))
def test_what_is_found_leads_to_itself_and_fits_where_it_is_kept(address):
    film = film_in(address)
    if film is not None:
        assert film_in(film.address) == film
        assert len(film.id) <= ID_LENGTH
