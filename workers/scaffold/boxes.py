"""The two boxes of duties in a diagram that is there: on the flow behind an element, and room made for them.

What is written is what Modeler reads; what stands right of the place moves to the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from workers.bpmn import BPMN, Model
from workers.errors import Refused

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
WIDTH, HEIGHT, GAP = 100, 80, 50  # of a task, and between two
_HEAD = re.compile(r"<bpmn:definitions[^>]*>")


class ScaffoldError(Refused):
    """Why nothing was written, and what to do."""


def inserted(path: Path, behind: str, pascal: str, boxes: Callable[[str, str], str]) -> str:
    """The file with the boxes, which `boxes` writes for the flow that leads to them and where they lead to.

    ScaffoldError: the element is not there, or what leaves it cannot be drawn anew.
    """
    text = path.read_text()
    for prefix, uri in re.findall(r'xmlns:(\w+)="([^"]+)"', text):
        ElementTree.register_namespace(prefix, uri)
    model = Model(path, ElementTree.fromstring(text))
    leaving = [flow for flow in model.root.iter(BPMN + "sequenceFlow") if flow.get("sourceRef") == behind]
    if len(leaving) != 1:
        raise ScaffoldError(
            f"{len(leaving)} flows leave {behind} in {path.name}: name an element that one flow leaves"
        )
    [flow] = leaving
    flow_id, target = flow.get("id", ""), model.elements[flow.get("targetRef")]
    _Drawing(model.root, flow_id, behind).extend(pascal)
    new = list(ElementTree.fromstring(boxes(flow_id, target.get("id", ""))))
    flow.set("targetRef", new[0].get("id", ""))
    [arrives] = [row for row in target.iterfind(BPMN + "incoming") if row.text == flow_id]
    arrives.text = new[-1].get("id")
    _put(model, model.parents[flow], flow, new)
    [head] = _HEAD.findall(text)
    changed = _HEAD.sub(lambda _: head, ElementTree.tostring(model.root, "unicode"), count=1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{changed}\n'.replace("&quot;", "&#34;")


def _put(model: Model, parent: Element, sibling: Element, new: list[Element]) -> None:
    """Behind a sibling, with the indentation of the file."""
    above, level = parent, 1
    while above in model.parents:
        above, level = model.parents[above], level + 1
    for place, element in enumerate(new, list(parent).index(sibling) + 1):
        ElementTree.indent(element, level=level)
        element.tail = sibling.tail
        parent.insert(place, element)


class _Drawing:
    """The plane of a flow, with room to be made behind the shape that it leaves."""

    def __init__(self, root: Element, flow: str, behind: str):
        drawn = {part.get("bpmnElement"): part for plane in root.iter(DI + "BPMNPlane") for part in plane}
        if flow not in drawn or behind not in drawn:
            raise ScaffoldError(f"{flow} is not drawn: open the diagram in Modeler and draw it")
        self.edge = drawn[flow]
        self.plane = next(plane for plane in root.iter(DI + "BPMNPlane") if self.edge in list(plane))
        x, y, width, height = self._box(drawn[behind])
        self.right, self.middle = x + width, y + height / 2
        self.points = [(_number(point, "x"), _number(point, "y")) for point in self.edge.iter(WAYPOINT)]
        if self.points[0] != (self.right, self.middle) or self.points[1][0] <= self.right:
            raise ScaffoldError(f"{flow} does not leave {behind} to the right: draw the boxes in Modeler")
        label = self.edge.find(f"{DI}BPMNLabel/{BOUNDS}")
        words = 0 if label is None else _number(label, "x") + _number(label, "width") - self.right
        self.first = self.right + max(GAP, words + GAP / 5)  # where the first box begins
        self.more = self.first + 2 * WIDTH + GAP - self.right  # how much room they take
        self.cut = self._cut(self.points[1][0])

    @staticmethod
    def _box(shape: Element) -> tuple[float, float, float, float]:
        bounds = shape.find(BOUNDS)
        assert bounds is not None  # what a shape has
        x, y, width, height = (_number(bounds, name) for name in ("x", "y", "width", "height"))
        return x, y, width, height

    def _cut(self, end: float) -> float:
        """Right of this all moves: no box lies across it, unless the boxes come to lie within."""
        cut = self.right
        while across := [
            (x + width, shape.get("bpmnElement"))
            for shape in self.plane.iter(DI + "BPMNShape")
            for x, _, width, _ in [self._box(shape)]
            if x <= cut < x + width and shape.get("isExpanded") != "true"
        ]:
            cut = max(right for right, _ in across)
            if cut >= end:
                raise ScaffoldError(
                    f"{across[0][1]} stands across the place: move it in Modeler, or draw the boxes there"
                )
        return cut

    def extend(self, pascal: str) -> None:
        """Make room, and draw the two boxes and what leads to and from them."""
        for part in self.plane:
            if part is not self.edge:
                self._shift(part)
        moved = [(x + self.more if x > self.cut else x, y) for x, y in self.points[1:]]
        plan, do = self.first, self.first + WIDTH + GAP
        for point in list(self.edge.iter(WAYPOINT)):
            self.edge.remove(point)
        _route(self.edge, [(self.right, self.middle), (plan, self.middle)], at=0)
        for name, x in ((f"Task_Plan{pascal}", plan), (f"Activity_{pascal}", do)):
            box = {"x": x, "y": self.middle - HEIGHT / 2, "width": WIDTH, "height": HEIGHT}
            SubElement(
                self._part("BPMNShape", name), BOUNDS, {key: f"{value:g}" for key, value in box.items()}
            )
        _route(self._part("BPMNEdge", f"Flow_To{pascal}"), [(plan + WIDTH, self.middle), (do, self.middle)])
        _route(self._part("BPMNEdge", f"Flow_{pascal}Done"), [(do + WIDTH, self.middle), *moved])

    def _part(self, kind: str, element: str) -> Element:
        part = SubElement(self.plane, DI + kind, {"id": f"{element}_di", "bpmnElement": element})
        self.plane[-2].tail, part.tail = self.plane[-3].tail, self.plane[-2].tail
        return part

    def _shift(self, part: Element) -> None:
        for point in part.iter(WAYPOINT):
            self._move(point, _number(point, "x"))
        bounds = part.find(BOUNDS)
        label = part.find(f"{DI}BPMNLabel/{BOUNDS}")
        left = None if bounds is None else _number(bounds, "x")
        if bounds is not None and left is not None:
            if left <= self.cut < left + _number(bounds, "width"):  # they lie within it
                _add(bounds, "width", self.more)
            self._move(bounds, left)
        if label is not None:
            self._move(label, _number(label, "x") if left is None else left)

    def _move(self, what: Element, x: float) -> None:
        if x > self.cut:
            _add(what, "x", self.more)


def _route(edge: Element, points: list[tuple[float, float]], at: int | None = None) -> None:
    for place, (x, y) in enumerate(points):
        point = Element(WAYPOINT, {"x": f"{x:g}", "y": f"{y:g}"})
        edge.insert(len(edge) if at is None else at + place, point)


def _number(element: Element, name: str) -> float:
    return float(element.get(name, "0"))


def _add(element: Element, name: str, more: float) -> None:
    element.set(name, f"{_number(element, name) + more:g}")
