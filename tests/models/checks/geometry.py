"""Boxes and lines of a drawing, in pixels; y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Segment = tuple[Point, Point]

STEP = 3  # how finely a line is followed through a box
OVERLAP = 5  # two lines may lie on one another for this long


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def shrunk(self, by: float) -> Box:
        return Box(self.x + by, self.y + by, max(self.width - 2 * by, 0), max(self.height - 2 * by, 0))

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def has_on_border(self, point: Point, kind: str, slack: float = 3) -> bool:
        """Of the figure that Modeler draws for an element of this kind: diamond, circle or box."""
        dx, dy = (
            abs(point[0] - self.x - self.width / 2),
            abs(point[1] - self.y - self.height / 2),
        )
        if kind.endswith("Gateway"):
            return abs(dx / (self.width / 2) + dy / (self.height / 2) - 1) <= 2 * slack / self.width
        if kind.endswith("Event"):
            return abs((dx * dx + dy * dy) ** 0.5 - self.width / 2) <= slack
        beyond = max(dx - self.width / 2, dy - self.height / 2)
        return abs(beyond) <= slack

    def is_crossed_by(self, segment: Segment) -> bool:
        """Whether the segment comes further in than the border's own width."""
        (ax, ay), (bx, by) = segment
        box, steps = self.shrunk(2), max(int(max(abs(ax - bx), abs(ay - by)) // STEP), 1)
        return any(
            box.x < ax + (bx - ax) * step / steps < box.right
            and box.y < ay + (by - ay) * step / steps < box.bottom
            for step in range(steps + 1)
        )


def segments(points: Sequence[Point]) -> list[Segment]:
    return list(pairwise(points))


def side(segment: Segment, point: Point) -> int:
    """On which side of the segment's line the point is: 1, -1, or 0 on it."""
    (ax, ay), (bx, by) = segment
    area = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
    return (area > 1e-6) - (area < -1e-6)


def cross(one: Segment, two: Segment) -> bool:
    return side(one, two[0]) * side(one, two[1]) < 0 and side(two, one[0]) * side(two, one[1]) < 0


def touch(one: Segment, two: Segment) -> bool:
    """An end of one lies on the other, away from its ends."""
    return any(_inside(one, point) for point in two) or any(_inside(two, point) for point in one)


def _inside(segment: Segment, point: Point) -> bool:
    within = all(
        min(start, end) - 1e-6 <= value <= max(start, end) + 1e-6
        for start, end, value in zip(*segment, point, strict=True)
    )
    near = any(abs(end[0] - point[0]) + abs(end[1] - point[1]) <= 1 for end in segment)
    return side(segment, point) == 0 and within and not near


def lie_together(one: Segment, two: Segment) -> bool:
    """Two segments on one line, one upon the other."""
    if side(one, two[0]) or side(one, two[1]):
        return False
    axis = 0 if abs(one[0][0] - one[1][0]) >= abs(one[0][1] - one[1][1]) else 1
    low, high = (
        pick(choose(end[axis] for end in segment) for segment in (one, two))
        for pick, choose in ((max, min), (min, max))
    )
    return high - low > OVERLAP
