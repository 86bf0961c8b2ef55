"""The JavaScript client, installed exactly as its lock says, once."""

import subprocess

from bench.workers.ground import HERE, NODE


def install() -> None:
    """CalledProcessError: npm says why."""
    folder = HERE / "js"
    done, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        npm = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        subprocess.run([NODE, npm, "ci", "--no-progress"], cwd=folder, check=True)
        done.touch()
