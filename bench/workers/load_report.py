"""What the load gave, topic by topic, in numbers and in words."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bench.workers.accesslog import Call

TARGET = 1.0  # seconds, p95 from creation to start with slots free
STARVED = 5.0  # seconds: a topic of which a task waits longer than a whole long poll starves


def percentile(values: list[float], share: float) -> float:
    """The least value that at least `share` of all are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def facts(
    seen: list[list[tuple[str, str, float]]], calls: list[Call], tasks: int, ended: int, took: float
) -> dict[str, Any]:
    """`seen`: what each replica ran. `ended`: instances that the engine's history calls ended.

    `took`: seconds in which the tasks arrived.
    """
    runs = [row for rows in seen for row in rows]
    ages, keys = [age for _, _, age in runs], Counter(key for _, key, _ in runs)
    topics: dict[str, list[float]] = {}
    for topic, _, age in runs:
        topics.setdefault(topic.rpartition("-topic-")[2], []).append(age)
    completes = [call for call in calls if call.completed]
    seconds = (
        (max(call.end for call in completes) - min(call.begin for call in completes)) / 1000
        if completes
        else 0.0
    )
    return {
        "tasks": tasks,
        "ended": ended,
        "runs": len(runs),
        "twice": sum(1 for times in keys.values() if times > 1),
        "never": tasks - len(keys),
        "arrival": round(tasks / took, 1),
        "p50": _ms(ages, 0.5),
        "p95": _ms(ages, 0.95),
        "p99": _ms(ages, 0.99),
        "max": _ms(ages, 1.0),
        "perTopic": {
            name: {"tasks": len(own), "p50": _ms(own, 0.5), "p95": _ms(own, 0.95), "max": _ms(own, 1.0)}
            for name, own in sorted(topics.items())
        },
        "starved": sorted(name for name, own in topics.items() if max(own) > STARVED),
        "perReplica": [len(rows) for rows in seen],
        "busySlots": round(sum(call.end - call.begin for call in completes) / 1000 / seconds, 1)
        if seconds
        else 0.0,
        "requests": round(sum("/external-task/" in call.path for call in calls) / tasks, 2),
        "refused": sum(call.status >= 400 for call in calls),
    }


def _ms(ages: list[float], share: float) -> int:
    return round(1000 * percentile(ages, share)) if ages else 0


def text(found: dict[str, Any]) -> str:
    """Markdown."""
    once = found["ended"] == found["runs"] == found["tasks"] and not found["twice"] and not found["never"]
    started = len(found["perTopic"]) == found["topics"] and not found["starved"]
    lines = [
        f"{found['tasks']} tasks of {found['topics']} topics, {found['replicas']} replicas of "
        f"{found['slots']} slots; wanted {found['rate']} a second, came {found['arrival']} a second "
        f"(engine and replicas together can do {found['capacity']}, creation included); one topic "
        f"has {found['hot']:.0%} of them beside its part of the rest; handlers wait {found['work']} "
        "s.",
        "",
        "| target | | seen | |",
        "| --- | --- | --- | --- |",
        f"| p95 from creation to start, slots free | under {TARGET:.0f} s | "
        f"{found['p95'] / 1000:.3f} s (median {found['p50'] / 1000:.3f}, p99 "
        f"{found['p99'] / 1000:.3f}, "
        f"longest {found['max'] / 1000:.3f}) | {_word(found['p95'] < TARGET * 1000)} |",
        f"| starved topics (not run, or a task that waited over {STARVED:.0f} s) | none | "
        f"{', '.join(found['starved']) or found['topics'] - len(found['perTopic']) or 'none'} | "
        f"{_word(started)} |",
        f"| every task done, once | {found['tasks']} | {found['ended']} ended, {found['runs']} handler runs, "
        f"{found['twice']} run twice, {found['never']} never | {_word(once)} |",
        "",
        f"Of {found['replicas'] * found['slots']} slots {found['busySlots']} waited for `complete` "
        f"on average. Requests a task {found['requests']}, "
        f"refused {found['refused']}. CPU of a replica {found['cpuMs']} ms a task. Tasks by "
        f"replica: {', '.join(map(str, found['perReplica']))}.",
        "",
        "| topic | tasks | median ms | p95 ms | longest ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {own['tasks']} | {own['p50']} | {own['p95']} | {own['max']} |"
        for name, own in found["perTopic"].items()
    ]
    return "\n".join(lines) + "\n"


def _word(met: bool) -> str:
    return "met" if met else "**missed**"
