"""A page as PDF, made by the Chromium that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from workers.errors import Refused

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 120  # seconds; its first start on a busy machine is slow


def pdf(page: str, browser: str = "") -> bytes:
    """`browser`: its path, else the first of BROWSERS. Refused: there is none, or it made nothing."""
    program = browser or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        raise Refused(
            "a PDF needs Chromium, which is not installed: install it (Debian: apt-get install chromium), "
            "name it in CHROMIUM, or print to a file that ends in .html"
        )
    with TemporaryDirectory() as folder:  # nobody else's to read
        source, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page)
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to run as root with one
            source.as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refused(f"{program} made no PDF ({type(error).__name__}): is it Chromium?") from None
        if not made.exists():
            raise Refused(f"{program} made no PDF: print to a file that ends in .html, or try it by hand")
        return made.read_bytes()
