"""What neither form-js nor the engine notices in a form."""

import json
from pathlib import Path

from workers.bpmn import BPMN, CAMUNDA, mappings, read
from workers.forms import components

from .checks import report
from .checks.forms import forms


def test_every_form_is_complete(files: list[Path]) -> None:
    report(forms(files))


def test_what_a_condition_hides_is_dropped(files: list[Path]) -> None:
    """Tasklist does not submit what a form hides: without an output of its step, what stood there before
    would go on the record.
    """
    parts = {
        path.stem: [*components(json.loads(path.read_text()))] for path in files if path.suffix == ".form"
    }
    hidden = {
        form: {
            part.get("key") or part.get("path")
            for part in parts[form]
            if part.get("conditional") and not part.get("readonly") and (part.get("key") or part.get("path"))
        }
        for form in parts
    }
    kept = [
        f"{model.process}: {key}"
        for model in read(path for path in files if path.suffix == ".bpmn")
        for task in model.root.iter(BPMN + "userTask")
        for key in hidden.get(task.get(CAMUNDA + "formRef", ""), set())
        - mappings(task, "outputParameter").keys()
    ]
    assert any(hidden.values()) and not kept
