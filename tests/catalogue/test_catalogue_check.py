"""The models fit the topics' contracts; each check finds the fault that it is there for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from workers.catalogue import every_workstep
from workers.catalogue.check import findings, variables
from workers.runtime.contract import Topic, Variables
from workers.settings import PROJECT
from workers.topics import catalogue

SAMPLE = Path(__file__).parent / "sample"


class Weigh(Variables):
    unit: Literal["kg", "lb"]
    who: str | None = None


class Weight(Variables):
    grams: int | None


class Tell(Variables):
    text: str


class Close(Variables):
    help_for: str


TOPICS = {
    topic.name: topic
    for topic in (
        Topic("weigh", print, input=Weigh, output=Weight, errors=frozenset({"NO_SCALE"})),
        Topic("tell", print, input=Tell),
        Topic("close", print, input=Close),
    )
}
STEP, HELP = "sample-step.bpmn", "sample-help.bpmn"


class Fault(NamedTuple):
    """Replace `good` in a copy of the sample by `bad`: the element is found, and `says` is said of it."""

    name: str
    file: str
    good: str
    bad: str
    element: str
    says: str


FAULTS = [
    Fault(
        "misspelt topic", STEP, 'topic="weigh"', 'topic="wiegh"', "Task_Weigh", "topic wiegh does not exist"
    ),
    Fault(
        "misspelt topic of an event",
        STEP,
        'topic="tell"',
        'topic="tel"',
        "Event_Told",
        "topic tel does not exist",
    ),
    Fault(
        "input that the topic does not know",
        STEP,
        'inputParameter name="who"',
        'inputParameter name="whom"',
        "Task_Weigh",
        "input whom is unknown",
    ),
    Fault(
        "required input not mapped",
        STEP,
        '<camunda:inputParameter name="text">${askedNotes}</camunda:inputParameter>',
        "",
        "Event_Told",
        "input text of topic tell is required",
    ),
    Fault("required input mapped to nothing", STEP, "${askedNotes}", "", "Event_Told", "mapped to nothing"),
    Fault(
        "required input that is only a variable of the process",
        HELP,
        '<camunda:inputParameter name="helpFor">${helpFor}</camunda:inputParameter>',
        "",
        "Task_Close",
        "input helpFor of topic close is required",
    ),
    Fault("fixed value that does not fit", STEP, ">kg<", ">stone<", "Task_Weigh", "may not be 'stone'"),
    Fault(
        "output that the topic does not return",
        STEP,
        "getVariable('grams')",
        "getVariable('gramms')",
        "Task_Weigh",
        "output weight takes gramms",
    ),
    Fault(
        "output read as a bare name",
        STEP,
        "grams.intValue()",
        "gramms.intValue()",
        "Task_Weigh",
        "output weight takes gramms",
    ),
    Fault(
        "output that only names itself",
        STEP,
        'name="told">${weight}',
        "name=\"answers\">${execution.getVariable('answers')}",
        "Event_Told",
        "takes answers",
    ),
    Fault(
        "declared error not caught",
        STEP,
        ' errorRef="Error_NoScale"',
        ' errorRef="Error_Else"',
        "Task_Weigh",
        "NO_SCALE, and nothing",
    ),
    Fault(
        "caught error not declared",
        STEP,
        'errorCode="NO_SCALE"',
        'errorCode="NO_SCALES"',
        "Event_NoScale",
        "NO_SCALES, which no topic inside declares",
    ),
    Fault(
        "error caught where none is thrown",
        STEP,
        'attachedToRef="Task_Weigh"',
        'attachedToRef="UserTask_Ask"',
        "Event_NoScale",
        "which no topic inside declares",
    ),
    Fault(
        "person right before a join",
        STEP,
        ' camunda:asyncAfter="true"',
        "",
        "Gateway_Join",
        "transaction of UserTask_Ask",
    ),
    Fault(
        "called process that ends with a person",
        HELP,
        'targetRef="Task_Close"',
        'targetRef="EndEvent_Helped"',
        "Gateway_Join",
        "transaction of Activity_Help",
    ),
    Fault(
        "two branches write one variable",
        STEP,
        'outputParameter name="told"',
        'outputParameter name="askedNotes"',
        "Gateway_Fork",
        "two branches write askedNotes",
    ),
    Fault(
        "called process writes what another branch writes",
        STEP,
        'inputParameter name="told">${null}',
        'inputParameter name="who">${null}',
        "Gateway_Fork",
        "two branches write told",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found(fault: Fault, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / fault.file).read_text()
    assert text.count(fault.good) >= 1, "the fault does not apply: the sample has changed"
    (tmp_path / fault.file).write_text(text.replace(fault.good, fault.bad))
    found = findings(sorted(tmp_path.iterdir()), TOPICS)
    assert [
        finding for finding in found if finding.element == fault.element and fault.says in finding.what
    ], found


def test_sound_sample_has_no_finding() -> None:
    assert findings(sorted(SAMPLE.iterdir()), TOPICS) == []


@pytest.mark.parametrize(
    "mend",
    [
        (
            '<bpmn:parallelGateway id="Gateway_Join" />',
            '<bpmn:parallelGateway id="Gateway_Join" camunda:asyncBefore="true" />',
        ),
        ('<bpmn:userTask id="UserTask_Ask"', '<bpmn:userTask id="UserTask_Ask" camunda:asyncAfter="true"'),
    ],
)
def test_join_is_sound_with_either_async(mend: tuple[str, str], tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / STEP).read_text().replace(' camunda:asyncAfter="true"', "")
    (tmp_path / STEP).write_text(text.replace(*mend))
    assert findings(sorted(tmp_path.iterdir()), TOPICS) == []


CATCH = '<bpmn:errorEventDefinition id="Definition_1" errorRef="Error_NoScale" />'
INNER = (
    f'<bpmn:subProcess triggeredByEvent="true"><bpmn:startEvent>{CATCH}</bpmn:startEvent></bpmn:subProcess>'
)
OUTER = '<bpmn:subProcess id="SubProcess_Outer">{}</bpmn:subProcess>'


@pytest.mark.parametrize(
    "around, attached, catch",
    [
        ("{}", "Task_Weigh", '<bpmn:errorEventDefinition id="Definition_1" />'),
        (OUTER, "SubProcess_Outer", CATCH),
        (OUTER + INNER, "", ""),
    ],
    ids=["without a code", "on the scope around it", "in an event sub-process"],
)
def test_error_may_be_caught_otherwise(around: str, attached: str, catch: str, tmp_path: Path) -> None:
    head, rest = (SAMPLE / STEP).read_text().split('<bpmn:startEvent id="StartEvent_Come" />')
    task = rest[rest.index("<bpmn:serviceTask") : rest.index("<bpmn:boundaryEvent")]
    boundary = (
        f'<bpmn:boundaryEvent id="B" attachedToRef="{attached}">{catch}</bpmn:boundaryEvent>' if catch else ""
    )
    tail = rest[rest.index("</bpmn:process>") :]
    (tmp_path / STEP).write_text(head + around.format(task) + boundary + tail)
    assert findings([tmp_path / STEP], TOPICS) == []


@pytest.mark.parametrize(
    "expression, reads",
    [
        ("fixed text with words", []),
        ("${null}", []),
        ("${a.b.c(d) == 'e' ? f : \"g\"}", ["a", "d", "f"]),
        ("${execution.getVariable('x') != null and not empty y}", ["x", "y"]),
        ("${JSON('[]')}", []),
    ],
)
def test_variables_of_an_expression(expression: str, reads: list[str]) -> None:
    assert list(variables(expression)) == reads


def test_every_model_fits_the_contracts() -> None:
    files = [*sorted(PROJECT.glob("bpmn/**/*.bpmn")), *PROJECT.glob("forms/**/*.form")]
    assert findings(files, catalogue()) == []


def test_modelling_page_names_the_same_variables_of_every_workstep() -> None:
    section = (
        (PROJECT / "docs/modelling.md").read_text().split("## Variables of every workstep")[1].split("##")[0]
    )
    assert set(re.findall(r"`(\w+)`", section)) == set(every_workstep())
