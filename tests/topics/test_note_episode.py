"""`note-episode`: what a form says of the child's situation, on the record."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial


def kept(trial: Trial) -> list[tuple[str, str | None, str, str | None]]:
    with trial.record.reading() as view:
        return [
            (one.kind, one.value, one.began.isoformat(), one.ended.isoformat() if one.ended else None)
            for one in view.episodes(CHILD)
        ]


def test_an_episode_begins_is_ended_and_is_corrected(trial: Trial, workstep: str):
    trial.engine.submit(workstep, "UserTask_ReferChild", "social-worker", healthNeeds="Invented")
    trial.run("record-submission", workstep, form="family-finding-request")
    trial.run("note-episode", workstep, kind="placement", value="U6", **{"from": "2025-01-05"})
    trial.run("note-episode", workstep, kind="placement", value="U4", **{"from": "2025-03-01"})
    trial.run("note-episode", workstep, kind="placement", value="U1", correction="2025-03-01")
    trial.run("note-episode", workstep, kind="placement", to="2025-06-01")
    assert kept(trial) == [
        ("placement", "U6", "2025-01-05", "2025-03-01"),
        ("placement", "U1", "2025-03-01", "2025-06-01"),
    ]
    with trial.record.reading() as view:
        one = view.episode_versions(CHILD)[0]
    assert (one.process, one.workstep_id, one.by) == ("family-finding-request", workstep, "social-worker")
    assert [entry["by"] for entry in trial.noted("episode-noted")] == ["social-worker"] * 4


def test_what_somebody_has_ended_already_stays_and_the_record_says_so(trial: Trial, workstep: str):
    for value in ("relevant", "eligible"):
        trial.run("note-episode", workstep, kind="leaving-care-status", value=value, **{"from": "2025-01-05"})
    trial.run("note-episode", workstep, kind="leaving-care-status", value="eligible", to="2025-03-01")
    for day in ("2025-03-01", "2025-06-01"):
        trial.run("note-episode", workstep, kind="leaving-care-status", value="eligible", to=day)
    assert {value: to for _, value, _, to in kept(trial)} == {"relevant": None, "eligible": "2025-03-01"}
    [left] = trial.noted("episode-left")
    assert (left["details"]["value"], left["details"]["to"]) == ("eligible", "2025-03-01")
    assert "is open that could be ended" in trial.fail("note-episode", workstep, kind="team", to="2025-06-01")


def test_what_cannot_be_is_an_incident_that_quotes_no_value(trial: Trial, workstep: str):
    said = trial.fail("note-episode", workstep, kind="placement", value="U9", **{"from": "2025-01-05"})
    assert "placement has no such code: use U1, U2" in said and "U9" not in said
    said = trial.fail("note-episode", workstep, kind="placement", value="U4", **{"from": "5.1.2025"})
    assert "correct the variable mapped to `from` (YYYY-MM-DD)" in said and "5.1." not in said
    trial.run("note-episode", workstep, kind="missing", **{"from": "2025-01-05"})
    said = trial.fail("note-episode", workstep, kind="missing", **{"from": "2025-02-05"})
    assert "it would overlap another missing" in said and "2025" not in said
    assert len(kept(trial)) == 1
