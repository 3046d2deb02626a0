"""Sending in the largest photos: how long it takes, and how large the process becomes.

Each photo goes through the whole application as a form that a browser sends. The memory is that of
the process with all of the application in it, and holds the sent bytes themselves too.
"""

from __future__ import annotations

import time
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from flask import Flask
from numpy import uint8
from numpy.random import default_rng
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from bench.report import Report
from participatie.contributions.rules import State
from participatie.media.rules import MOST_BYTES
from tests.database import Cluster
from tests.factories import ProcessFactory, ProposalFactory, ResidentFactory
from tests.pages import PageClient
from tests.real import real_apps, storing
from tests.sessions import give_session

PHOTOS = {
    "JPEG of 48 million pixels": ("JPEG", (8000, 6000), {"quality": 89}),
    "JPEG in layers, 24 million": ("JPEG", (6000, 4000), {"quality": 96, "progressive": True}),
    "PNG of 15 million": ("PNG", (4400, 3400), {"compress_level": 1}),
    "WebP of 6 million": ("WEBP", (2800, 2100), {"quality": 98, "method": 0}),
}


ASKED = {"s": "≤ 1.5", "s CPU": "≤ 1.5", "MB at most": "≤ 250", "MB of it at rest": "-"}


def main() -> None:
    """Send each photo once into a process that did nothing before."""
    report = Report("photos")
    cluster = Cluster.start()
    spawn = get_context("spawn")
    try:
        for name, (kind, size, how) in PHOTOS.items():
            with spawn.Pool(1) as drawing:
                photo = drawing.apply(draw, (kind, size, how))
            with spawn.Pool(1) as sending:
                figures = sending.apply(send, (str(cluster.directory), photo))
            what = f"{name}, {len(photo) / 1e6:.1f} MB"
            for (unit, asked), figure in zip(ASKED.items(), figures, strict=True):
                report.row(what, figure, unit, asked)
                what = ""
    finally:
        cluster.stop()
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


def send(directory: str, photo: bytes) -> tuple[float, float, float, float]:
    """Seconds, seconds of CPU, and megabytes at most and before, of sending `photo` in."""
    cluster = Cluster.at(Path(directory))
    with real_apps(cluster, f"bench_{len(photo)}") as (app,):
        client, path = _draft(app)
        token = client.get(path).all("input", name="csrf_token")[0].get("value")
        boundary, body = encode_multipart(
            {"csrf_token": token, "image": FileStorage(BytesIO(photo), "photo")}
        )
        del photo
        Path("/proc/self/clear_refs").write_text("5")
        before, start, cpu = _most_memory(), time.perf_counter(), time.process_time()
        answer = client.raw.post(
            path, data=body, content_type=f"multipart/form-data; boundary={boundary}"
        )
        took = time.perf_counter() - start, time.process_time() - cpu
        assert answer.status_code == 303, answer.status_code
        return *took, _most_memory(), before


def _draft(app: Flask) -> tuple[PageClient, str]:
    client = PageClient(app.test_client())
    with storing(app) as store:
        author = ResidentFactory()
        draft = ProposalFactory(
            process=ProcessFactory(), author_id=author.id, state=State.DRAFT, published_at=None
        )
        give_session(app, store, client.raw, author)
        return client, f"/voorstellen/{draft.id}/fotos"


def _most_memory() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) * 1024 / 1e6


if __name__ == "__main__":
    main()
