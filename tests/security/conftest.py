"""Both doors, further children, and somebody who wears several hats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.case import Case
from tests.security.door import HATS, PASSWORDS, REST, WEB, Door
from workers.rest.session import EngineSession


@pytest.fixture(scope="session")
def at(engine: EngineSession) -> Callable[[str, str], Door]:
    """A person at a door; each logs in once."""
    doors: dict[tuple[str, str], Door] = {}
    return lambda way, user: doors.get((way, user)) or doors.setdefault((way, user), Door(way, user))


@pytest.fixture(params=[REST, WEB])
def door(request: pytest.FixtureRequest, at: Callable[[str, str], Door]) -> Callable[[str], Door]:
    """What is tried is tried at both."""
    return lambda user: at(request.param, user)


@pytest.fixture
def started(case: Case) -> Case:
    case.start()
    return case


@pytest.fixture
def at_workstep(case: Case, one_workstep: str) -> Callable[[str], Case]:
    """A case that begins with one workstep, where the way there is not what is tried."""

    def begins(workstep: str) -> Case:
        case.start(one_workstep, workstep=workstep)
        return case

    return begins


@pytest.fixture
def hats(engine: EngineSession, case: Case):
    """One person in all the groups among which four eyes are wanted; gone afterwards, or every mail to these
    groups would count one more.
    """
    engine.call(
        "/user/create",
        {
            "profile": {"id": HATS, "firstName": "Many", "lastName": "Hats", "email": f"{HATS}@example.org"},
            "credentials": {"password": PASSWORDS[HATS]},
        },
    )
    case._people[HATS] = Door(REST, HATS)
    for group in (
        "social-worker",
        "team-manager",
        "practice-supervisor",
        "qaag",
        "agency-decision-maker",
        "family-finder",
        "family-finding-manager",
    ):
        engine.call(f"/group/{group}/members/{HATS}", method="PUT")
    yield HATS
    engine.call(f"/user/{HATS}", method="DELETE")
