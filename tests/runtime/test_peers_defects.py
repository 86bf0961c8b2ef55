"""The defects of the other clients of this engine, each with the test that shows we do not have it.

On the real engine. Where no file is named, the test stands here.

W1  does not import as installed
        test_the_package_imports_without_a_warning, test_what_is_imported_is_declared
W2  one exception abandons the batch
        test_one_task_that_fails_holds_up_none_of_the_others
W3  so does one optimistic locking error
        test_locks.py: test_a_report_that_fails_is_made_again_and_the_work_is_not,
        test_branches_that_meet_at_a_join_each_run_once
    so does a date-time in the result
        test_worker.py: test_a_result_arrives_typed
W4  no lock is extended, queued tasks start after their lock is over
        test_locks.py: test_a_handler_three_times_as_long_as_its_lock_runs_once,
        test_tasks_that_take_longer_than_their_lock_together_run_once_each
W5  SIGINT is swallowed, SIGTERM leaves locks
        test_two_processes_with_the_same_settings_run_each_task_once_and_end_when_told
W6  a connection a call
        test_connections_are_kept
W7  bearer tokens that are not sent
        ../rest/test_auth.py
W8  tokens and variables in logs
        ../test_logs.py (with ../security/test_secrets.py), test_worker.py: …_tells_its_place_not_its_text
W9  Java-serialised values, no dates
        ../rest/test_codec.py: test_a_value_comes_back_from_the_engine_as_it_went
W10 a fatal failure leaves retries
        test_a_fatal_error_leaves_no_retry_however_many_there_were
W11 a poll a topic
        test_one_poll_is_in_flight_for_twenty_topics
W12, W13 idle polls and serial runs eat slots
        test_all_slots_work_for_one_of_twenty_topics
W14 the exception is hidden
        test_an_incident_says_which_error_and_where; our own errors' texts:
        test_worker.py: test_a_fatal_error_is_an_incident_at_once
W15 a failure is sent after optimistic locking
        as W3
W16 stopping burns a retry
        test_locks.py: test_stopping_drains_what_runs_gives_back_the_rest_and_burns_no_retry;
        here at the end of W5's
C1 to C7
        ../rest/test_contract.py
"peers": a second process runs tasks again
        test_two_processes_with_the_same_settings_run_each_task_once_and_end_when_told
"peers": extends locks that are over
        test_locks.py: test_a_task_fetched_again_while_it_runs_is_not_run_again
"peers": 6.8 requests a task
        test_connections_are_kept counts them; bench/workers measures them
"""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.case import eventually
from tests.rest.proxy import EngineProxy
from tests.runtime.lab import SECRET, Lab, Named
from workers.rest.session import EngineSession
from workers.runtime import worker as runtime
from workers.runtime.contract import Nothing, Retry, Topic
from workers.runtime.outcome import FatalError, RetryableError
from workers.settings import PROJECT

PACKAGE = PROJECT / "workers"
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import workers
for module in pkgutil.walk_packages(workers.__path__, "workers."):
    if not module.name.endswith("__main__") and ".migrations." not in module.name:    # these run
        importlib.import_module(module.name)
"""


# installing -------------------------------------------------------------------------------------------------


def test_the_package_imports_without_a_warning():
    """Every module, in a process of its own, as `-W error` sees it."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", IMPORT_ALL, str(PROJECT)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_is_imported_is_declared():
    """No module leans on a package that only an extra brings, save inside a function, which can say so when
    it is not there.
    """
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    needed, extra = (
        _names(project["dependencies"]),
        _names(line for lines in project["optional-dependencies"].values() for line in lines),
    )
    brings = importlib.metadata.packages_distributions()
    missing = []
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text())
        for nodes, declared in ((tree.body, needed), (ast.walk(tree), needed | extra)):
            missing += [
                f"{file.relative_to(PROJECT)}: {name}"
                for name in _imported(nodes)
                - sys.stdlib_module_names
                - {"workers", "pydantic_core"}  # what pydantic is made of
                if not _names(brings.get(name, [])) & declared
            ]
    assert not missing, "imported, and not in pyproject.toml's dependencies"


