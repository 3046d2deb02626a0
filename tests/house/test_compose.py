"""docker-compose.yml and the Dockerfile name things that exist."""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from participatie.app import create_app
from participatie.cli import COMMANDS
from participatie.config import BOX_SOCKET, COUNT_SOCKET, Config, ConfigError, KeysWith

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
GIVEN = {
    "BASE_URL": "https://doemee.waterlanden.example",
    "SECRET_KEY": "x" * 40,
    "WEB_PASSWORD": "web",
    "OWNER_PASSWORD": "owner",
    "POSTGRES_PASSWORD": "superuser",
    "MAIL_FROM": "doemee@waterlanden.example",
}


def _filled_in(value: str) -> str:
    def given(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":")
        return GIVEN.get(name, default[1:] if default.startswith("-") else "")

    return re.sub(r"\$\{([^}]*)\}", given, value)


def _settings(service: str) -> dict[str, str]:
    return {k: _filled_in(v) for k, v in SERVICES[service]["environment"].items()}


def test_the_parts_of_the_system_are_there():
    assert {"web", "worker", "beat", "postgres", "redis", "mail", "migrate"} <= set(SERVICES)


@pytest.mark.parametrize("service", OURS)
def test_the_settings_of_a_service_are_accepted_for_production(service):
    config = Config.from_env(_settings(service))
    assert config.database_url is not None
    assert config.database_url.startswith("postgresql+psycopg://")


@pytest.mark.parametrize("service", OURS)
def test_every_setting_of_a_service_is_one_that_the_program_reads(service):
    source = (ROOT / "participatie" / "config.py").read_text()
    assert not [name for name in _settings(service) if f'"{name}"' not in source]


@pytest.mark.parametrize("name", ["BASE_URL", "SECRET_KEY"])
def test_a_setting_that_must_be_given_has_no_default(name):
    settings = _settings("web")
    settings.pop(name)
    with pytest.raises(ConfigError):
        Config.from_env(settings)


def test_the_commands_name_modules_and_commands_that_exist():
    commands = [SERVICES[s].get("command", "") for s in OURS]
    for words in map(shlex.split, commands):
        if not words:
            continue
        if words[0] == "celery":
            side = "beat" if "beat" in words else "worker"
            assert words[words.index("-A") + 1] == f"participatie.{side}:celery_app"
        else:
            assert words[0] == "participatie"
            assert words[1] in COMMANDS


def test_the_site_is_loaded_before_its_processes_without_connecting_to_anything(tmp_path):
    command = re.search(r"^CMD (\[.*?\])", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert command
    words = json.loads(command[1].replace("\\\n", ""))
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", *words, "--check-config"],
        env={"PATH": os.environ["PATH"], **_settings("web"), **nowhere},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_image_copies_files_that_exist_and_installs_from_the_locks():
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
    assert "--require-hashes" in DOCKERFILE
    assert "npm ci" in DOCKERFILE


def test_the_health_check_uses_a_name_that_the_site_answers_to(tmp_path, monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [])  # production sends its log elsewhere
    monkeypatch.setattr(logging.root, "level", logging.INFO)
    address = re.search(r"http://[^']+", " ".join(SERVICES["web"]["healthcheck"]["test"]))
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)}
    app = create_app(Config.from_env({**_settings("web"), **nowhere}))
    assert address
    assert app.test_client().get(address[0]).json == {"status": "no database"}


def test_nothing_logs_who_asked_for_which_page():
    """Such a line names a network address, a moment and, in the path, a code that logs in."""
    assert "access-log" not in DOCKERFILE
    assert "access-log" not in (ROOT / "docker-compose.yml").read_text()


def test_only_the_sealer_reaches_the_keys_and_the_site_cannot_ask_to_open_a_ballot():
    mounts = {name: {v.split(":")[0] for v in s.get("volumes", [])} for name, s in SERVICES.items()}
    assert [name for name, volumes in mounts.items() if "keys" in volumes] == ["sealer"]
    assert {n for n, volumes in mounts.items() if "sealer-count" in volumes} == {"sealer", "worker"}
    assert {n for n, volumes in mounts.items() if "sealer-box" in volumes} == {
        "sealer",
        "web",
        "worker",
    }
    for name in OURS:
        assert Config.from_env(_settings(name)).keys is KeysWith.SEALER


def test_the_sealer_is_a_user_of_its_own_without_network_or_secret():
    sealer = SERVICES["sealer"]
    assert sealer["user"] not in {"participatie", "root", None}
    assert re.search(rf"useradd .*--gid participatie {sealer['user']}$", DOCKERFILE, re.MULTILINE)
    assert sealer["network_mode"] == "none"
    assert "environment" not in sealer
    words = shlex.split(sealer["command"])
    importlib.import_module(f"{words[2]}.__main__")
    targets = {volume.split(":")[1] for volume in sealer["volumes"]}
    assert {words[words.index("--keys") + 1]} < targets
    for target in targets:
        assert re.search(rf"install -d -o sealer .*{target}\b", DOCKERFILE), target
    given = Config.from_env(_settings("web"))
    assert words[words.index("--sockets") + 1] == str(given.sockets_dir)
    assert {str(given.sockets_dir / s) for s in (BOX_SOCKET, COUNT_SOCKET)} == {
        f"{target}/socket" for target in targets if target.startswith("/sealer")
    }


def test_volumes_and_dependencies_are_declared():
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), (name, volume)
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_only_loopback_ports_are_published():
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_only_a_proxy_that_takes_requests_in_whole_reaches_the_site():
    """A form that comes one byte at a time would hold a thread of the site, and there are eight."""
    assert {name for name in OURS if "ports" in SERVICES[name]} == set()
    proxy = SERVICES["proxy"]
    [(_, inside)] = [port.rsplit(":", 1) for port in proxy["ports"]]
    told = (ROOT / "docker" / "nginx.conf").read_text()
    assert f"listen {inside};" in told
    assert "server web:8000;" in told
    assert "proxy_request_buffering on;" in told
    assert "access_log off;" in told
    assert any("docker/nginx.conf" in volume for volume in proxy["volumes"])
