"""One real engine, one record and one set of workers for the session; each test has a child of its own."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

import tests.environment
from tests import canaries, containers
from tests.case import Case, patient
from tests.coverage import Coverage, HarvestingCleaner, instrumented
from workers.embedded.launcher import EmbeddedEngine
from workers.rest import deploy, organisation
from workers.rest.session import EngineSession
from workers.service import Service
from workers.settings import settings

pytest_plugins = [  # fixtures that several folders want
    "tests.beside",
    "tests.homeward",
    "tests.pages",
    "tests.records.databases",
    "tests.rest.proxy",
    "tests.runtime.lab",
    "tests.tls",
]

# What a process of its own tests, about a third of the suite's minutes each; the third has all else. Three on
# two cores: who waits for a fault needs none. What needs no engine is done by whoever is done first.
SIDES = {
    "faults": ("embedded", "faults", "runtime"),
    "attacks": ("catalogue", "commands", "decisions", "records", "rest", "security", "timescales"),
    "spare": ("calendar", "contract", "models", "requirements"),
}

canaries.watch(tests.environment.VAR)

# The suite tries the same examples every time, however slow the machine is; HYPOTHESIS=explore looks for new
# ones.
_PATIENT = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("same", _PATIENT, derandomize=True)
hypothesis.settings.register_profile("explore", _PATIENT, max_examples=3000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS", "same"))


def pytest_configure(config: pytest.Config) -> None:
    # what a failing test shows; the files have everything
    config.option.log_level = config.option.log_level or "WARNING"
    if config.getoption("numprocesses", None) and not (
        tests.environment.WORKER
        or tests.environment.GIVEN
        or any(settings().cache.glob(f"{settings().engine}-*.aot"))
    ):
        with EmbeddedEngine(settings()):
            pass  # the very first start is slow, and its stop slower: once for all processes


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    """Leave nothing in the machine's temporary folder but what tells why a test failed."""
    if not tests.environment.WORKER and exitstatus in (
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    ):
        shutil.rmtree(tests.environment.FOLDER, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    if exitstatus:
        terminalreporter.write_line(f"What engine, workers and record wrote: {tests.environment.FOLDER}")


class Side(LoadScopeScheduling):
    """`make test` uses both cores (-n 3): a folder is tested by one process, with its own engine."""

    def _split_scope(self, nodeid: str) -> str:
        return side_of(nodeid)


def side_of(nodeid: str) -> str:
    folder = nodeid.split("/")[1]
    return next((side for side, folders in SIDES.items() if folder in folders), "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Side:
    config.option.loadscopereorder = False  # the sides are begun in the order of the tests
    return Side(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what reads what the others have left behind come after them, in the order of its numbers; before
    these, what any process may do.
    """

    def turn(item: pytest.Item) -> tuple[int, bool]:
        mark = item.get_closest_marker("last")
        return mark.args[0] if mark else 0, side_of(item.nodeid) == "spare"

    items.sort(key=turn)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory):
    """The engine as an administrator sees it: roles, demo users and the models, whose flows are counted."""
    match tests.environment.GIVEN:
        case "":
            running = EmbeddedEngine(settings())
        case tests.environment.DOCKER:
            running = containers.engine(settings())
        case _:
            running = nullcontext()
    with running:
        session = patient(EngineSession.of(settings()))
        organisation.set_up(session, settings().models, demo_users=True)
        deploy.deploy(session, instrumented(settings().models, tmp_path_factory.mktemp("models")))
        yield session


@pytest.fixture(scope="session")
def coverage(engine: EngineSession) -> Coverage:
    """Which nodes and flows the session's cases took."""
    return Coverage(engine)


@pytest.fixture(scope="session")
def workers(engine: EngineSession, coverage: Coverage):
    """The workers, in this process, with their own account: whatever the tests do shows that its rights
    suffice.
    """
    account = organisation.worker_account(engine, settings().models)
    canaries.plant(
        account["worker_password"].get_secret_value(), "the workers' password", account["worker_user"]
    )
    service = Service(settings().model_copy(update=account))
    service.cleaner = HarvestingCleaner(service.cleaner.session, service.record, coverage)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def another(engine: EngineSession, workers: Service) -> Callable[[], Case]:
    """Further children."""
    return lambda: Case(engine, workers.record, settings().camunda_url, f"child-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def case(another: Callable[[], Case]) -> Case:
    """A new child, and everybody who works for it."""
    return another()
