"""Sending in the largest photos: how long it takes, and how large the process becomes.

Each photo goes to a running site as a form that a browser sends. The memory is that of the process
of the site that took it, with all of the application in it.
"""

from __future__ import annotations

import http.client
import re
import secrets
import tempfile
import time
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import psutil
from flask import Flask
from numpy import uint8
from numpy.random import default_rng
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_cookie
from werkzeug.test import encode_multipart

from bench.report import Report
from bench.running import application, spent, web
from participatie.contributions.rules import State
from participatie.media.rules import MOST_BYTES
from tests.e2e.site import Site, running_site
from tests.factories import ProcessFactory, ProposalFactory, ResidentFactory
from tests.real import storing
from tests.sessions import make_session

PHOTOS = {
    "JPEG of 48 million pixels": ("JPEG", (8000, 6000), {"quality": 89}),
    "JPEG in layers, 24 million": ("JPEG", (6000, 4000), {"quality": 96, "progressive": True}),
    "PNG of 15 million": ("PNG", (4400, 3400), {"compress_level": 1}),
    "WebP of 6 million": ("WEBP", (2800, 2100), {"quality": 98, "method": 0}),
}


ASKED = {"s": "≤ 1.5", "s CPU": "≤ 1.5", "MB at most": "≤ 250", "MB of it at rest": "-"}


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def main() -> None:
    """Send each photo once into a site that did little before."""
    report = Report("photos")
    secret = secrets.token_urlsafe(32)
    spawn = get_context("spawn")
    for name, (kind, size, how) in PHOTOS.items():
        with spawn.Pool(1) as drawing:
            photo = drawing.apply(draw, (kind, size, how))
        with tempfile.TemporaryDirectory(prefix="participatie-bench-") as folder:
            Path(folder).chmod(0o755)
            with running_site(DATA_DIR=str(Path(folder) / "data"), SECRET_KEY=secret) as site:
                figures = send(site, secret, photo)
        what = f"{name}, {len(photo) / 1e6:.1f} MB"
        for (unit, asked), figure in zip(ASKED.items(), figures, strict=True):
            report.row(what, figure, unit, asked)
            what = ""
    report.show()


def draw(kind: str, size: tuple[int, int], how: dict[str, int]) -> bytes:
    """A photo that does not shrink much: noise on a coarse grid, like leaves."""
    grain = default_rng(1).integers(0, 255, (size[1] // 10, size[0] // 10, 3), dtype=uint8)
    image = Image.fromarray(grain).resize(size, Image.Resampling.BICUBIC)
    if kind == "PNG":  # noise alone would be far above the limit
        image = Image.fromarray(grain[:40, :50]).resize(size, Image.Resampling.BILINEAR)
    out = BytesIO()
    image.save(out, kind, **how)
    content = out.getvalue()
    assert len(content) <= MOST_BYTES, len(content)
    return content


def send(site: Site, secret: str, photo: bytes) -> tuple[float, float, float, float]:
    """Seconds, seconds of CPU, and megabytes at most and before, of sending `photo` in."""
    path, cookie = _draft(application(site, secret))
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie})
    said = TOKEN.search(connection.getresponse().read().decode())
    assert said is not None
    boundary, body = encode_multipart(
        {"csrf_token": said[1], "image": FileStorage(BytesIO(photo), "photo")}
    )
    headers = {"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    answering = web(site)
    for one in answering:
        Path(f"/proc/{one.pid}/clear_refs").write_text("5")
    before, cpu, start = max(map(_most_memory, answering)), spent(answering), time.perf_counter()
    connection.request("POST", path, body=body, headers=headers)
    answer = connection.getresponse()
    took = time.perf_counter() - start
    assert answer.status == 303, answer.status
    return took, spent(answering) - cpu, max(map(_most_memory, answering)), before


def _draft(app: Flask) -> tuple[str, str]:
    """Where photos of a new draft are sent to, and the cookie of its author."""
    with storing(app) as store:
        author = ResidentFactory()
        draft = ProposalFactory(
            process=ProcessFactory(), author_id=author.id, state=State.DRAFT, published_at=None
        )
        number = make_session(app, store, author)
        cookie = dump_cookie(app.config["SESSION_COOKIE_NAME"], number).partition(";")[0]
        return f"/voorstellen/{draft.id}/fotos", cookie


def _most_memory(process: psutil.Process) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) * 1024 / 1e6


if __name__ == "__main__":
    main()
