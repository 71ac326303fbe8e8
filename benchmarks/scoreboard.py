"""Scores `digestpin list` against a truth file that was written by reading.

Usage: python benchmarks/scoreboard.py REPOSITORIES [TRUTH]

REPOSITORIES is a folder with checked-out repositories, each called OWNER__NAME, at the
commits that TRUTH names (default: `truth.jsonl` beside this file). Each line of TRUTH
is one repository: `references` (path, line, column, text, shape, image, tag, digest,
value_at), `pins` (path, line, version). An entry with `optional` is neither required
nor wrong; of the entries of one `group` at least one is required.

Prints precision and recall for references (by place), for traced values (by place,
value and where it is written) and for kind pins (by line and version), over all
repositories and, to keep one large repository from deciding, as a mean over them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
Key = tuple[Any, ...]


@dataclass
class Score:
    """Counts of one repository and one sort of fact."""

    right: int = 0
    wrong: list[Key] = field(default_factory=list)
    missed: list[Key] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is true; 1 when nothing was found."""
        found = self.right + len(self.wrong)
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 when there was nothing."""
        true = self.right + len(self.missed)
        return self.right / true if true else 1.0


def place(entry: Entry) -> Key:
    """Return where a reference stands and what it is written as."""
    return (entry["path"], entry["line"], entry["column"], entry["text"])


def value(entry: Entry) -> Key:
    """Return a reference's place with its value and where that is written."""
    at = entry["value_at"] or {}
    where = (at.get("path"), at.get("line"), at.get("column"))
    return (*place(entry), entry["tag"], entry["digest"], *where)


def pin(entry: Entry) -> Key:
    """Return where a kind pin stands and its version."""
    version = entry["version"]
    return (entry["path"], entry["line"], "v" + version.lstrip("v"))


def compare(found: set[Key], truth: list[tuple[Key, Entry]]) -> Score:
    """Score the facts that were found."""
    known = {key for key, _ in truth}
    required = {key for key, entry in truth if not entry.get("optional")}
    groups: dict[str, set[Key]] = {}
    for key, entry in truth:
        if entry.get("group"):
            groups.setdefault(entry["group"], set()).add(key)
    score = Score(right=len(found & required), wrong=sorted(found - known, key=repr))
    score.missed = sorted(required - found, key=repr)
    for keys in groups.values():
        if keys & found:
            score.right += 1
        else:
            score.missed.append(min(keys, key=repr))
    return score


def run(folder: Path) -> tuple[Entry, float]:
    """Return what `digestpin list` says of a repository, and how long it took."""
    command = [sys.executable, "-m", "digestpin", "list", "--output-format", "json"]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 3):
        sys.exit(f"{folder.name}: exit {done.returncode}\n{done.stderr.decode()}")
    inventory: Entry = json.loads(done.stdout)
    return inventory, seconds


def score_repository(truth: Entry, folder: Path) -> tuple[dict[str, Score], float]:
    """Return the three scores of one repository."""
    inventory, seconds = run(folder)
    found = inventory["references"]
    scores = {
        "references": compare(
            {place(entry) for entry in found},
            [(place(entry), entry) for entry in truth["references"]],
        ),
        "traced values": compare(
            {value(entry) for entry in found if entry["shape"] == "traced"},
            [
                (value(entry), entry)
                for entry in truth["references"]
                if entry["shape"] == "traced"
            ],
        ),
        "kind pins": compare(
            {pin(entry) for entry in inventory["kind_pins"]},
            [(pin(entry), entry) for entry in truth["pins"]],
        ),
    }
    return scores, seconds


def main() -> None:
    """Score every repository of the truth file that is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("repositories", type=Path)
    parser.add_argument(
        "truth", type=Path, nargs="?", default=Path(__file__).with_name("truth.jsonl")
    )
    parser.add_argument("--only", help="score repositories whose name contains this")
    parser.add_argument("--verbose", "-v", action="store_true")
    options = parser.parse_args()
    total: dict[str, Score] = {}
    means: dict[str, list[tuple[float, float]]] = {}
    for line in options.truth.read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        folder = options.repositories / truth["repo"].replace("/", "__")
        if (options.only and options.only not in truth["repo"]) or not folder.is_dir():
            continue
        scores, seconds = score_repository(truth, folder)
        report(truth["repo"], scores, seconds, verbose=options.verbose)
        for sort, score in scores.items():
            whole = total.setdefault(sort, Score())
            whole.right += score.right
            whole.wrong += score.wrong
            whole.missed += score.missed
            means.setdefault(sort, []).append((score.precision, score.recall))
    for sort, score in total.items():
        pairs = means[sort]
        precision = sum(pair[0] for pair in pairs) / len(pairs)
        recall = sum(pair[1] for pair in pairs) / len(pairs)
        print(
            f"{sort:14} precision {score.precision:.4f} recall {score.recall:.4f} "
            f"({score.right} right, {len(score.wrong)} wrong, "
            f"{len(score.missed)} missed); mean over repositories "
            f"{precision:.4f} and {recall:.4f}"
        )


def report(
    name: str, scores: dict[str, Score], seconds: float, *, verbose: bool
) -> None:
    """Print one repository's line, and what was wrong or missed."""
    parts = [
        f"{sort} {score.right}/{score.right + len(score.missed)}"
        + (f" +{len(score.wrong)} wrong" if score.wrong else "")
        for sort, score in scores.items()
    ]
    print(f"{name:45} {'; '.join(parts)}  {seconds:.2f} s")
    for sort, score in scores.items() if verbose else ():
        for key in score.wrong:
            print(f"    wrong  {sort}: {key}")
        for key in score.missed:
            print(f"    missed {sort}: {key}")


if __name__ == "__main__":
    main()
