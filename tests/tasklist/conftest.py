"""Debian's Chromium, and a desk for each person; one login a person and session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.tasklist.desk import PATIENCE, Desk
from workers.settings import settings


@pytest.fixture(scope="session")
def chromium():
    """A headless browser; without one these tests are skipped."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        pytest.skip(
            "no Chromium found: apt-get install chromium fonts-liberation (or set CHROMIUM to its path)"
        )
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # its first start reads it from the disk
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
            timeout=2 * PATIENCE,
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_of(chromium) -> Callable:
    """A browser context as a member of staff has it: 1280 wide, English, London."""
    return lambda: chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London"
    )


@pytest.fixture(scope="session")
def desk(page_of, engine, tmp_path_factory) -> Callable[[str], Desk]:
    """The desk of a user."""
    desks: dict[str, Desk] = {}
    pictures = tmp_path_factory.mktemp("pictures")
    return lambda user: (
        desks.get(user) or desks.setdefault(user, Desk(page_of(), settings().web_url, user, pictures))
    )
