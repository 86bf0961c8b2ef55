"""Write engine/camunda.lock and engine/operaton.lock from engine/pom.xml, by Maven.

    python engine/lock.py            # after a change of pom.xml
    python engine/lock.py renew      # first set the properties of pom.xml to the newest patch of their lines

A line of a lock is `group:artifact:version[:classifier] sha256`.
How and when: docs/renewing-the-engine.md.
Maven resolves each profile's run-time class path into its local repository. The lock keeps Maven's order, and
the launcher keeps the lock's. A profile's property `bare` names one more jar, taken without its POM.
"""

import hashlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ENGINE = Path(__file__).resolve().parent
POM = ENGINE / "pom.xml"
PREVIEWS = r".*[-.](M|RC|CR|alpha|beta|snapshot|jre).*"
NS = {"m": "http://maven.apache.org/POM/4.0.0"}


def mvn(*arguments: str) -> None:
    if subprocess.run(["mvn", "--quiet", "--batch-mode", *arguments]).returncode:
        sys.exit("error: Maven failed, its reason stands above: the lock files are as they were")


def class_path(product: str, work: Path) -> list[tuple[str, Path]]:
    """Coordinates and jar of each run-time artifact of the profile, in class path order."""
    listing, jars = work / "list.txt", work / "jars.txt"
    mvn(
        f"--file={POM}",
        f"--activate-profiles={product}",
        "dependency:build-classpath",
        f"-Dmdep.outputFile={jars}",
        "-Dmdep.includeScope=runtime",
        "dependency:list",
        f"-DoutputFile={listing}",
        "-DincludeScope=runtime",
    )
    coordinates: dict[str, str] = {}  # by file name: the class path has only paths
    for line in listing.read_text().splitlines():
        parts = line.strip().split(" ")[0].split(":")
        if len(parts) >= 5:  # group:artifact:jar[:classifier]:version:scope
            group, artifact, _, *classifier, version, _ = parts
            jar = "-".join([artifact, version, *classifier]) + ".jar"
            coordinates[jar] = ":".join([group, artifact, version, *classifier])
    return [(coordinates[Path(jar).name], Path(jar)) for jar in jars.read_text().strip().split(":")]


def bare(product: str, work: Path) -> list[tuple[str, Path]]:
    """Coordinates and jar of what the profile's property `bare` names, if it has one."""
    profile = ET.parse(POM).find(f".//m:profile[m:id='{product}']", NS)
    if not (name := profile.findtext("m:properties/m:bare", namespaces=NS)):
        return []
    mvn("dependency:get", f"-Dartifact={name}", "-Dtransitive=false", f"-Ddest={work}")
    return [(name, next(work.glob("*.jar")))]


def renew() -> None:
    """The newest patch of each line into pom.xml's own properties; not of the engines', whose lines are
    chosen by hand.
    """
    names = ",".join(name.tag.partition("}")[2] for name in ET.parse(POM).find("m:properties", NS))
    before = POM.read_text()
    mvn(
        f"--file={POM}",
        "--activate-profiles=camunda",
        "versions:update-properties",
        f"-DincludeProperties={names}",
        "-DallowMajorUpdates=false",
        "-DallowMinorUpdates=false",
        "-DgenerateBackupPoms=false",
        f"-Dmaven.version.ignore={PREVIEWS}",
    )
    print("pom.xml: " + ("renewed" if POM.read_text() != before else "holds the newest patches"))


def main() -> None:
    if sys.argv[1:] == ["renew"]:
        renew()
    elif sys.argv[1:]:
        sys.exit("error: wrong use: python engine/lock.py [renew]")
    for product in ("camunda", "operaton"):
        with tempfile.TemporaryDirectory() as folder:
            found = class_path(product, Path(folder)) + bare(product, Path(folder))
            rows = [f"{name} {hashlib.sha256(jar.read_bytes()).hexdigest()}" for name, jar in found]
        (ENGINE / f"{product}.lock").write_text("\n".join(rows) + "\n")
        print(f"{product}.lock: {len(rows)} artifacts")


if __name__ == "__main__":
    main()
