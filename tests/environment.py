"""The suite's environment, set before anybody asks for the settings.

Not in the package itself: what the tests start as a process of its own (`python -m tests.…`) has its own.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

from tests import containers
from tests.ports import free_port

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
DOCKER = "docker"
if not WORKER:  # of several processes (pytest -n) the first, whose environment the others have
    os.environ["TESTS_FOLDER"] = tempfile.mkdtemp(prefix="homeward-test-")
    os.environ["TESTS_ENGINE"] = os.environ.get("CAMUNDA_URL", "") or (DOCKER if containers.answer() else "")
FOLDER = Path(os.environ["TESTS_FOLDER"])  # nothing of a test lands in the project's own var/
GIVEN = os.environ["TESTS_ENGINE"]  # the engine to test on; DOCKER: one in a container; none: an embedded one
VAR = FOLDER / (WORKER or "var")
VAR.mkdir(mode=0o700)

# of an engine that lives for a minute or two: what Java's second compiler makes faster comes too late for it
BRIEF = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}

os.environ["HOMEWARD_VAR"] = str(VAR)
os.environ.pop("HOMEWARD_RECORD_URL", None)
os.environ.pop("COLUMNS", None)  # pytest -n sets it; tables are to be as wide as where no terminal is
os.environ["HOMEWARD_HEALTH_PORT"] = "0"  # several workers run at once
if GIVEN == DOCKER:
    os.environ["CAMUNDA_PASSWORD"] = containers.PASSWORD
if GIVEN in ("", DOCKER):
    os.environ["CAMUNDA_URL"] = f"http://localhost:{free_port()}/engine-rest"
# A shell ignores it for what it starts in the background, and so would every process of ours.
signal.signal(signal.SIGINT, signal.default_int_handler)
