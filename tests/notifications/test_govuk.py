"""GOV.UK Notify, its address answered by a server of our own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from notifications_python_client.errors import HTTPError

from tests.notifications.doubles import ID, MESSAGE
from workers.errors import WrongUse
from workers.notifications import GovukNotify
from workers.notifications.outbox import reason


@pytest.fixture
def notify():
    """GOV.UK Notify's two calls; `posted` is what it accepted, `status` what it answers to a new one."""

    class Notify(BaseHTTPRequestHandler):
        posted: ClassVar[list[dict]] = []
        status = 201

        def do_GET(self):
            reference = parse_qs(urlsplit(self.path).query)["reference"][0]
            self.answer(200, {"notifications": [one for one in self.posted if one["reference"] == reference]})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.status == 201:
                self.posted.append(body)
            self.answer(
                self.status,
                {"id": "x"} if self.status == 201 else {"errors": [{"message": "no: iro@example.org"}]},
            )

        def answer(self, status, body):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Notify)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Notify, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


KEY = "homeward-" + "-".join(["01234567-0123-0123-0123-0123456789ab"] * 2)


def test_govuk_notify_gets_subject_and_body_under_our_reference(notify):
    service, base = notify
    GovukNotify(KEY, "template", base_url=base).send(MESSAGE)
    assert service.posted == [
        {
            "email_address": "iro@example.org",
            "template_id": "template",
            "reference": ID,
            "personalisation": {"subject": MESSAGE.subject, "body": MESSAGE.body},
        }
    ]


def test_a_second_attempt_looks_whether_the_first_arrived(notify):
    service, base = notify
    channel = GovukNotify(KEY, "template", base_url=base)
    channel.send(MESSAGE)
    channel.send(MESSAGE.model_copy(update={"attempt": 2}))
    channel.send(MESSAGE.model_copy(update={"attempt": 2, "id": "f" * 32}))
    assert [one["reference"] for one in service.posted] == [ID, "f" * 32]


def test_a_refusal_by_govuk_notify_is_told_by_its_code_alone(notify):
    service, base = notify
    service.status = 400
    with pytest.raises(HTTPError) as error:
        GovukNotify(KEY, "template", base_url=base).send(MESSAGE)
    assert reason(error.value) == "HTTPError: 400"


@pytest.mark.parametrize(
    "key, template, names", [("", "t", "KEY"), ("nonsense", "t", "KEY"), (KEY, "", "TEMPLATE")]
)
def test_a_wrong_setting_is_named(key, template, names):
    with pytest.raises(WrongUse, match=f"HOMEWARD_GOVUK_NOTIFY_{names}"):
        GovukNotify(key, template)
