"""Test a topic, or the runtime, in milliseconds: an engine's external tasks in memory, beneath the very
client that talks to a real one.

A topic of your own, run by the real `Worker`, without Java, database or network:

    from workers.runtime.contract import Topic, Variables
    from workers.runtime.worker import Worker
    from workers.testing import EngineDouble

    class In(Variables):
        first_name: str

    class Out(Variables):
        greeting: str

    def greet(task: In, work) -> Out:
        return Out(greeting=f"Hello {task.first_name}")

    def test_a_greeting_is_made():
        topics = {"greet": Topic("greet", greet, input=In, output=Out)}
        double = EngineDouble()
        task = double.add("greet", {"firstName": "Robin"}, business_key="child-1")
        with double.working(Worker(double.session(), topics, None)):
            assert double.done(task) == {"greeting": "Hello Robin"}

`done` waits for the task's completion and gives what the worker has set; it fails at once, with the reason,
if the task became an incident or ended otherwise. `incident` and `thrown` wait for those. What a real engine
does rarely is asked for: `double.trouble("complete", OLE, times=2)`, `double.cancel(task)`,
`double.trouble("complete", ANSWER_LOST)`; `double.advance(60)` lets a minute pass (locks end) without waiting
for it. `double.calls["complete"]` counts requests, `double.most_polls` the polls ever open at once. One of
workers/topics is tried so: `topics = {"notify": catalogue()["notify"]}`.

What it knows: fetchAndLock, complete, failure, bpmnError, extendLock, lock, unlock, retries, errorDetails,
GET and count of external tasks, GET of incidents and the version. Each behaves as Camunda 7.24's, down to the
error bodies: tests/testing tells the same stories to both.

What it does not have: processes (a completed task is followed by nothing), authorizations, suspension,
tenants, local variables in a fetch, and anything else of REST: it answers 501 to that, so hand a handler that
reads more `services` of the test's own.
"""

from workers.testing.double import EngineDouble
from workers.testing.task import Task
from workers.testing.troubles import (
    ANSWER_LOST,
    ANY,
    DEADLOCK,
    OLE,
    POLLS_FULL,
    SILENT,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNREACHABLE,
    Trouble,
)

__all__ = [
    "ANSWER_LOST",
    "ANY",
    "DEADLOCK",
    "OLE",
    "POLLS_FULL",
    "SILENT",
    "UNAUTHORIZED",
    "UNAVAILABLE",
    "UNREACHABLE",
    "EngineDouble",
    "Task",
    "Trouble",
]
