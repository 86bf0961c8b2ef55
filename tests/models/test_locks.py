"""The locks are what pom.xml says: who renews one renews all of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from workers.embedded.artifacts import read_lock
from workers.settings import PROJECT

POM = {
    tag.partition("}")[2]: text
    for tag, text in (
        (part.tag, part.text) for part in ElementTree.parse(PROJECT / "engine/pom.xml").find("{*}properties")
    )
}
HOLDS = {
    "spring-boot.version": "spring-boot",
    "tomcat.version": "tomcat-embed-core",
    "jackson.version": "jackson-databind",
    "postgresql.version": "postgresql",
    "h2.version": "h2",
}


@pytest.mark.parametrize("product", ["camunda", "operaton"])
def test_a_lock_has_the_versions_of_the_pom(product: str):
    locked = {artifact.name: artifact.version for artifact in read_lock(PROJECT / f"engine/{product}.lock")}
    assert {name: locked[part] for name, part in HOLDS.items()} == POM
    assert {locked[name] for name in locked if name.startswith("tomcat-embed-")} == {POM["tomcat.version"]}
    assert {
        locked[name]
        for name in locked
        if re.fullmatch(r"jackson-(core|databind|datatype-.*|module-.*|jakarta-rs-.*)", name)
    } == {POM["jackson.version"]}
    assert {locked[name] for name in locked if name == "spring-boot" or name.startswith("spring-boot-")} == {
        POM["spring-boot.version"]
    }
