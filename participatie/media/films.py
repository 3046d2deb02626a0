"""The film that an address leads to, of the two places where residents keep theirs."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

ID_LENGTH = 30


class FilmPlace(StrEnum):
    """Where a film is."""

    YOUTUBE = "youtube"
    VIMEO = "vimeo"


@dataclass(frozen=True, slots=True)
class Film:
    """A film by the number that its place gave it: no other part of an address is kept."""

    place: FilmPlace
    id: str

    @property
    def address(self) -> str:
        """Where one sees it."""
        if self.place is FilmPlace.YOUTUBE:
            return f"https://www.youtube.com/watch?v={self.id}"
        return f"https://vimeo.com/{self.id}"


_YOUTUBE = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
_YOUTUBE_PATHS = ("shorts", "embed", "live", "v", "e")
_VIMEO_PATH = re.compile(
    r"(?:/video|/channels/[\w-]+|/groups/[\w-]+/videos|/album/\d+/video|/showcase/\d+/video)?"
    r"/(\d{4,12})(?:/([0-9a-f]{6,16}))?",
    re.ASCII,
)
_VIMEO_SECRET = re.compile(r"[0-9a-f]{6,16}", re.ASCII)


def film_in(address: str) -> Film | None:
    """The film that `address` leads to; None for all other addresses.

    With or without https and www, short or long, from the address bar, the button to share, or a
    player; the moment in it, the list and who shared it are left out.
    """
    address = address.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return None
    path, asked = parts.path.rstrip("/"), parse_qs(parts.query)
    if host == "youtu.be":
        return _youtube(path.removeprefix("/"))
    if host in _YOUTUBE:
        return _youtube(_youtube_id(path, asked))
    if host in {"vimeo.com", "player.vimeo.com"}:
        return _vimeo(path, asked)
    return None


def _youtube_id(path: str, asked: dict[str, list[str]]) -> str:
    if path == "/watch":
        return asked.get("v", [""])[0]
    kind, _, name = path.removeprefix("/").partition("/")
    return name if kind in _YOUTUBE_PATHS else ""


def _youtube(name: str) -> Film | None:
    return Film(FilmPlace.YOUTUBE, name) if _YOUTUBE_ID.fullmatch(name) else None


def _vimeo(path: str, asked: dict[str, list[str]]) -> Film | None:
    """A film that is not listed has a second part, without which nobody sees it."""
    found = _VIMEO_PATH.fullmatch(path)
    if found is None:
        return None
    secret = found[2] or asked.get("h", [""])[0]
    if secret and not _VIMEO_SECRET.fullmatch(secret):
        return None
    return Film(FilmPlace.VIMEO, f"{found[1]}/{secret}" if secret else found[1])
