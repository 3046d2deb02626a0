"""Making an image anew: the only module that gives Pillow what strangers send in.

What comes out holds pixels and nothing else: no place, no camera, no profile, no second file.
"""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from participatie.core.errors import N_, Invalid, Unavailable
from participatie.media.rules import (
    MOST_BYTES,
    MOST_PIXELS,
    MOST_PIXELS_AT_ONCE,
    Encoding,
    Kind,
    box_for,
    has_few_scans,
    height_at,
    kind_of,
    widths_of,
)

FIELD = "image"
LONGEST_WAIT = 20.0
HEAD = 1024
ORIENTATION = 0x0112
ON_ITS_SIDE = frozenset({5, 6, 7, 8})
WHITE = (255, 255, 255)

Pillow.MAX_IMAGE_PIXELS = None  # each kind has its own limit here, checked before it is decoded

_one_at_a_time = BoundedSemaphore()  # the memory of one image, however many are sent at once
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is kept: its size, and the bytes of each width in each encoding."""

    width: int
    height: int
    files: dict[tuple[int, Encoding], bytes]


def read(stream: IO[bytes]) -> Picture:
    """The image in `stream`, made anew in every size.

    Raises `Invalid` for what is no image, too large, or two things at once, before it is decoded;
    `Unavailable` when others keep the machine busy.
    """
    kind = _check(stream)
    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise Unavailable(N_("It is busy. Wait a minute and send the photo again."))
    try:
        return variants(_decode(stream, kind))
    finally:
        _one_at_a_time.release()


def _check(stream: IO[bytes]) -> Kind:
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(HEAD)
    if not size:
        raise Invalid(N_("This file is empty. Choose another one."), field=FIELD)
    if size > MOST_BYTES:
        raise Invalid(
            N_("This photo is too large: %(size)s MB. Send one of at most %(most)s MB."),
            field=FIELD,
            size=-(-size // 1_000_000),
            most=MOST_BYTES // 1_000_000,
        )
    kind = kind_of(head)
    if kind is None:
        raise Invalid(
            N_("This is not a photo that we can use. Send a file of the kind JPEG, PNG or WebP."),
            field=FIELD,
        )
    if _is_two_things(stream, head):
        raise Invalid(
            N_("There is something else in this file than a photo. Send the photo alone."),
            field=FIELD,
        )
    stream.seek(0)
    if kind is Kind.JPEG and not has_few_scans(stream.read(MOST_BYTES)):
        raise Invalid(
            N_("This photo is made up of too many layers. Save it anew as JPEG, and send that."),
            field=FIELD,
        )
    return kind


def _is_two_things(stream: IO[bytes], head: bytes) -> bool:
    """Whether it passes for an archive, a PDF or a page as well."""
    beginning = head.lower()
    marks = (b"%pdf-", b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")
    return any(mark in beginning for mark in marks) or zipfile.is_zipfile(stream)


def _decode(stream: IO[bytes], kind: Kind) -> Pillow.Image:
    stream.seek(0)
    try:
        image = Pillow.open(stream, formats=[kind.value])
        _check_pixels(image, kind)
        return _bare(_upright(_without_profile(_small(image))))
    except Invalid:
        raise
    except Exception as error:
        # A damaged file makes Pillow raise nearly anything: that says nothing about our code.
        raise Invalid(
            N_("We cannot open this photo. Perhaps the file is damaged. Choose another one."),
            field=FIELD,
        ) from error


def _check_pixels(image: Pillow.Image, kind: Kind) -> None:
    most = MOST_PIXELS_AT_ONCE if image.info.get("progressive") else MOST_PIXELS[kind]
    if image.width * image.height > most:
        raise Invalid(
            N_("This photo has too many pixels: %(width)s × %(height)s. Make it smaller first."),
            field=FIELD,
            width=image.width,
            height=image.height,
        )


def _small(image: Pillow.Image) -> Pillow.Image:
    """Not larger than it is kept; a JPEG is decoded at a fraction of its size."""
    on_its_side = image.getexif().get(ORIENTATION, 1) in ON_ITS_SIDE
    width, height = image.size
    box = box_for(height, width)[::-1] if on_its_side else box_for(width, height)
    if image.mode.startswith(("I", "F")):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in {"1", "P", "PA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(box, Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _without_profile(image: Pillow.Image) -> Pillow.Image:
    """In the colours of the web: phones photograph in wider ones, and the profile goes."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode != "RGB":
        return image
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        changed = ImageCms.profileToProfile(image, given, _SRGB, outputMode="RGB")
    except (
        ImageCms.PyCMSError,
        OSError,
    ):  # a profile that is no good is no reason to refuse a photo
        return image
    return changed or image


def _upright(image: Pillow.Image) -> Pillow.Image:
    """Turned the way it was held."""
    return ImageOps.exif_transpose(image)


def _bare(image: Pillow.Image) -> Pillow.Image:
    """The pixels alone, on white: a comment or a profile would be written out again."""
    ground = Pillow.new("RGB", image.size, WHITE)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground.paste(image, mask=image.getchannel("A"))
    else:
        ground.paste(image.convert("RGB"))
    return ground


def variants(image: Pillow.Image, *, effort: int = 4) -> Picture:
    """`image`, which is no larger than it is kept, in every width and encoding.

    More `effort`, up to 6, makes photos smaller and takes longer; a drawing needs little.
    """
    files: dict[tuple[int, Encoding], bytes] = {}
    for width in widths_of(image.width):
        height = height_at(width, of=image.size)
        resized = image if width == image.width else image.resize((width, height), reducing_gap=3.0)
        files[width, Encoding.WEBP] = _written(resized, "WEBP", quality=78, method=effort)
        files[width, Encoding.JPEG] = _written(resized, "JPEG", quality=80, optimize=True)
    return Picture(image.width, image.height, files)


def _written(image: Pillow.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
