"""How the diagrams read: what a linter of the model does not see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, Model, kind, read

from . import Finding
from .geometry import Box, Point, Segment, cross, lie_together, segments, touch

WIDEST = 2400  # pixels: about a page

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
FRAMES = {"subProcess", "transaction"}
CONTAINERS = FRAMES | {"adHocSubProcess", "participant", "lane", "group"}
CROSSABLE = {"participant", "lane", "group", "textAnnotation"}
DRAWN = {"task", "callActivity", "subProcess", "sequenceFlow"}

FINDINGS = {
    "detached": "a flow does not start or end on the border of its shape",
    "through": "a flow runs through a shape that it does not belong to, or through its own",
    "slanted": "a flow has a segment that is neither horizontal nor vertical",
    "backward": "a flow enters its target from the right, or leaves its source to the left",
    "crossing": "two flows cross or touch",
    "shared": "two flows lie on one another where they have no common end",
    "overlap": "two shapes overlap",
    "label": "a label covers a shape, another label or a line",
    "unlabelled": "its name has no place in the drawing",
    "unresolved": "a flow comes from or leads to what does not exist",
    "not drawn": "it is not in the drawing",
    "no diagram": "the file has no drawing",
    "wide": f"the drawing is wider than {WIDEST} pixels",
}

Problem = tuple[str, tuple[str, ...]]


def diagrams(files: list[Path]) -> list[Finding]:
    """Every problem of every drawing, each a word of FINDINGS; the elements' ids stand beside it."""
    return [
        Finding(model.path, " ".join(elements), f"{word}: {FINDINGS[word]}")
        for model in read(files)
        for word, elements in _problems(model)
    ]


def _problems(model: Model) -> Iterator[Problem]:
    drawings = [Drawing(model, plane) for plane in model.root.iter(DI + "BPMNPlane")]
    if not drawings:
        yield "no diagram", ()
        return
    for drawing in drawings:
        yield from drawing.problems()
    drawn = {element for drawing in drawings for element in (*drawing.shapes, *drawing.lines)}
    for id_, element in model.elements.items():
        name = kind(element)
        visible = name in DRAWN or name.endswith(("Task", "Event", "Gateway"))
        if visible and element.tag.startswith(BPMN) and id_ not in drawn:
            yield "not drawn", (id_,)


