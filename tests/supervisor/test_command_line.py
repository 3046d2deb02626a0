"""What `participatie` itself says when it cannot go on."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

PARTICIPATIE = Path(sysconfig.get_path("scripts")) / "participatie"


def say(*words: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [PARTICIPATIE, *words],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("word", ["run", "migrate"])
def test_a_directory_that_cannot_be_made_is_one_sentence(word: str) -> None:
    code, said = say(word, DATA_DIR="/proc/participatie", APP_ENV="test")

    assert code != 0
    assert said.count("\n") == 1
    assert "The data directory /proc/participatie cannot be made" in said


@pytest.mark.parametrize("word", ["run", "migrate"])
def test_a_directory_that_may_not_be_entered_is_one_sentence(word: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, said = say(word, DATA_DIR=str(tmp_path / "file"), APP_ENV="test")

    assert code != 0
    assert said == f"The data directory {tmp_path}/file cannot be read: Not a directory.\n"


def test_a_wrong_port_is_one_sentence() -> None:
    code, said = say("run", PORT="80 80")

    assert code != 0
    assert said == "PORT is '80 80'; give a whole number from 1 to 65535.\n"


def test_help_says_what_run_does() -> None:
    code, said = say("run", "--help")

    assert code == 0
    assert "Start the whole system on this machine" in said
