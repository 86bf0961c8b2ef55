"""Certificates that nobody else vouches for."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

OPENSSL = shutil.which("openssl")


def signed_by_itself(folder: Path, name: str, *more: str) -> tuple[Path, Path]:
    """The files of a certificate and its key, good for two days; `more` goes to openssl."""
    cert, key = folder / "tls.crt", folder / "tls.key"
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}")
    subprocess.run([OPENSSL, *new, *more, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Of 127.0.0.1, and a server's context with it."""
    if not OPENSSL:
        pytest.skip("no openssl to make a certificate with")
    address = ("-addext", "subjectAltName=IP:127.0.0.1")
    cert, key = signed_by_itself(tmp_path_factory.mktemp("tls"), "127.0.0.1", *address)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return cert, context
