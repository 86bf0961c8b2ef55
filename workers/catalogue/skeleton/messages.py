"""How pathways speak to each other: one starts another, or announces an event of the child."""

from __future__ import annotations

from collections.abc import Iterator

from workers.bpmn import Use
from workers.catalogue.skeleton.process import PATHWAY, Problem, Process, Rule, message

CLOSING = "close-workstep"  # the house's own, and so is withdraw-<pathway>


def started(process: Process) -> Iterator[Problem]:
    """What starts a pathway names it, so that the workers have the right to start it, and nothing else."""
    for use in _of(process, "start-pathway"):
        named = use.inputs.get("pathway", "")
        if named not in process.house or process.house[named].role != PATHWAY:
            pathways = [id_ for id_, other in process.house.items() if other.role == PATHWAY]
            yield use.element, f"starts {named}, which is no pathway: name one of {', '.join(pathways)}"


def announced(process: Process) -> Iterator[Problem]:
    """An event is named in the model, and is neither one of the house's own messages nor starts a process."""
    for use in _of(process, "announce"):
        event = use.inputs.get("event", "")
        if "{" in event:
            yield (
                use.element,
                f"announces {event}, which a submission may write: write the event's name there",
            )
        elif event == CLOSING or event.startswith("withdraw-"):
            yield use.element, f"announces {event}, which closes what is open: give the event another name"
        elif starts := [id_ for id_, other in process.house.items() if event in _starts(other)]:
            yield (
                use.element,
                f"announces {event}, which starts {starts[0]}: use topic start-pathway, or rename",
            )


def _of(process: Process, topic: str) -> list[Use]:
    return [use for use in process.model.uses if use.topic == topic]


def _starts(process: Process) -> list[str | None]:
    """The messages that start the process."""
    return [message(process, start) for start in process.own("startEvent")]


RULES: tuple[Rule, ...] = (started, announced)
