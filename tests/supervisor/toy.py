"""A small participatie: the real supervisor over toy programs. Started as a program.

The environment may hold the Python source of each program: TOY_WEB, TOY_WORKER, TOY_BEAT,
TOY_SEALER, TOY_MIGRATE, TOY_SEED; standard library only, so that any Python on the machine can
run it. TOY_AHEAD names those that load ahead.
"""

import os
import sys

from participatie.config import Config
from participatie.run.commands import run
from participatie.run.programs import MIGRATE, Service, Step

WEB = """
import http.server, os, socket, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"goedendag")
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer, False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
print("pid", os.getpid(), flush=True)
server.serve_forever()
"""
ENDLESS = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(1000)"
SHOW_URL = "import os; print('url', os.environ['DATABASE_URL'])"


def ahead(name: str) -> bool:
    return name in os.environ.get("TOY_AHEAD", "").split()


def program(name: str, otherwise: str, *arguments: str) -> tuple[str, ...]:
    source = os.environ.get(f"TOY_{name.upper()}", otherwise)
    return (sys.executable, "-c", source, *arguments)


def keepers(_config: Config) -> list[Service]:
    return [Service(name="sealer", argv=program("sealer", ENDLESS))]


def steps(_config: Config) -> list[Step]:
    return [
        Step(name=name, argv=program(name, SHOW_URL), loads_ahead=ahead(name))
        for name in ("migrate", "seed")
    ]


def services(config: Config, listener: int) -> list[Service]:
    return [
        Service(
            name="web",
            argv=program("web", WEB, str(listener)),
            listens=True,
            loads_ahead=ahead("web"),
        ),
        Service(name="worker", argv=program("worker", ENDLESS)),
        Service(name="beat", argv=program("beat", ENDLESS)),
    ]


TOY_MIGRATION = Step(name=MIGRATE.name, argv=program("migrate", SHOW_URL))

if __name__ == "__main__":
    sys.exit(run(Config.from_env(os.environ), keepers=keepers, steps=steps, services=services))
