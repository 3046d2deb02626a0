"""What is taken, and in which sizes it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatie.media.rules import HIGHEST, WIDTHS, Kind, box_for, height_at, kind_of, widths_of

SIDES = st.integers(1, 20_000)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"%PDF-1.7", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head, kind):
    assert kind_of(head) is kind


@given(SIDES, SIDES)
def test_an_image_is_never_kept_larger_than_it_came_nor_than_the_largest_size(width, height):
    kept = box_for(width, height)
    assert 1 <= kept[0] <= min(width, WIDTHS[-1])
    assert 1 <= kept[1] <= min(height, HIGHEST)


@given(st.integers(1, WIDTHS[-1]))
def test_widths_rise_to_the_image_s_own(width):
    widths = widths_of(width)
    assert list(widths) == sorted(set(widths))
    assert widths[-1] == width
    assert set(widths[:-1]) <= set(WIDTHS)


def test_each_width_has_the_shape_of_the_image():
    assert [height_at(width, of=(1280, 960)) for width in widths_of(1280)] == [240, 480, 960]
