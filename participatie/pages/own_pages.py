"""A page of the municipality as it is read: text with photos in their places."""

from typing import Any

from participatie.core.html import cleaned_of_staff
from participatie.pages.models import OwnPage, PageVersion
from participatie.pages.rules import pieces


def page_contents(page: OwnPage, version: PageVersion) -> dict[str, Any]:
    """What the template shows of a version; the place of a photo that is not there stays empty."""
    photos = {photo.number: photo.image for photo in page.photos}
    parts = [
        (cleaned_of_staff(html) if html else None, photos.get(number))
        for html, number in pieces(version.html)
    ]
    return {"page": page, "version": version, "parts": parts}
