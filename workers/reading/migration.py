"""What becomes of the cases on an older version of a process when they are to follow the newest: where each
goes on, what changes around it, and what stands in the way, in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, Model, kind
from workers.reading.shown import Shown
from workers.rest import migration
from workers.rest.migration import BODY, Version
from workers.rest.session import EngineSession

SHOWN = 5  # children named in a sentence
# what is awaited under a name: the new model's is the one that is sent
NAMED = ("messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition")
TIMER = "timerEventDefinition"


class Move(Shown):
    """So many cases stand at `element`, and go on at `to`; null: nowhere, something is in the way."""

    element: str
    name: str
    to: str | None
    to_name: str | None
    cases: int


class Plan(Shown):
    """From one version of a process to another. `notes`: what changes; `in_the_way`: why it cannot be.

    `mapped`: what was said of its elements; `instructions`: the engine's own plan; `children`: whose cases
    run, by instance.
    """

    process: str
    name: str
    file: str
    from_version: int
    to_version: int
    moves: list[Move]
    notes: list[str]
    in_the_way: list[str]
    mapped: dict[str, str]
    children: dict[str, str | None]
    instructions: dict[str, Any]


class Planning:
    """`mapped`: which element takes the place of which, where that is not the one of the same id; empty:
    none does. `new_dates`: timers still to fire take their dates from the new model.
    """

    def __init__(
        self,
        session: EngineSession,
        old: Version,
        new: Version,
        models: Path,
        mapped: Mapping[str, str],
        new_dates: bool,
    ):
        self.session, self.version, self.to = session, old, new
        path = next(iter(models.glob(f"bpmn/*/{old.process}.bpmn")), Path(f"{old.process}.bpmn"))
        self.file = str(path.relative_to(models) if path.is_relative_to(models) else path)
        self.old, self.new = migration.model(session, old, path), migration.model(session, new, path)
        self.mapped = {id_: to for id_, to in mapped.items() if id_ in self.old.elements}
        self.new_dates = new_dates
        self.children = {row["id"]: row["businessKey"] for row in migration.instances(session, old)}
        self.standing: dict[str, int] = {}
        for place, cases in migration.standing(session, old).items():
            element = place.removesuffix(BODY)
            self.standing[element] = self.standing.get(element, 0) + cases
        self.scopes = {
            scope.get("id", "")
            for element in self.standing
            for scope in self.old.around(self.old.elements[element])
        }
        self.goes: dict[str, str] = {}  # the plan as it stands
        self.faults: dict[str, str] = {}  # what the engine has against it
        self.why: dict[str, str] = {}  # and had against what was left out

    def plan(self) -> Plan:
        instructions = self._instructions()
        moves = [
            Move(
                element=element,
                name=_name(self.old, element),
                to=self.goes.get(element),
                to_name=_name(self.new, self.goes[element]) if element in self.goes else None,
                cases=cases,
            )
            for element, cases in sorted(self.standing.items())
        ]
        in_the_way = [
            *(self._unmapped(move) for move in moves if move.to is None),
            *self._refused(),
            *self._ambiguous(),
            *self._fired_again(),
        ]
        return Plan(
            process=self.version.process,
            name=self.new.name or self.version.process,
            file=self.file,
            from_version=self.version.number,
            to_version=self.to.number,
            moves=moves,
            notes=[*self._timers(), *self._troubled()],
            in_the_way=in_the_way,
            mapped=self.mapped,
            children=self.children,
            instructions=instructions,
        )

    def _instructions(self) -> dict[str, Any]:
        """The engine's plan, with what was said on top, and what has kept its id but moved into another
        scope, as far as the engine takes that.
        """
        plan = migration.generated(self.session, self.version, self.to)
        rows = {
            row["sourceActivityIds"][0]: row["targetActivityIds"][0]
            for row in plan["instructions"]
            if row["sourceActivityIds"][0].removesuffix(BODY) not in self.mapped
        }
        attached = [one for event in self._attached(self.old) for one in (event, self.old.parents[event])]
        around = self.scopes | {element.get("id", "") for element in attached}
        same = {
            id_: id_
            for id_ in around - rows.keys() - self.mapped.keys() - {self.old.process}
            if id_ in self.new.elements
        }
        said = {id_: to for id_, to in self.mapped.items() if to in self.new.elements}
        while True:
            self.goes = rows | same | said
            self.goes |= {
                id_ + BODY: to + BODY
                for id_, to in (same | said).items()
                if _several(self.old, id_) and _several(self.new, to)
            }
            plan["instructions"] = [
                {
                    "sourceActivityIds": [id_],
                    "targetActivityIds": [to],
                    "updateEventTrigger": self._renewed(to),
                }
                for id_, to in self.goes.items()
            ]
            self.faults = migration.faults(self.session, plan)
            loose = {id_.removesuffix(BODY) for id_ in self.faults} & same.keys()
            self.why |= self.faults
            if not loose:
                return plan
            same = {id_: to for id_, to in same.items() if id_ not in loose}

    def _renewed(self, to: str) -> bool:
        """Whether what waits there is renewed by the new model: messages are, dates stay."""
        element = self.new.elements.get(to)
        if element is None or kind(element) in ("intermediateThrowEvent", "endEvent"):
            return False
        awaited = {kind(child) for child in element}
        return not awaited.isdisjoint(NAMED) or (self.new_dates and TIMER in awaited)

    # what stands in the way

    def _unmapped(self, move: Move) -> str:
        """Why cases that stand there have no place in the new model, and what to do."""
        step, new = _called(self.old, move.element), self.new.elements.get(move.element)
        if new is None:
            why = f"{step} is not in {self.file} any more"
        elif kind(new) != (was := kind(self.old.elements[move.element])):
            why = f"{step} was a {_words(was)}, and is a {_words(kind(new))} in {self.file} now"
        else:
            why = f"{step} of {self.file}: {self.why.get(move.element, 'it has no place in the new model')}"
        at = migration.instances(self.session, self.version, activityIdIn=[move.element])
        return (
            f"{why}, and {_cases([row['businessKey'] for row in at])} there: say with "
            f"--map {move.element}=NEW what takes its place, draw it again, or let them get past it first"
        )

    def _refused(self) -> Iterator[str]:
        """What was said and cannot be, and what the engine refuses of its own."""
        for id_, to in self.mapped.items():
            if to and to not in self.new.elements:
                yield f"--map {id_}={to}: {self.file} has no element {to}"
        for id_, fault in self.faults.items():
            yield f"{id_} to {self.goes[id_]} of {self.file}: {fault}"

    def _ambiguous(self) -> Iterator[str]:
        """A timer is gone and one has come on the same step: had it fired, it might fire again."""
        for gone in self._gone():
            id_, host = gone.get("id", ""), _host(self.old, gone)
            for come in self._come() if id_ not in self.mapped else ():
                if _host(self.new, come) == self.goes.get(host, host):
                    yield (
                        f"{_called(self.old, id_)} is gone from {self.file}, and "
                        f"{_called(self.new, come.get('id', ''))} is new on the same step: say with "
                        f"--map {id_}={come.get('id')} that it is the same timer, which does not fire again "
                        f"where it has, or with --map {id_}= that it is another"
                    )

    def _fired_again(self) -> Iterator[str]:
        """The engine lets timers at event sub-processes fire again."""
        for timer in self._timers_of(self.old):
            id_, stays = timer.get("id", ""), timer.get("isInterrupting") == "false"
            if not (kind(timer) == "startEvent" and stays and id_ in self.goes):
                continue
            if fired := migration.passed(self.session, id_) & self.children.keys():
                where = _cases([self.children[one] for one in fired])
                yield (
                    f"{_called(self.old, id_)} of {self.file} has fired where {where}, and would fire again: "
                    "draw it as a boundary event, or let them end by the model with which they began"
                )

    # what changes

    def _timers(self) -> Iterator[str]:
        for timer in self._gone():
            yield f"{_called(self.old, timer.get('id', ''))} falls away"
        for timer in self._come():
            yield f"{_called(self.new, timer.get('id', ''))} is new: it fires at once where its date is over"
        for timer in self._timers_of(self.old):
            to = self.goes.get(timer.get("id", ""))
            if to and _when(timer) != _when(self.new.elements[to]):
                stays = "" if self.new_dates else "; dates that are set stay, without --new-dates"
                yield f"{_called(self.new, to)} is counted otherwise{stays}"

    def _troubled(self) -> Iterator[str]:
        for only, words in (
            ("suspended", "suspended: it goes on when somebody activates it"),
            ("withIncident", "with something that failed, which waits as before (homeward incidents)"),
        ):
            if rows := migration.instances(self.session, self.version, **{only: True}):
                yield f"{_cases([row['businessKey'] for row in rows])} {words}"

    def _attached(self, model: Model) -> Iterator[Element]:
        """The events around where cases stand, or in the new model would."""
        scopes = self.scopes if model is self.old else {self.goes.get(one, one) for one in self.scopes}
        return (
            event
            for event in model.root.iter()
            if kind(event) in ("boundaryEvent", "startEvent") and _host(model, event) in scopes
        )

    def _timers_of(self, model: Model) -> list[Element]:
        return [event for event in self._attached(model) if event.find(BPMN + TIMER) is not None]

    def _gone(self) -> list[Element]:
        return [event for event in self._timers_of(self.old) if event.get("id") not in self.goes]

    def _come(self) -> list[Element]:
        return [event for event in self._timers_of(self.new) if event.get("id") not in self.goes.values()]


def _host(model: Model, event: Element) -> str:
    """On what a timer runs: the step at which it is drawn, or the scope of its event sub-process."""
    if host := event.get("attachedToRef"):
        return host
    return model.parents[model.parents[event]].get("id", "")


def _when(timer: Element) -> str:
    definition = timer.find(BPMN + TIMER)
    return "".join(definition.itertext()).strip() if definition is not None else ""


def _several(model: Model, element: str) -> bool:
    return model.elements[element].find(BPMN + "multiInstanceLoopCharacteristics") is not None


def _name(model: Model, element: str) -> str:
    found = model.elements.get(element)
    return " ".join((found.get("name") or element).split()) if found is not None else element


def _called(model: Model, element: str) -> str:
    return f"“{_name(model, element)}” ({element})"


def _words(tag: str) -> str:
    """user task, of userTask."""
    return re.sub(r"([A-Z])", r" \1", tag).lower()


def _cases(children: list[str | None]) -> str:
    """2 cases (child-1, child-2) stand."""
    named = sorted({child or "no child" for child in children})
    more = len(named) - SHOWN
    who = ", ".join(named[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{len(children)} case{'s stand' if len(children) != 1 else ' stands'} ({who})"
