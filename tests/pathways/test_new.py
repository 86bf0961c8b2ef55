"""`homeward new`: what it writes passes every check as it is, and plays."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.case import Case
from tests.models.checks import diagram, forms, house, node
from tests.pathways.conftest import deploy_beside, project
from workers import play, scaffold
from workers.bpmn import read
from workers.rest.session import EngineSession
from workers.scaffold import ScaffoldError, Where, Workstep
from workers.timescales.evaluation import evaluate

STEP = Workstep("placement-visit", "Placement visit", "social-worker", "Record of the visit")


DUTIES = ("visit-duties", "Duties of visits", "after-the-visit", "Tell the carer", "family-finder")
BOXES = {
    "Task_PlanVisitDuties",
    "Flow_ToVisitDuties",
    "Activity_VisitDuties",
    "Flow_VisitDutiesDone",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path)


def test_a_new_pathway_with_its_workstep_passes_every_check_and_plays(
    case: Case, engine: EngineSession, folder: Path
):
    step = Workstep(
        f"visit-{uuid.uuid4().hex[:6]}", "Placement visit", "social-worker", "Record of the visit"
    )
    name = f"{step.name}-pathway"
    files = scaffold.new_pathway(folder, name, "Placement visits", step)
    assert {str(file.relative_to(folder)) for file in files} == {
        f"bpmn/{name}/{name}.bpmn",
        f"bpmn/{name}/{step.name}.bpmn",
        f"dmn/routing/{step.name}.dmn",
        f"forms/{name}/{step.name}.form",
        f"play/{name}.toml",
        f"tests/decisions/{step.name}.toml",
        f"tests/scenarios/{name}.feature",
        f"tests/scenarios/{step.name}.feature",
    }
    deploy_beside(engine, folder)
    play.begin(engine, case.record, case.child, name)
    steps = list(play.play(engine, case.record, case.child, case.url, play.parts(folder, name)))
    assert steps == [("social-worker", "Write the record of the visit – Robin Example")]
    assert case.record.latest_answers(case.child, form=step.name)


def test_a_new_table_of_duties_passes_every_check_and_is_answered(engine: EngineSession, folder: Path):
    name = f"visit-{uuid.uuid4().hex[:6]}-duties"
    title = 'Read the "plan" & <more>'
    files = scaffold.new_duties(folder, name, "Duties of visits", "before-the-visit", title, "social-worker")
    assert [*house.decisions(files), *diagram.diagrams(files), *node.lint(files)] == []
    deploy_beside(engine, folder)
    [row] = evaluate(engine, name, {"event": "before-the-visit", "authority": "york"})
    assert (row["title"], row["role"], row["kind"]) == (title, "social-worker", "task")
    with pytest.raises(ScaffoldError, match="role nobody is not known"):
        scaffold.new_duties(folder, "others", "Others", "before-the-visit", title, "nobody")


def test_new_duties_stand_in_the_pathway_and_are_done(case: Case, engine: EngineSession, folder: Path):
    step = Workstep(
        f"visit-{uuid.uuid4().hex[:6]}", "Placement visit", "social-worker", "Record of the visit"
    )
    name = f"{step.name}-pathway"
    scaffold.new_pathway(folder, name, "Placement visits", step)
    where = Where(name, f"Activity_{scaffold.pascal(step.name)}")
    about = (f"{step.name}-duties", "Duties of visits", "after-the-visit", "Tell the carer", "family-finder")
    files = scaffold.new_duties(folder, *about, where)
    assert [str(file.relative_to(folder)) for file in files] == [
        f"dmn/duties/{step.name}-duties.dmn",
        f"bpmn/{name}/{name}.bpmn",
    ]
    assert [*house.processes(files), *diagram.diagrams(files), *node.lint(files), *node.modeler(files)] == []
    with (folder / f"play/{name}.toml").open("a") as script:
        script.write('[duty]\nwho = "family-finder"\nanswers = { doneOn = "today" }\n')
    deploy_beside(engine, folder)
    play.begin(engine, case.record, case.child, name)
    steps = list(play.play(engine, case.record, case.child, case.url, play.parts(folder, name)))
    assert steps == [
        ("social-worker", "Write the record of the visit – Robin Example"),
        ("family-finder", "Tell the carer – Robin Example"),
    ]
    assert case.event("duty-closed")["details"]["outcome"] == "done"


def test_boxes_of_duties_find_room_in_any_diagram(folder: Path):
    files = []
    for process, behind in (
        ("permanence", "Activity_PanelAndMatchingDecision"),
        ("permanency-planning-process", "CallActivity_AuthoriseReport"),
        ("family-finding-meeting-review", "Task_OpenWorkstep"),
    ):
        [file] = folder.glob(f"bpmn/*/{process}.bpmn")
        before = {*read([file])[0].elements}
        scaffold.new_duties(folder, f"visit-{len(files)}", *DUTIES[1:], Where(process, behind))
        new = {id_ for id_ in {*read([file])[0].elements} - before if not id_.endswith("_di")}
        assert new == {box.replace("VisitDuties", f"Visit{len(files)}") for box in BOXES}
        files.append(file)
    found = [finding for finding in diagram.diagrams(files) if not finding.what.startswith("wide")]
    assert [*found, *house.processes(files), *node.lint(files)] == []


@pytest.mark.parametrize(
    "process, behind, says",
    [
        ("nowhere", "Task_OpenWorkstep", "process nowhere does not exist"),
        ("cla-review", "Task_Gone", "0 flows leave Task_Gone"),
        ("permanence", "Gateway_AlreadyOpen", "2 flows leave Gateway_AlreadyOpen"),
        ("permanence", "Event_ChildNotRegistered", "does not leave Event_ChildNotRegistered to the right"),
    ],
)
def test_boxes_that_have_no_place_are_not_written(folder: Path, process: str, behind: str, says: str):
    before = {file: file.read_bytes() for file in folder.rglob("*.*")}
    with pytest.raises(ScaffoldError, match=says):
        scaffold.new_duties(folder, *DUTIES, Where(process, behind))
    assert {file: file.read_bytes() for file in folder.rglob("*.*")} == before


@pytest.mark.parametrize(
    "form, task",
    [
        ("Record of the visit", "Write the record of the visit"),
        ("LAC record", "Write the LAC record"),
        ("Record of the independent visitor", "Fill in the form"),
    ],
)
def test_the_name_of_the_task_fits_into_its_box(folder: Path, form: str, task: str):
    step = Workstep("placement-visit", "Visit", "iro", form)
    diagram = scaffold.new_workstep(folder, step, "permanence")[0].read_text()
    assert f'id="UserTask_FillIn" name="{task}"' in diagram


def test_new_worksteps_of_a_pathway_pass_the_checks_of_the_models(folder: Path):
    """All of them at once: Node and Chromium start once."""
    files = [
        file
        for role in ("social-worker", "family-finder", "qaag", "iro")
        for file in scaffold.new_workstep(
            folder,
            Workstep(f"visit-of-{role}", 'Child\'s "visit" & <more>', role, "LAC record (\\d)"),
            "permanence",
        )
    ]
    assert files[0] == folder / "bpmn/permanence/visit-of-social-worker.bpmn"
    findings = [
        *house.processes(files),
        *house.decisions(files),
        *diagram.diagrams(files),
        *forms.forms(files),
        *node.lint(files),
        *node.modeler(files),
    ]
    assert not findings


@pytest.mark.parametrize(
    "step, pathway, says",
    [
        (STEP, "nowhere", "pathway nowhere does not exist"),
        (Workstep("Visit", "Visit", "iro", "Record"), "permanence", "Visit is no name"),
        (Workstep("visit", "Visit", "nobody", "Record"), "permanence", "role nobody is not known"),
        (Workstep("permanence", "Visit", "iro", "Record"), "permanence", "is there already"),
        (Workstep("visit", "Visit", "iro", " "), "permanence", "a title is one line"),
        (Workstep("visit", "Vi\nsit", "iro", "Record"), "permanence", "a title is one line"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is_written(
    folder: Path, step: Workstep, pathway: str, says: str
):
    before = sorted(folder.rglob("*"))
    with pytest.raises(ScaffoldError, match=says):
        scaffold.new_workstep(folder, step, pathway)
    assert sorted(folder.rglob("*")) == before
