"""Running instances on older versions of a process, and the engine's own migration of them.

A case follows the version with which it began. The engine takes it to another where each place in which it
stands has a place there; timers keep their dates, and one that has fired does not fire again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workers.bpmn import Model
from workers.errors import Refused
from workers.rest.session import EngineError, EngineSession

PATIENCE = 120.0  # seconds in which a batch gets nothing done
LOOK = 0.3  # seconds between two looks at it
BODY = "#multiInstanceBody"  # behind an id: the engine's place for all of a step that is done several times


class MigrationError(Refused):
    """Cases that cannot follow, or did not."""


@dataclass(frozen=True)
class Version:
    """One version of a process as the engine has it; `instances`: how many run on it, `failed` of its
    incidents.
    """

    id: str
    process: str
    number: int
    deployment: str
    instances: int
    failed: int


def versions(session: EngineSession) -> dict[str, list[Version]]:
    """Every version of every process, the newest last."""
    found: dict[str, list[Version]] = {}
    for row in session.fetch("/process-definition/statistics", incidents=True):
        about = row["definition"]
        found.setdefault(about["key"], []).append(
            Version(
                row["id"],
                about["key"],
                about["version"],
                about["deploymentId"],
                row["instances"],
                sum(incident["incidentCount"] for incident in row["incidents"]),
            )
        )
    return {process: sorted(those, key=lambda one: one.number) for process, those in sorted(found.items())}


def older(session: EngineSession, processes: Collection[str] | None = None) -> list[tuple[Version, Version]]:
    """The versions of these processes, or of all, on which cases run though there is a newer one, each with
    the newest.
    """
    return [
        (old, those[-1])
        for process, those in versions(session).items()
        if processes is None or process in processes
        for old in those[:-1]
        if old.instances
    ]


def model(session: EngineSession, version: Version, path: Path) -> Model:
    """The version's BPMN as it was deployed; `path`: where it stands in the models."""
    xml = session.fetch(f"/process-definition/{version.id}/xml")["bpmn20Xml"]
    return Model(path, ElementTree.fromstring(xml))


def standing(session: EngineSession, version: Version) -> dict[str, int]:
    """Where the version's cases stand: element -> how often."""
    return {
        row["id"]: row["instances"] for row in session.fetch(f"/process-definition/{version.id}/statistics")
    }


def instances(session: EngineSession, version: Version, **only: Any) -> list[dict[str, Any]]:
    """The instances that run on the version; `only`: the engine's own filters."""
    rows: list[dict[str, Any]] = session.call("/process-instance", {"processDefinitionId": version.id} | only)
    return rows


def passed(session: EngineSession, element: str) -> set[str]:
    """The instances that ever came past an element of this id."""
    rows = session.fetch("/history/activity-instance", activityId=element)
    return {row["processInstanceId"] for row in rows}


def generated(session: EngineSession, old: Version, new: Version) -> dict[str, Any]:
    """The engine's plan: each element goes to the one of the same id, kind and scope."""
    plan: dict[str, Any] = session.call(
        "/migration/generate", {"sourceProcessDefinitionId": old.id, "targetProcessDefinitionId": new.id}
    )
    return plan


def faults(session: EngineSession, plan: dict[str, Any]) -> dict[str, str]:
    """What the engine has against a plan: element -> its own words."""
    reports = session.call("/migration/validate", plan)["instructionReports"]
    return {
        report["instruction"]["sourceActivityIds"][0]: "; ".join(report["failures"]) for report in reports
    }


def migrate(
    session: EngineSession,
    plan: dict[str, Any],
    ids: list[str],
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, str]:
    """Migrate the instances as one batch of the engine's, and wait for it; those that did not, and why.

    `progress` hears how many are done. MigrationError: the engine does not work on it.
    """
    batch = session.call("/migration/executeAsync", {"migrationPlan": plan, "processInstanceIds": ids})
    done, since = -1, time.monotonic()
    while rows := session.fetch("/batch/statistics", batchId=batch["id"]):
        left, failed = rows[0]["remainingJobs"], rows[0]["failedJobs"]
        if done != len(ids) - left + failed:
            done, since = len(ids) - left + failed, time.monotonic()
            progress(done)
        if left == failed:
            break
        if time.monotonic() - since > PATIENCE:
            raise MigrationError(
                f"the engine does not get on with batch {batch['id']}: {done} of {len(ids)} are done, and it "
                "goes on when the engine does; say it again then, for what is left"
            )
        time.sleep(LOOK)
    if not rows or not rows[0]["failedJobs"]:
        return {}
    # what the batch could not do is tried once more alone: only so does the engine say why of each
    session.call(f"/batch/{batch['id']}?cascade=false", method="DELETE")
    remaining = {"processInstanceIds": ids, "processDefinitionId": plan["sourceProcessDefinitionId"]}
    reasons = {
        row["id"]: _alone(session, plan, row["id"]) for row in session.call("/process-instance", remaining)
    }
    return {instance: reason for instance, reason in reasons.items() if reason}


def _alone(session: EngineSession, plan: dict[str, Any], instance: str) -> str:
    """Why the instance cannot be migrated; empty: it could."""
    try:
        session.call("/migration/execute", {"migrationPlan": plan, "processInstanceIds": [instance]})
    except EngineError as error:
        return " ".join(error.message.split())
    return ""


def migrated(session: EngineSession, version: Version) -> list[str]:
    """The instances that run on a version and began before it was deployed: they were migrated to it."""
    deployed = session.fetch(f"/deployment/{version.deployment}")["deploymentTime"]
    rows = session.fetch(
        "/history/process-instance", processDefinitionId=version.id, unfinished=True, startedBefore=deployed
    )
    return [row["id"] for row in rows]
