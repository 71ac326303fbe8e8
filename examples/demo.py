"""Shows what digestpin does with the repository in `operator`, on a copy of it.

No network is used: every digest comes from the data that digestpin ships.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parent / "operator"
STEPS = {
    "What is wrong": "check",
    "What would be written": "fix --offline --diff",
    "Write it": "fix --offline --quiet",
    "What is left needs a decision: another node image, or a newer kind": (
        "fix --offline --unsafe"
    ),
    "What there is now": "list",
}


def main() -> int:
    """Run each step and return the exit code of the last, 0 if all is well."""
    code = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "operator"
        shutil.copytree(EXAMPLE, copy)
        subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
        for title, arguments in STEPS.items():
            print(f"\n# {title}\n$ digestpin {arguments}", flush=True)
            command = [sys.executable, "-m", "digestpin", *arguments.split()]
            code = subprocess.run(command, cwd=copy, check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
