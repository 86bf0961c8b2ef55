"""Texts that no log may ever hold.

They are planted wherever the suite gives the program something to keep to itself; tests/test_logs.py looks
for them.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workers import logs
from workers.rest.tasklist import Person

WORD = "Kanarienvogel"  # in every free text and secret that a test makes up for this purpose
SHORTEST = 8  # characters of an answer that is looked for; shorter ones stand in logs by chance
# They say what they test, or what the tests' own mail server got: no logs of the program's
TOOLS = (
    "pytest_bdd",
    "parse",
    "mail",
    "asyncio",
)
LONGEST = 40  # of its beginning, because programs cut what they quote

# text -> what it is. The names are those of children on the record, the phrases those of the answers that
# `fill`, the cases and the browser's people make up.
PLANTED = {
    WORD: "a planted value",
    "Robin Invented": "a child's name",
    "Robin Example": "a child's name",
    "Robin Canary": "a child's name",
    "invented answer": "an answer",
    "invented reason": "an answer",
    "invented note": "an answer",
    "grandmother": "an answer",
    "@example.org": "a mail address",
}


def plant(text: str, what: str, user: str = "") -> str:
    """Look for a text, however it is written in an address; as `user`'s password also as basic authentication
    sends it.
    """
    PLANTED.update(dict.fromkeys((text, quote(text, safe="")), what))
    if user:
        PLANTED[b64encode(f"{user}:{text}".encode()).decode()] = what
    return text


def typed(answers: Any) -> None:
    """Look for what somebody has typed into a form: texts of more than one word, so that ids, choices and
    dates are left alone.
    """
    match answers:
        case dict() | list():
            for answer in answers.values() if isinstance(answers, dict) else answers:
                typed(answer)
        case str() if (
            " " in answers and len(answers) >= SHORTEST and not any(known in answers for known in PLANTED)
        ):
            plant(answers.splitlines()[0][:LONGEST], "an answer")


def watch(folder: Path) -> None:
    """From now on this process's logs go to files in `folder`, of every logger and level, and every form that
    is submitted plants its answers.
    """
    configure = logs.configure

    def loud(level: str = "INFO") -> None:
        configure(level)  # a command's own level must not make the files poorer
        configure("DEBUG")

    logs.configure = loud
    loud()
    logs.handler().setStream((folder / "homeward.log").open("w"))
    everything = logging.FileHandler(folder / "everything.log")  # as it is said, not as `logs` writes it
    everything.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(everything)
    logging.getLogger().setLevel(logging.DEBUG)
    for tool in TOOLS:
        logging.getLogger(tool).setLevel(logging.WARNING)
    # statements; below that are the rows themselves
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    submit = Person.submit

    def watched(person: Person, task_id: str, values: dict[str, Any]) -> None:
        typed(values)
        submit(person, task_id, values)

    Person.submit = watched


def files(*folders: Path) -> list[Path]:
    """Every log below the folders: ours, the engines', those of workers and databases that tests have
    started.
    """
    return sorted(
        {
            file
            for folder in folders
            for pattern in ("*.log", "*.log.*", "log")
            for file in folder.rglob(pattern)
            if file.is_file()
        }
    )


def found(file: Path) -> list[str]:
    """`file:line: what it is`, never the text or the line itself."""
    said = file.read_text(errors="replace")
    return [
        f"{file}:{number}: {what}"
        for planted, what in PLANTED.items()
        if planted in said
        for number, line in enumerate(said.split("\n"), 1)
        if planted in line
    ]


def nothing_leaked(*folders: Path) -> set[str]:
    """The names of the logs that were looked at, in none of which anything stands that was planted."""
    looked_at = files(*folders)
    leaks = [leak for file in looked_at for leak in found(file)]
    assert not leaks, f"{len(leaks)} lines in {len(looked_at)} logs:\n" + "\n".join(leaks[:50])
    return {file.name for file in looked_at}
