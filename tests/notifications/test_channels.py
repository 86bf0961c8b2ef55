"""How mail travels: a real folder and a real mail server."""

import mailbox
import smtplib
import socket
import ssl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.notifications.doubles import ID, MESSAGE
from tests.ports import free_port
from workers.notifications import Maildir, Smtp
from workers.notifications.channels import Unknown
from workers.notifications.outbox import reason

# Maildir


def test_a_maildir_holds_a_message_that_mail_programs_read(tmp_path):
    Maildir(tmp_path / "var" / "mail", "homeward@example.org").send(MESSAGE)
    (mail,) = mailbox.Maildir(tmp_path / "var" / "mail", create=False)
    assert (mail["To"], mail["From"], mail["Message-ID"]) == (
        "iro@example.org",
        "homeward@example.org",
        f"<{ID}@homeward>",
    )
    assert oct((tmp_path / "var" / "mail").stat().st_mode)[-3:] == "700"


def test_the_same_message_is_filed_once_also_when_it_has_been_read(tmp_path):
    channel = Maildir(tmp_path / "mail", "homeward@example.org")
    channel.send(MESSAGE)
    channel.send(MESSAGE)
    (new,) = (tmp_path / "mail" / "new").iterdir()
    new.rename(tmp_path / "mail" / "cur" / f"{new.name}:2,S")
    channel.send(MESSAGE)
    assert len(mailbox.Maildir(tmp_path / "mail")) == 1 and not list((tmp_path / "mail" / "tmp").iterdir())


def test_a_maildir_that_cannot_be_written_raises_and_leaves_nothing(tmp_path):
    (tmp_path / "mail").write_text("no folder")
    with pytest.raises(OSError):
        Maildir(tmp_path / "mail", "homeward@example.org").send(MESSAGE)


# SMTP


class Post:
    """A mail server's mind: keeps what it is given, unless told to answer otherwise."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", drop: bool = False) -> None:
        self.mails, self.rcpt, self.data, self.drop = [], rcpt, data, drop

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope)
        if self.drop:
            server.transport.abort()  # it has the mail, and the sender will never know
        return self.data


@pytest.fixture
def serve():
    started = []

    def start(post: Post, **options) -> int:
        port = free_port()
        started.append(Controller(post, hostname="127.0.0.1", port=port, ready_timeout=60, **options))
        started[-1].start()
        return port

    yield start
    for server in started:
        server.stop()


def smtp(port: int, **options) -> Smtp:
    return Smtp("127.0.0.1", port, "homeward@example.org", timeout=options.pop("timeout", 60), **options)


def test_smtp_hands_the_mail_to_the_server(serve):
    post = Post()
    smtp(serve(post)).send(MESSAGE)
    (mail,) = post.mails
    assert (mail.mail_from, mail.rcpt_tos) == ("homeward@example.org", ["iro@example.org"])
    assert f"Message-ID: <{ID}@homeward>\r\n".encode() in mail.content and mail.content.endswith(
        b"\r\n.a line with a dot\r\n"
    )


@pytest.mark.parametrize(
    "post, code",
    [(Post(rcpt="550 no such user iro@example.org"), 550), (Post(data="451 later, iro@example.org"), 451)],
)
def test_a_refusal_is_told_by_its_code_alone(serve, post, code):
    with pytest.raises(smtplib.SMTPResponseException) as error:
        smtp(serve(post)).send(MESSAGE)
    assert reason(error.value) == f"SMTPResponseException: {code}" and "iro" not in str(error.value)


def test_a_server_that_is_down_is_a_plain_failure():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as error:
            smtp(nobody.getsockname()[1]).send(MESSAGE)
    assert reason(error.value) == "ConnectionRefusedError: Connection refused"


def test_a_server_that_never_answers_is_a_plain_failure_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError):
        smtp(silent.getsockname()[1], timeout=0.3).send(MESSAGE)


def test_a_connection_that_breaks_off_after_the_mail_is_unknown(serve):
    post = Post(drop=True)
    with pytest.raises(Unknown):
        smtp(serve(post)).send(MESSAGE)
    assert len(post.mails) == 1


def test_starttls_and_login(serve, certificate, monkeypatch):
    path, context = certificate
    seen, post = [], Post()

    def login(server, session, envelope, mechanism, data):
        seen.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    port = serve(post, tls_context=context, require_starttls=True, authenticator=login, auth_required=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    smtp(port, starttls=True, user="homeward", password="secret").send(MESSAGE)
    assert seen == [(True, b"homeward", b"secret")] and len(post.mails) == 1
    with pytest.raises(smtplib.SMTPAuthenticationError) as error:
        smtp(port, starttls=True, user="homeward", password="wrong").send(MESSAGE)
    assert reason(error.value) == "SMTPAuthenticationError: 535"


def test_a_certificate_that_nobody_vouches_for_is_refused(serve, certificate):
    port = serve(Post(), tls_context=certificate[1], require_starttls=True)
    with pytest.raises(ssl.SSLCertVerificationError):
        smtp(port, starttls=True).send(MESSAGE)
