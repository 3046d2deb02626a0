"""What comes in is made anew, and what is no photo is refused before it is decoded."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from participatie.core.errors import Invalid
from participatie.media import pictures
from participatie.media.rules import MOST_BYTES, Encoding, has_few_scans
from tests.media.drawings import GREEN, archive, bomb, image

SECRET = "52.3702 NB, camera van Annie"


def read(content: bytes) -> pictures.Picture:
    return pictures.read(BytesIO(content))


def opened(
    picture: pictures.Picture, width: int, encoding: Encoding = Encoding.JPEG
) -> Image.Image:
    return Image.open(BytesIO(picture.files[width, encoding]))


def colour(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_in_three_sizes_and_two_encodings(kind):
    picture = read(image(kind, (2000, 1500)))
    assert set(picture.files) == {(w, e) for w in (320, 640, 1280) for e in Encoding}
    for (width, encoding), content in picture.files.items():
        made = Image.open(BytesIO(content))
        assert made.format == {Encoding.WEBP: "WEBP", Encoding.JPEG: "JPEG"}[encoding]
        assert made.size == (width, width * 3 // 4)


def test_a_small_photo_is_not_made_larger():
    assert {width for width, _ in read(image(size=(200, 100))).files} == {200}


def test_a_photo_is_turned_the_way_it_was_held():
    lying = Image.new("RGB", (1600, 800), "white")
    lying.paste((200, 0, 0), (0, 0, 800, 800))  # the left half is red
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # held upright: a quarter to the right
    out = BytesIO()
    lying.save(out, "JPEG", exif=exif)
    picture = read(out.getvalue())
    assert (picture.width, picture.height) == (800, 1600)
    made = opened(picture, 800)
    assert colour(made, 400, 100)[0] > 150 > colour(made, 400, 100)[1]
    assert min(colour(made, 400, 1500)) > 200


def test_nothing_of_place_and_camera_is_left():
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = image(exif=exif, comment=SECRET.encode(), icc_profile=profile)
    assert SECRET.encode() in sent
    for content in read(sent).files.values():
        assert SECRET.encode() not in content
        made = Image.open(BytesIO(content))
        assert not made.getexif()
        assert not {"icc_profile", "comment", "exif", "xmp"} & set(made.info)


def test_a_profile_that_is_no_good_is_no_reason_to_refuse():
    assert read(image(icc_profile=b"nonsense" * 20)).width == 800


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_what_shines_through_stands_on_white_and_grey_stays_grey(mode):
    picture = read(image("PNG", mode=mode))
    assert opened(picture, 640).mode == "RGB"


def test_a_transparent_image_stands_on_white():
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert colour(opened(read(out.getvalue()), 50), 25, 25) == (255, 255, 255)


def test_a_photo_for_print_comes_out_in_colours_of_a_screen():
    made = opened(read(image("JPEG", mode="CMYK")), 640)
    assert made.mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [
        image("GIF"),
        b"GIF89a" + archive(),
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n" + image(),
        archive(),
        b"MZ\x90\x00",
        b"not a photo",
    ],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content):
    with pytest.raises(Invalid, match="not a photo that we can use"):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        image() + archive(),
        image("PNG") + archive("index.html", "<script>alert(1)</script>"),
        image(comment=b"<script>alert(1)</script>"),
        image(comment=b"%PDF-1.4 1 0 obj"),
        image(comment=b"<?php system($_GET[0]); ?>"),
    ],
)
def test_what_is_a_photo_and_something_else_is_refused(content):
    with pytest.raises(Invalid, match="something else in this file"):
        read(content)


@pytest.mark.parametrize("size", [(50_000, 50_000), (16_000, 16_000), (4_500, 4_500)])
def test_a_bomb_is_refused_by_what_it_says_of_itself(size):
    with pytest.raises(Invalid, match="too many pixels"):
        read(bomb(*size))


def test_a_photo_of_which_forty_bytes_are_a_layer_a_thousand_times_is_refused():
    jpeg = image("JPEG", (640, 480), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    assert read(jpeg).width == 640
    with pytest.raises(Invalid, match="too many layers"):
        read(jpeg[:-2] + jpeg[last:-2] * 1000 + jpeg[-2:])


def test_a_photo_with_a_mark_after_each_block_has_one_layer():
    jpeg = image("JPEG", (640, 480), restart_marker_blocks=1)
    assert jpeg.count(b"\xff\xd0") > 100
    assert has_few_scans(jpeg)


def test_a_photo_of_too_many_bytes_is_refused_unread():
    with pytest.raises(Invalid, match="too large: 16 MB"):
        read(image() + b"\0" * MOST_BYTES)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (image()[:300], "cannot open"),
        (bomb(100, 100)[:60], "cannot open"),
        (b"\xff\xd8\xff" + b"\0" * 500, "cannot open"),
    ],
)
def test_a_damaged_photo_is_refused_in_words(content, sentence):
    with pytest.raises(Invalid, match=sentence) as refusal:
        read(content)
    assert refusal.value.field == "image"


@given(st.data())
def test_a_photo_in_which_bytes_are_changed_is_kept_or_refused_and_nothing_else(data):
    content = bytearray(image(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"])), (40, 30)))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = read(bytes(content))
    except Invalid:
        return
    assert picture.files


def test_after_a_refusal_the_next_photo_is_taken():
    for _ in range(3):
        with pytest.raises(Invalid):
            read(image()[:300])
    assert colour(opened(read(image()), 640), 5, 5)[1] == pytest.approx(GREEN[1], abs=4)
