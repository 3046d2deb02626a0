"""`participatie run`: the whole system on one machine."""

import signal
import socket
import sys
import time
from contextlib import ExitStack

from participatie.config import ADDRESS_FILE, Config
from participatie.run.children import Program, command
from participatie.run.claim import claim, close_to_guests
from participatie.run.data_dir import open_data_dir
from participatie.run.errors import RunError
from participatie.run.log import Log
from participatie.run.postgres import Postgres, Role
from participatie.run.programs import (
    STOP_ORDER,
    KeeperTable,
    ServiceTable,
    StepTable,
    Work,
    bare_environment,
    environment,
    keepers,
    services,
    steps,
)
from participatie.run.signals import StopRequested
from participatie.run.site import FirstAnswer, can_be_asked, listen
from participatie.run.supervisor import Supervisor
from participatie.run.turn import Turn

PORT_GRACE = 5.0
FIRST_PAGE_GRACE = 20.0
SERVER_ERROR = 500


def run(
    config: Config,
    *,
    keepers: KeeperTable = keepers,
    steps: StepTable = steps,
    services: ServiceTable = services,
) -> int:
    """Runs the whole system until Ctrl-C or SIGTERM; the exit code of the program.

    Everything that stands in the way is said in one sentence on standard error, with code 1.
    Must be called in the main thread.
    """
    try:
        _run(config, keepers, steps, services)
    except (StopRequested, KeyboardInterrupt):
        return 0
    except RunError as error:
        sys.stderr.write(f"participatie: {error}\n")
    except OSError as error:
        sys.stderr.write(f"participatie: {error.filename or 'the system'}: {error.strerror}.\n")
    return 1


def _run(config: Config, keepers: KeeperTable, steps: StepTable, services: ServiceTable) -> None:
    log = Log()
    with ExitStack() as stack:
        open_data_dir(config.data_dir)
        lock = stack.enter_context(claim(config.data_dir))
        closed = stack.enter_context(close_to_guests(config.data_dir))
        listener = _listen(config.port, patiently=bool(lock.left_by))
        turns = stack.enter_context(ExitStack())  # they come when all have ended
        supervisor = stack.enter_context(Supervisor(log, stop_order=STOP_ORDER))
        stack.callback(listener.close)
        log.say(f"the data lies in {config.data_dir}")
        kept = keepers(config)
        for keeper in kept:
            supervisor.start(_program(keeper, bare_environment(), turns, listener))
        postgres = None if config.database_url else Postgres(config.data_dir, bin_dir=config.pg_bin)
        env = {role: environment(config, _address(config, postgres, role)) for role in Role}
        first = [_program(step, env[Role.OWNER], turns, listener) for step in steps(config)]
        for step in first:
            if step.turn:
                supervisor.begin(step)
        if postgres:
            _start(postgres, supervisor)
        table = services(config, listener.fileno())
        site, *others = [_program(each, env[Role.WEB], turns, listener) for each in table]
        if site.turn:
            supervisor.start(site)
        supervisor.watch(until=lambda: all(can_be_asked(keeper.socket) for keeper in kept))
        for step in first:
            supervisor.finish(step)
        closed.release()
        _serve(config, site, others, supervisor, log)


def _serve(
    config: Config, site: Program, others: list[Program], supervisor: Supervisor, log: Log
) -> None:
    """Lets the site go on before all others, says where it is, and keeps everything alive.

    The others come after the first page, because they would slow its start down; but they do
    come when that page keeps waiting.
    """
    answer = FirstAnswer(config.port, config.base_url)
    deadline = time.monotonic() + FIRST_PAGE_GRACE
    if site.turn:
        site.turn.come()
    else:
        supervisor.start(site)
    supervisor.watch(until=lambda: answer() or time.monotonic() > deadline)
    for program in others:
        supervisor.start(program)
    if not answer.status:
        supervisor.watch(until=answer)
    if answer.status >= SERVER_ERROR:
        log.say(f"the home page fails with status {answer.status}; the lines above say why")
    (config.data_dir / ADDRESS_FILE).write_text(config.base_url, encoding="utf-8")
    log.say(f"participatie draait: {config.base_url}  (stoppen: Ctrl-C)")
    supervisor.watch()


def _listen(port: int, *, patiently: bool) -> socket.socket:
    """The listening socket; after a killed supervisor its web processes need a moment to go."""
    deadline = time.monotonic() + (PORT_GRACE if patiently else 0)
    while True:
        try:
            return listen(port)
        except RunError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _address(config: Config, postgres: Postgres | None, role: Role) -> str:
    """Where a role finds the database; known before the server runs."""
    return postgres.url(role) if postgres else str(config.database_url)


def _start(postgres: Postgres, supervisor: Supervisor) -> None:
    """Starts the embedded server and makes its roles."""
    postgres.prepare()
    supervisor.start(
        Program(name="postgres", start=postgres.start, stop_signal=signal.SIGINT, patience=60.0)
    )
    supervisor.watch(until=postgres.ready)
    postgres.create_roles()


def _program(work: Work, env: dict[str, str], stack: ExitStack, listener: socket.socket) -> Program:
    turn = stack.enter_context(Turn()) if work.loads_ahead else None
    pass_fds = (listener.fileno(),) if work.listens else ()
    if turn:
        env, pass_fds = env | turn.environment, (*pass_fds, turn.reader)
    start = command(work.argv, env=env, dies_by=work.dies_by, pass_fds=pass_fds)
    return Program(name=work.name, start=start, patience=work.patience, turn=turn)
