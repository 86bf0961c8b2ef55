"""The surroundings of the suite, set before anybody asks for the settings: no test writes into var/."""

import os
import signal
import tempfile
from pathlib import Path

from tests.ports import free_port

VAR = Path(tempfile.mkdtemp(prefix="homeward-test-"))
ENGINE_GIVEN = os.environ.get("CAMUNDA_URL")

os.environ["HOMEWARD_VAR"] = str(VAR)
os.environ.pop("HOMEWARD_RECORD_URL", None)
os.environ["HOMEWARD_HEALTH_PORT"] = "0"  # several workers run at once
if not ENGINE_GIVEN:
    os.environ["CAMUNDA_URL"] = f"http://localhost:{free_port()}/engine-rest"
# A shell ignores it for what it starts in the background, and so would every process of ours.
signal.signal(signal.SIGINT, signal.default_int_handler)