class Drawing:
    """One page of a model: shapes, lines and labels by the id of what they show."""

    def __init__(self, model: Model, plane: Element):
        self.model = model
        self.shapes: dict[str, Box] = {}
        self.lines: dict[str, list[Point]] = {}
        self.labels: dict[str, Box] = {}
        for part in plane:
            shown = part.get("bpmnElement", "")
            if part.tag == DI + "BPMNShape" and (bounds := part.find(BOUNDS)) is not None:
                self.shapes[shown] = _box(bounds)
            elif part.tag == DI + "BPMNEdge":
                points = part.iterfind(WAYPOINT)
                self.lines[shown] = [(float(at.get("x", "")), float(at.get("y", ""))) for at in points]
            if (bounds := part.find(f"{DI}BPMNLabel/{BOUNDS}")) is not None:
                self.labels[shown] = _box(bounds)

    def kind(self, id_: str) -> str:
        element = self.model.elements.get(id_)
        return "" if element is None else kind(element)

    def get(self, id_: str, attribute: str) -> str:
        element = self.model.elements.get(id_)
        return "" if element is None else element.get(attribute, "")

    def ends(self, flow: str) -> tuple[str, str]:
        return self.get(flow, "sourceRef"), self.get(flow, "targetRef")

    @cached_property
    def solid(self) -> dict[str, Box]:
        """The shapes that nothing else stands in."""
        return {id_: box for id_, box in self.shapes.items() if self.kind(id_) not in CONTAINERS}

    @cached_property
    def flows(self) -> dict[str, list[Segment]]:
        return {
            id_: segments(points)
            for id_, points in self.lines.items()
            if self.kind(id_) == "sequenceFlow" and len(points) > 1
        }

    def problems(self) -> Iterator[Problem]:
        for flow in self.flows:
            yield from self._ends(flow)
            yield from self._way(flow)
        for one, two in combinations(self.flows, 2):
            yield from self._pair(one, two)
        yield from self._overlaps()
        yield from self._labels()
        if self.shapes:
            boxes = self.shapes.values()
            if max(box.right for box in boxes) - min(box.x for box in boxes) > WIDEST:
                yield "wide", ()

    def _ends(self, flow: str) -> Iterator[Problem]:
        """Where a flow leaves and arrives, and from which side."""
        source, target = self.ends(flow)
        first, last = self.flows[flow][0], self.flows[flow][-1]
        for end, point, segment in ((source, first[0], first), (target, last[1], last)):
            if end not in self.model.elements:
                yield "unresolved", (flow, end)
            if box := self.shapes.get(end):
                if not box.has_on_border(point, self.kind(end)):
                    yield "detached", (flow, end)
                (ax, ay), (bx, by) = segment
                if abs(ay - by) <= 1 and ax > bx + 1:
                    yield "backward", (flow, end)

    def _way(self, flow: str) -> Iterator[Problem]:
        """What a flow runs through on its way. Loops back are drawn above or below the shapes between."""
        source, target = self.ends(flow)
        way = self.flows[flow]
        for end, rest in ((source, way[1:]), (target, way[:-1])):
            if end in self.solid and any(map(self.solid[end].is_crossed_by, rest)):
                yield "through", (flow, end)
        home = self._around(source) | self._around(target)
        for other, box in self.shapes.items():
            strange = other not in home and self.kind(other) not in {"", *CROSSABLE}
            attached = self.kind(other) == "boundaryEvent" and self.get(other, "attachedToRef") in (
                source,
                target,
            )
            if strange and not attached and any(map(box.is_crossed_by, way)):
                yield "through", (flow, other)
        if any(abs(a[0] - b[0]) > 1 and abs(a[1] - b[1]) > 1 for a, b in way):
            yield "slanted", (flow,)

    def _around(self, id_: str) -> set[str]:
        """The element and the scopes that it is in."""
        element = self.model.elements.get(id_)
        around = () if element is None else self.model.around(element)
        return {id_, *(scope.get("id", "") for scope in around)}

    def _pair(self, one: str, two: str) -> Iterator[Problem]:
        first, second = self.flows[one], self.flows[two]
        pairs = list(product(first, second))
        (source, target), (other_source, other_target) = self.ends(one), self.ends(two)
        may_lie_together = {(first[0], second[0])} if source == other_source else set()
        if target == other_target:
            may_lie_together.add((first[-1], second[-1]))
        apart = {source, target}.isdisjoint({other_source, other_target})
        if any(cross(*pair) for pair in pairs):
            yield "crossing", (one, two)
        elif any(lie_together(*pair) for pair in pairs if pair not in may_lie_together):
            yield "shared", (one, two)
        elif apart and any(touch(*pair) for pair in pairs):
            yield "crossing", (one, two)

    def _overlaps(self) -> Iterator[Problem]:
        """Boundary events sit on what they belong to, annotations where there is room."""
        standing = {
            id_: box
            for id_, box in self.solid.items()
            if self.kind(id_) not in ("boundaryEvent", "textAnnotation")
        }
        for one, two in combinations(standing, 2):
            if standing[one].overlaps(standing[two]):
                yield "overlap", (one, two)
        frames = {id_: box for id_, box in self.shapes.items() if self.kind(id_) in FRAMES}
        for (one, box), (two, frame) in product(standing.items(), frames.items()):
            if box.overlaps(frame) and not frame.contains(box):
                yield "overlap", (one, two)

    def _labels(self) -> Iterator[Problem]:
        for id_ in [*self.shapes, *self.lines]:
            beside = id_ in self.lines or self.kind(id_).endswith(("Event", "Gateway"))
            if beside and self.get(id_, "name") and id_ not in self.labels:
                yield "unlabelled", (id_,)
        for id_, label in self.labels.items():
            text = label.shrunk(3)
            covers = [other for other, box in self.solid.items() if other != id_ and text.overlaps(box)]
            covers += [other for other, box in self.labels.items() if other > id_ and text.overlaps(box)]
            covers += [other for other, way in self.flows.items() if any(map(text.is_crossed_by, way))]
            for other in covers:
                yield "label", (id_, other)


def _box(bounds: Element) -> Box:
    return Box(*(float(bounds.get(side, "")) for side in ("x", "y", "width", "height")))
