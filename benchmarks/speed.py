"""Times `digestpin check` against what users would otherwise run, as ratios in one run.

Usage: python benchmarks/speed.py [LARGE_REPOSITORY]

Needs git and hyperfine. Without a repository one of 20,000 files is made, 40 of them
with a node image. Prints, each with its target:

- `check` of the large tree, less what `check` of a repository with one workflow takes
  to start, over `git grep -lF` for the same needles;
- `check` of a small repository over `python -c "import typer"`;
- the peak memory of `check` on the large tree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from digestpin.gathering import CLUSTER_CONFIGS
from digestpin.ignores import MARK
from digestpin.pins import NEEDLES
from digestpin.references import NODE_IMAGE, find_needles

FILES = 20_000
WORKFLOW = """\
on: push
jobs:
  e2e:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        k8s: [v1.31.4, v1.30.8]
    steps:
      - uses: helm/kind-action@v1.12.0
        with:
          node_image: kindest/node:${{ matrix.k8s }}
"""


def make_repository(folder: Path, files: int) -> Path:
    """Make a repository of so many files, one in 500 with a node image."""
    for number in range(files):
        path = folder / f"pkg{number % 200}" / f"file{number}.go"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = f'const image{number} = "kindest/node:v1.31.4"\n'
        body = "".join(f"// line {line} of {number}\n" for line in range(120))
        path.write_text(f"package p\n{image if number % 500 == 0 else ''}{body}")
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "e2e.yaml").write_text(WORKFLOW)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    return folder


def medians(commands: dict[str, str], folder: Path, runs: int) -> dict[str, float]:
    """Return the median wall time of each command, in seconds."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        subprocess.run(
            [
                *("hyperfine", "--ignore-failure", "--warmup", "2", "--style", "none"),
                *("--runs", str(runs), "--export-json", result.name),
                *commands.values(),
            ],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        found = json.loads(Path(result.name).read_text(encoding="utf-8"))["results"]
    return {name: entry["median"] for name, entry in zip(commands, found, strict=True)}


def peak_memory(folder: Path) -> float:
    """Return the peak memory of `check`, in MiB, its children included."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'digestpin', 'check'],"
        " stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, check=True
    )
    return int(done.stdout) / 1024


def show(name: str, value: float, target: float, unit: str = "times") -> None:
    """Print one figure with its target."""
    verdict = "met" if value <= target else "MISSED"
    print(f"{name:52} {value:7.2f} {unit:5} (target {target:g}: {verdict})")


def main() -> None:
    """Time the large and the small repository."""
    # Programs that are installed run from compiled files.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python = sys.executable
    check = f"{python} -m digestpin check"
    sought = (*find_needles([NODE_IMAGE]), *CLUSTER_CONFIGS, *NEEDLES, MARK)
    needles = " ".join(f"-e '{needle}'" for needle in sought)
    with tempfile.TemporaryDirectory() as scratch:
        given = len(sys.argv) > 1
        large = Path(sys.argv[1]) if given else Path(scratch, "large")
        if not given:
            make_repository(large, FILES)
        small = make_repository(Path(scratch, "small"), 20)
        nothing = make_repository(Path(scratch, "nothing"), 0)
        times = medians(
            {
                "check": check,
                "grep": f"git grep -lF {needles}",
                "start": f"{check} {nothing}",
            },
            large,
            10,
        )
        print({name: round(seconds * 1000) for name, seconds in times.items()}, "ms")
        over = (times["check"] - times["start"]) / times["grep"]
        show("large tree: (check - start-up) / git grep -lF", over, 1.5)
        times = medians(
            {"check": check, "typer": f"{python} -c 'import typer'"}, small, 20
        )
        show(
            "small repository: check / import typer",
            times["check"] / times["typer"],
            2.5,
        )
        show("large tree: peak memory of check", peak_memory(large), 100, "MiB")


if __name__ == "__main__":
    main()
