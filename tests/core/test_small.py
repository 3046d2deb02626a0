"""Money, pages of a list, headers, settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from participatie.areas.models import Area
from participatie.config import Config, ConfigError, Environment
from participatie.core.headers import policy
from participatie.core.money import euros
from participatie.core.paging import Page, paginate
from participatie.core.settings import problems, settings
from tests.factories import AreaFactory
from tests.real import real_apps

SAFE = {
    "APP_ENV": "production",
    "BASE_URL": "https://doemee.waterlanden.example",
    "SECRET_KEY": "x" * 40,
    "DATA_DIR": "/a directory that is not there",
    "DATABASE_URL": "postgresql://web:geheim@127.0.0.1:9/participatie",
    "SMTP_URL": "smtps://u:geheim@mail.waterlanden.example",
    "MAIL_FROM": "doemee@waterlanden.example",
    "TRUSTED_PROXIES": "1",
}


@pytest.mark.parametrize(
    ("cents", "shown"),
    [
        (0, "€\xa00"),
        (5, "€\xa00,05"),
        (1200000, "€\xa012.000"),
        (1200050, "€\xa012.000,50"),
        (-150, "−€\xa01,50"),
        (10**11, "€\xa01.000.000.000"),
    ],
)
def test_an_amount_is_written_as_people_read_it(cents, shown):
    assert euros(cents) == shown


@given(st.integers())
def test_no_cent_is_lost_in_an_amount(cents):
    shown = euros(cents).replace("€\xa0", "").replace(".", "").replace("−", "-")
    whole, _, rest = shown.partition(",")
    assert int(whole.lstrip("-")) * 100 + int(rest or 0) == abs(cents)
    assert shown.startswith("-") == (cents < 0)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("?pagina=2", 2),
        ("?pagina=3", 3),
        ("?pagina=4", 3),
        ("?pagina=99999999", 3),
        ("?pagina=0", 1),
        ("?pagina=-1", 1),
        ("?pagina=x", 1),
        ("?pagina=9" + "9" * 30, 1),
        ("?pagina=%C2%B2", 1),
        ("?pagina=", 1),
        ("?pagina=1.5", 1),
    ],
)
def test_the_page_that_is_asked_for_is_given(context, asked, number):
    AreaFactory.create_batch(7)
    with context.app.test_request_context(f"/{asked}"):
        page = paginate(select(Area).order_by(Area.id), per_page=3)
    assert (page.number, page.total, page.last) == (number, 7, 3)
    assert len(page.items) == (1 if number == 3 else 3)
    assert (page.has_previous, page.has_next) == (number > 1, number < 3)


def test_an_empty_list_has_one_empty_page(context):
    with context.app.test_request_context("/?pagina=2"):
        page = paginate(select(Area).where(Area.id < 0))
    assert page == Page([], 1, 0)
    assert (page.last, page.has_next, page.has_previous) == (1, False, False)


def test_the_policy_lets_nothing_run_that_is_not_ours():
    rules = dict(rule.split(" ", 1) for rule in policy().split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("base-uri", "frame-src", "frame-ancestors")} == {"'none'"}
    assert {value for name, value in rules.items() if name.endswith("-src")} <= {"'self'", "'none'"}
    assert "unsafe" not in policy()


def test_safe_settings_of_production_are_taken():
    config, wrong = Config.read(SAFE)
    assert wrong == []
    assert config.environment is Environment.PRODUCTION
    assert "geheim" not in repr(config)
    assert "x" * 40 not in repr(config)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"BASE_URL": "http://doemee.example"}, "BASE_URL"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE"),
        ({"LOGIN_PROVIDERS": "stub"}, "LOGIN_PROVIDERS"),
        ({"LOGIN_PROVIDERS": "digid"}, "LOGIN_PROVIDERS"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL"),
        ({"SMTP_URL": "mail"}, "SMTP_URL"),
        ({"PORT": "70000"}, "PORT"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"APP_ENV": "prod"}, "APP_ENV"),
    ],
)
def test_an_unsafe_or_wrong_setting_is_refused_by_name(change, named):
    with pytest.raises(ConfigError, match=named):
        Config.from_env(SAFE | change)


@pytest.mark.parametrize("environment", ["demo", "test", None])
@pytest.mark.parametrize(
    "address",
    ["https://doemee.example", "http://192.0.2.7:8000", "http://127.0.0.1.evil.example", "x"],
)
def test_a_demo_runs_on_an_address_for_others_only_when_told_so(environment, address):
    env = {"BASE_URL": address} | ({"APP_ENV": environment} if environment else {})
    with pytest.raises(ConfigError, match="everybody can log in as anybody"):
        Config.from_env(env)
    assert Config.from_env(env | {"PUBLIC_DEMO": "yes"}).base_url == address


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_a_demo_runs_on_this_machine(host):
    assert Config.from_env({"BASE_URL": f"http://{host}:8000"})


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ConfigError) as refusal:
        Config.from_env(
            {
                "APP_ENV": "production",
                "DATA_DIR": SAFE["DATA_DIR"],
                "PORT": "x",
                "BROKER_URL": "",
                "SMTP_URL": "x",
            }
        )
    for named in ("PORT", "SECRET_KEY", "SMTP_URL", "BASE_URL"):
        assert named in str(refusal.value)


def test_every_setting_is_told_and_no_secret(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("y" * 40)
    env = {**SAFE, "SECRET_KEY": "", "SECRET_KEY_FILE": str(secret)}
    rows = {row.name: row for row in settings(Config.from_env(env), env)}
    assert len(rows) == len(Config.__dataclass_fields__)
    told = str(rows)
    assert "geheim" not in told
    assert "yyy" not in told
    assert rows["SECRET_KEY"].origin == f"file {secret}"
    assert rows["PORT"].origin == "default"
    assert rows["MAIL_FROM"].origin == "environment"


def test_what_production_lacks_is_said():
    env = {
        name: value for name, value in SAFE.items() if name in {"APP_ENV", "BASE_URL", "SECRET_KEY"}
    }
    said = " ".join(problems(Config.from_env(env)))
    for name in ("DATABASE_URL", "SMTP_URL", "MAIL_FROM", "LOGIN_PROVIDERS", "TRUSTED_PROXIES"):
        assert name in said


def test_a_role_that_may_change_the_audit_log_is_said(cluster, worker_id):
    with real_apps(cluster, f"roles_{worker_id}"):
        said = {}
        for role in ("owner", "web"):
            url = cluster.config(f"roles_{worker_id}", role=role).database_url
            config = Config.from_env(SAFE | {"DATABASE_URL": url, "LOGIN_PROVIDERS": ""})
            said[role] = [s for s in problems(config) if s.startswith("DATABASE_URL")]
    assert len(said["owner"]) == 1
    assert "role owner" in said["owner"][0]
    assert said["web"] == []


def test_the_command_gives_1_when_something_is_wrong_and_no_secret():
    command = [str(Path(sys.executable).parent / "participatie"), "check-config", "--json"]
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, env=keep | SAFE, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert any("does not let us in" in sentence for sentence in said["problems"])
    assert "geheim" not in done.stdout + done.stderr


def test_a_command_beside_a_running_system_knows_its_address(tmp_path):
    (tmp_path / "address").write_text("http://127.0.0.1:8123")
    env = {"APP_ENV": "demo", "DATA_DIR": str(tmp_path)}
    assert Config.from_env(env).base_url == "http://127.0.0.1:8123"
    assert Config.from_env({**env, "PORT": "8200"}).base_url == "http://127.0.0.1:8200"
    assert (
        Config.from_env({**env, "BASE_URL": "http://localhost:8"}).base_url == "http://localhost:8"
    )


def _said_of_keys(tmp_path, **env: str) -> list[str]:
    config = Config.from_env({**SAFE, "DATABASE_URL": "", "DATA_DIR": str(tmp_path), **env})
    return [sentence for sentence in problems(config) if "key" in sentence or "KEYS" in sentence]


def test_production_where_the_site_can_read_the_keys_is_said(tmp_path, sealer):
    assert "KEYS is local" in _said_of_keys(tmp_path)[0]

    asked = {"KEYS": "sealer", "SEALER_DIR": str(sealer.sockets_dir)}
    assert _said_of_keys(tmp_path, **asked) == []
    shutil.copytree(sealer.keys_dir, tmp_path / "keys")
    (sentence,) = _said_of_keys(tmp_path, **asked)
    assert f"can read the keys in {tmp_path}/keys" in sentence


def test_a_sealer_that_does_not_answer_is_said(tmp_path):
    assert "no sealer answers" in _said_of_keys(tmp_path, KEYS="sealer")[0]
    with pytest.raises(ConfigError, match="KEYS is 'safe'"):
        Config.from_env(SAFE | {"KEYS": "safe"})
