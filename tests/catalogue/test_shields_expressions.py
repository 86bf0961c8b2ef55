"""Which variables an expression reads and sets, in JUEL and in FEEL."""

from __future__ import annotations

import pytest

from tests.models.checks import models, trees
from workers.catalogue.shields.expressions import CALLER, OWN, ROOT, Unreadable, juel
from workers.catalogue.shields.feel import feel

JUEL = {
    "fixed text with words": set(),
    "${null}": set(),
    "${a.b.c(d) == 'e' ? f : \"g\"}": {(OWN, "a"), (OWN, "d"), (OWN, "f")},
    "a ${x} and #{y} and ${'}'}": {(OWN, "x"), (OWN, "y")},
    "${execution.getVariable('x') != null and not empty y}": {(OWN, "x"), (OWN, "y")},
    "${task.execution.getVariable('x')}": {(OWN, "x")},
    "${execution.hasVariable('x')}": {(OWN, "x")},
    "${execution.processInstance.getVariable('x')}": {(ROOT, "x")},
    "${execution.getProcessInstance().getVariable('x')}": {(ROOT, "x")},
    "${execution.processInstance.superExecution == null ? false : "
    "execution.processInstance.superExecution.getVariable('x')}": {(CALLER, "x")},
    "${execution.processInstanceId}": set(),
    "${JSON('[]')}": set(),
    "${list[index].name}": {(OWN, "list"), (OWN, "index")},
    "${task.setName(x)}": {(OWN, "x")},
    "${task.processEngineServices.taskService.claim(task.id, currentUser())}": set(),
    "${execution.getVariable('x').elements().contains(y)}": {(OWN, "x"), (OWN, "y")},
    "${'it\\'s ' + x}": {(OWN, "x")},
}


@pytest.mark.parametrize("text", JUEL)
def test_juel_reads(text: str) -> None:
    effects = juel(text)
    assert {(read.where, read.name) for read in effects.reads} == JUEL[text] and not effects.writes


def test_juel_sets() -> None:
    (write,) = juel("${task.execution.setVariable('a', b == null ? execution.getVariable('c') : 1)}").writes
    assert (write.where, write.name, write.local) == (OWN, "a", False) and {
        read.name for read in write.value
    } == {
        "b",
        "c",
    }
    (write,) = juel("${task.setVariableLocal('a', b)}").writes
    assert write.local and write.base == "task"
    (write,) = juel("${execution.processInstance.setVariable('a', 1)}").writes
    assert write.where == ROOT


@pytest.mark.parametrize(
    "text",
    [
        "${x",
        "${x @ y}",
        "${execution.variables}",
        "${execution.getVariables()}",
        "${execution.getVariable(x)}",
        "${execution.getVariable('x' + y)}",
        "${execution.setVariable(x, 1)}",
        "${execution.parent.getVariable('x')}",
        "${execution.processInstance.superExecution.setVariable('x', 1)}",
        "${runtimeService.getVariable(execution.id, 'x')}",
        "${execution.processInstance.superExecution.processInstance.superExecution.getVariable('x')}",
        "${execution.processEngineServices.historyService.createHistoricVariableInstanceQuery().list()}",
        "${execution.removeVariable('x')}",
    ],
)
def test_juel_that_nobody_could_follow_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        juel(text)


FEEL = {
    '"text with words"': set(),
    "a = b": {"a", "b"},
    "if a then b else c": {"a", "b", "c"},
    'string join(a, ", ")': {"a"},
    "list contains(?, a)": {"a"},
    "date and time(a).year": {"a"},
    "a.b.c": {"a"},
    "some one in many satisfies one > limit": {"many", "limit"},
    "for one in many, two in one.more return two + three": {"many", "three"},
    "(some one in many satisfies one > 1) and one": {"many", "one"},
    "if some one in many satisfies one then one else two": {"many", "one", "two"},
    "[some one in many satisfies one, one]": {"many", "one"},
    "for one in many return if one then two else one": {"many", "two"},
    '[{label: "L", days: [a]}][some day in days satisfies day = b].label': {"a", "b"},
    "{a: b, c: a}.c": {"b"},
    "{decision: decision}": {"decision"},
    "{a: b}.a + a": {"a", "b"},
    "many[item > limit]": {"many", "limit"},
    "[1..10]": set(),
    "a in [b..c]": {"a", "b", "c"},
    "a instance of string": {"a"},
    "a instance of list<string> and b": {"a", "b"},
    "function(a) a + b": {"b"},
    'replace(a, "x", "y")': {"a"},
    "`a b` + c": {"a b", "c"},
    "a // not b\n + c /* nor d */": {"a", "c"},
    '"// no comment" + a': {"a"},
    "substring(string: a, start position: 1)": None,
    "round half up(a, 1)": {"a"},
    "not(a)": {"a"},
    '@"2026-01-01" < a': {"a"},
    "": set(),
    "-": set(),
}


@pytest.mark.parametrize("text", FEEL)
def test_feel_reads(text: str) -> None:
    if FEEL[text] is None:
        with pytest.raises(Unreadable):
            feel(text)
    else:
        assert feel(text) == FEEL[text]


@pytest.mark.parametrize("text", ["a b", "(a", "a)", "then a", "satisfies a", "some in b", "a ; b", "]a..b["])
def test_feel_that_nobody_could_follow_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        feel(text)


def test_every_table_of_the_house_can_be_read() -> None:
    texts = [text.text or "" for _, root in trees(models(), ".dmn") for text in root.iter("{*}text")]
    assert len(texts) > 1000
    for text in texts:
        feel(text)