def _names(requirements: Iterable[str]) -> set[str]:
    """Without versions and extras, in one spelling."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[=\[<>!~;]", line)[0].strip()).lower() for line in requirements}


def _imported(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


# failing ----------------------------------------------------------------------------------------------------


def test_one_task_that_fails_holds_up_none_of_the_others(lab: Lab):
    def handler(task: Named, work):
        if task.name == "second":
            raise RetryableError("the register is busy")

    worker = lab.worker(handler, input=Named, retry=Retry(times=5, base=600), slots=2)
    names = ["first", "second", "third", "fourth", "fifth"]
    instances = {name: lab.start(worker, name=name) for name in names}
    lab.go(worker)
    failed = lab.failed(instances.pop("second"))
    assert (failed["errorMessage"], failed["retries"]) == ("the register is busy", 4)
    assert {lab.ended(instance) for instance in instances.values()} == {"End"}
    later, started = lab.start(worker, name="sixth"), time.monotonic()
    assert lab.ended(later) == "End" and time.monotonic() - started < 60, "and it goes on without a pause"


def test_a_fatal_error_leaves_no_retry_however_many_there_were(lab: Lab):
    def handler(task, work):
        raise FatalError("mend it")

    instance = lab.start(worker := lab.worker(handler))
    lab.set_retries(instance, 3)
    lab.go(worker)
    assert lab.incident(instance) == "mend it" and lab.task(instance)["retries"] == 0


def test_an_incident_says_which_error_and_where(lab: Lab):
    """Not the text of an error that we do not know, which may quote a child's data: its type, its place, and
    the way to it.
    """

    def handler(task: Named, work):
        raise LookupError(f"nothing about {task.name}")

    instance = lab.start(worker := lab.worker(handler, input=Named, retry=Retry(times=1)), name=SECRET)
    lab.go(worker)
    assert re.match(rf"LookupError at {Path(__file__).name}:\d+; details: ", said := lab.incident(instance))
    assert "in handler" in (details := lab.details(instance)) and SECRET not in said + details


# locks, polls and slots -------------------------------------------------------------------------------------


def test_tasks_that_take_longer_than_their_lock_together_run_once_each(lab: Lab):
    """Four of half a lock's length, one after the other: nobody starts under a lock that is over, nor loses
    one while the machine stalls.
    """
    runs: list[tuple[str, bool]] = []

    def handler(task, work):
        runs.append((work.key, time.monotonic() < work.expires and not work.lost.is_set()))
        time.sleep(4)

    worker = lab.worker(handler, slots=1, lock=8.0)
    rival = runtime.Worker(lab.engine, worker.topics, slots=1)
    instances = [lab.start(worker) for _ in range(4)]
    lab.go(worker), lab.go(rival)
    assert {lab.ended(instance) for instance in instances} == {"End"}
    assert len(runs) == len({key for key, _ in runs}) == 4 and all(held for _, held in runs)


def many_topics(lab: Lab, handler, **contract) -> dict[str, Topic]:
    """Twenty, of which the first has this handler."""
    first = next(iter(lab.worker(handler, **contract).topics.values()))
    return {first.name: first} | {
        name: Topic(name, lambda task, work: None, input=Nothing)
        for name in (f"{first.name}-{number}" for number in range(19))
    }


def test_all_slots_work_for_one_of_twenty_topics(lab: Lab):
    together = threading.Barrier(20)

    def handler(task, work):
        together.wait(60)  # broken, and with it the test, unless all twenty run at once

    worker = runtime.Worker(
        lab.engine, many_topics(lab, handler, max_parallel=20, retry=Retry(times=1)), slots=20
    )
    instances = [lab.start(worker) for _ in range(20)]
    lab.go(worker)
    assert {lab.ended(instance) for instance in instances} == {"End"}


def test_one_poll_is_in_flight_for_twenty_topics(lab: Lab, proxy: EngineProxy):
    worker = runtime.Worker(
        EngineSession(proxy.url, lab.engine.auth),
        many_topics(lab, lambda task, work: time.sleep(0.05), max_parallel=2),
        slots=8,
    )
    instances = [lab.start(worker) for _ in range(10)]
    lab.go(worker)
    assert {lab.ended(instance) for instance in instances} == {"End"}
    lab.stop()
    assert dict(proxy.most_polls - Counter({"": 10**6})) == {worker.engine.worker_id: 1}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connections_are_kept(lab: Lab, scheme: str, request: pytest.FixtureRequest):
    path, context = request.getfixturevalue("certificate") if scheme == "https" else (None, None)
    slots, tasks = 4, 40
    with EngineProxy(context) as proxy:
        session = EngineSession(proxy.url, lab.engine.auth)
        session.verify = str(path) if path else True
        worker = runtime.Worker(session, lab.worker(lambda task, work: None).topics, slots=slots)
        instances = [lab.start(worker) for _ in range(tasks)]
        lab.go(worker)
        eventually(
            lambda: len(proxy.calls("/complete")) >= tasks,
            lambda: f"{len(proxy.calls('/complete'))} completed",
        )
        requests = len(proxy.seen)  # idle polls follow: more, the longer we look
        assert {lab.ended(instance) for instance in instances} == {"End"}
        lab.stop()
        proxy.shutdown()
    assert len(proxy.calls("/complete")) == tasks
    assert proxy.connections <= slots + 2, "one for each slot, the poll, the heartbeat"
    assert requests <= 2.1 * tasks, "requests: a complete each, and what fetches them"


# processes --------------------------------------------------------------------------------------------------


def test_two_processes_with_the_same_settings_run_each_task_once_and_end_when_told(lab: Lab, tmp_path: Path):
    """One is ended by SIGINT, one by SIGTERM, both with tasks in hand: those are done, nothing stays locked,
    no retry is burnt.
    """
    worker, runs = lab.worker(lambda task, work: None), tmp_path / "runs"
    topic = next(iter(worker.topics))
    runs.touch()
    environment = os.environ | {
        "HOMEWARD_RECORD_URL": f"sqlite:///{tmp_path / 'record.sqlite'}",
        "HOMEWARD_HEALTH_PORT": "0",
    }
    processes = []
    try:
        for number in range(2):
            with (tmp_path / f"workers-{number}.log").open("wb") as log:
                command = [sys.executable, "-m", "tests.runtime.slow_worker", topic, "inf", str(runs)]
                processes.append(subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=log))
        instances = [lab.start(worker) for _ in range(40)]

        def holders() -> set[str]:
            return {
                task["workerId"] for task in lab.engine.fetch("/external-task", topicName=topic, locked=True)
            }

        eventually(lambda: len(holders()) == 2, lambda: f"not both at work: {holders()}", 120)
        for process, how in zip(processes, (signal.SIGINT, signal.SIGTERM), strict=True):
            process.send_signal(how)
        assert [process.wait(90) for process in processes] == [0, 0]
        assert not holders(), "still locked"
        left = lab.engine.fetch("/external-task", topicName=topic)
        assert left and {(task["retries"], task["errorMessage"]) for task in left} == {(None, None)}
        done = Counter(runs.read_text().split())
        assert (
            len(done) == len(instances) - len(left)
            and set(done.values()) == {1}
            and not done.keys() & {task["id"] for task in left}
        )
        lab.go(worker)
        assert {lab.ended(instance) for instance in instances} == {"End"}
    finally:
        for process in processes:
            process.kill()
            process.wait()
