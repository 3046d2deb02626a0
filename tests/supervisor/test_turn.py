"""Programs that are started early: they load, and wait for their turn."""

import os
import signal

from tests.supervisor.conftest import Launch, System, eventually
from tests.supervisor.toy import WEB

WAIT = """
import os
print("pid", os.getpid(), flush=True)
print("loaded", flush=True)
os.read(int(os.environ["TURN_FD"]), 1)
print("goes on", flush=True)
"""


def places(system: System, *texts: str) -> list[int]:
    return [system.log().index(text) for text in texts]


def test_what_loads_ahead_loads_before_the_database_and_goes_on_in_its_turn(
    launch: Launch,
) -> None:
    system = launch(
        real_database=True,
        TOY_AHEAD="migrate seed web",
        TOY_MIGRATE=WAIT,
        TOY_SEED=WAIT,
        TOY_WEB=WAIT + WEB,
    ).running()

    order = [
        "migrate  | goes on",
        "seed     | goes on",
        "web      | goes on",
        "worker started",
    ]
    assert places(system, *order) == sorted(places(system, *order))
    for step in ("migrate", "seed"):
        early = [f"{step:8} | loaded", "ready to accept connections", "migrate  | goes on"]
        assert places(system, *early) == sorted(places(system, *early)), step
    early = ["web started", "migrate  | goes on"]
    assert places(system, *early) == sorted(places(system, *early))
    assert system.get() == "goedendag"
    assert system.stop() == 0


def test_what_comes_in_the_place_of_a_dead_one_does_not_wait_again(launch: Launch) -> None:
    system = launch(TOY_AHEAD="web", TOY_WEB=WAIT + WEB).running()
    before = system.pid("web")

    os.kill(before, signal.SIGKILL)

    eventually(lambda: system.log().count("web      | goes on") == 2, "the next one goes on")
    assert system.get() == "goedendag"
    assert system.stop() == 0


def test_what_waits_for_its_turn_ends_with_the_system(launch: Launch) -> None:
    system = launch(
        TOY_AHEAD="seed web",
        TOY_MIGRATE="import time; print('busy', flush=True); time.sleep(1000)",
        TOY_SEED=WAIT,
        TOY_WEB=WAIT + WEB,
    )
    for text in ("busy", "seed     | loaded", "web      | loaded"):
        system.wait_for(text)

    assert system.stop() == 0
    assert system.left() == []
    assert "goes on" not in system.log()
