"""What neither form-js nor the engine notices in a form."""

import json
from itertools import pairwise
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


def test_who_ticks_that_nothing_follows_is_told_so(files: list[Path]) -> None:
    """NFA is one tick among others, and ends the case: the words stand under it, where there is a choice."""
    asked = 0
    for path in (path for path in files if path.suffix == ".form"):
        parts = [*components(json.loads(path.read_text()))]
        for part, below in pairwise(parts):
            options = part.get("values", [])
            ends = [one["value"] for one in options if one["label"].endswith("(NFA)")]
            if ends and (len(options) > 1 or not part.get("validate", {}).get("required")):
                asked += 1
                assert below.get("text", "").startswith("⚠ No further action (NFA)"), path.stem
                assert all(f'"{end}"' in below["conditional"]["hide"] for end in ends), path.stem
    assert asked
