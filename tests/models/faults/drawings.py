"""Faults that only the drawing of a process has."""

from __future__ import annotations

from .fault import PROCESS, Fault


def _way(*points: tuple[int, int]) -> str:
    """The points of a flow, as the file writes them."""
    return "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)


DRAWINGS = [
    Fault(
        "detached flow",
        PROCESS,
        _way((1020, 200), (1082, 200)),
        _way((1020, 200), (1042, 200)),
        "diagram",
        "detached:",
    ),
    Fault(
        "flow through a shape",
        PROCESS,
        _way((580, 110), (840, 110)),
        _way((580, 165), (840, 165)),
        "diagram",
        "through:",
    ),
    Fault(
        "flow through its own target",
        PROCESS,
        _way((350, 200), (400, 200)),
        _way((350, 200), (450, 200), (450, 240)),
        "diagram",
        "through:",
    ),
    Fault(
        "slanted flow",
        PROCESS,
        _way((300, 320), (402, 320)),
        _way((300, 290), (402, 320)),
        "diagram",
        "slanted:",
    ),
    Fault(
        "flow that arrives from the right",
        PROCESS,
        _way((300, 320), (402, 320)),
        _way((300, 280), (480, 280), (480, 320), (438, 320)),
        "diagram",
        "backward:",
    ),
    Fault(
        "flow that leaves to the left",
        PROCESS,
        _way((1020, 200), (1082, 200)),
        _way((920, 200), (890, 200), (890, 130), (1100, 130), (1100, 182)),
        "diagram",
        "backward:",
    ),
    Fault(
        "flow that crosses another",
        PROCESS,
        _way((580, 175), (580, 110)),
        _way((580, 225), (580, 270), (630, 270), (630, 110)),
        "diagram",
        "crossing:",
    ),
    Fault(
        "flow that touches another",
        PROCESS,
        _way((710, 258), (710, 320)),
        _way((710, 110), (710, 320)),
        "diagram",
        "crossing:",
    ),
    Fault(
        "flow upon another",
        PROCESS,
        _way((1020, 200), (1082, 200)),
        _way((920, 200), (890, 200), (890, 130), (1100, 130), (1100, 182)),
        "diagram",
        "shared:",
    ),
    Fault(
        "shape upon another",
        PROCESS,
        '<dc:Bounds x="400" y="160"',
        '<dc:Bounds x="300" y="160"',
        "diagram",
        "overlap:",
    ),
    Fault(
        "label on a shape",
        PROCESS,
        '<dc:Bounds x="138" y="225"',
        '<dc:Bounds x="230" y="190"',
        "diagram",
        "label:",
    ),
    Fault(
        "label on a label",
        PROCESS,
        '<dc:Bounds x="768" y="345"',
        '<dc:Bounds x="731" y="258"',
        "diagram",
        "label:",
    ),
    Fault(
        "label on a flow",
        PROCESS,
        '<dc:Bounds x="588" y="122"',
        '<dc:Bounds x="573" y="122"',
        "diagram",
        "label:",
    ),
    Fault(
        "event without a place for its name",
        PROCESS,
        '<bpmndi:BPMNLabel><dc:Bounds x="138" y="225" width="84" height="27" /></bpmndi:BPMNLabel>',
        "",
        "diagram",
        "unlabelled:",
    ),
    Fault(
        "flow without a place for its name",
        PROCESS,
        '<bpmndi:BPMNLabel><dc:Bounds x="588" y="122" width="15" height="14" /></bpmndi:BPMNLabel>',
        "",
        "diagram",
        "unlabelled:",
    ),
    Fault(
        "flow to nowhere",
        PROCESS,
        'targetRef="UserTask_RecordRequest"',
        'targetRef="UserTask_RecordReqest"',
        "diagram",
        "unresolved:",
    ),
    Fault(
        "shape that is not drawn",
        PROCESS,
        'bpmnElement="ServiceTask_CloseRequest"',
        'bpmnElement="ServiceTask_Close"',
        "diagram",
        "not drawn:",
    ),
    Fault(
        "no drawing",
        PROCESS,
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"',
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/ID"',
        "diagram",
        "no diagram:",
    ),
    Fault(
        "drawing of two pages",
        PROCESS,
        '<dc:Bounds x="1082" y="182"',
        '<dc:Bounds x="3082" y="182"',
        "diagram",
        "wide:",
    ),
]
