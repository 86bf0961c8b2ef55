"""Custody hangs on one line of each user task: no model may lack it, or have one of its own."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from workers.catalogue.model import BPMN, CAMUNDA
from workers.rest.deploy import model_files
from workers.settings import settings

TASKS = [
    (file, task)
    for file in model_files(settings().models)
    if file.suffix == ".bpmn"
    for task in ElementTree.parse(file).getroot().iter(BPMN + "userTask")
]
EXISTS = "${execution.processEngineServices.identityService.createUserQuery().userId("


@pytest.mark.parametrize("file, task", TASKS, ids=[f"{file.stem}:{task.get('id')}" for file, task in TASKS])
def test_every_user_task_keeps_its_owner(file, task):
    listeners = [
        [
            listener.get("expression")
            for listener in task.iter(CAMUNDA + "taskListener")
            if listener.get("event") == "update"
        ]
        for _, task in TASKS
    ]
    (mine,) = [
        listener.get("expression")
        for listener in task.iter(CAMUNDA + "taskListener")
        if listener.get("event") == "update"
    ]
    assert "the right to change whose task this is" in mine and [mine] == max(listeners, key=listeners.count)
    assert task.get(CAMUNDA + "candidateGroups"), "who is no user any more could not be replaced"
    assert task.get(CAMUNDA + "assignee", EXISTS).startswith(EXISTS), (
        "what belongs to nobody is offered to nobody"
    )
