# SPDX-License-Identifier: MIT
"""fault.py: what a foreign fault is: a small change of a real library's source that makes it break one rule."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A library with its edits made breaks the requirement, and some case of the suites has to say so."""

    name: str
    sentence: str  # what the faulty server does
    requirement: str  # id in cases/requirements.tsv
    suites: str  # selectors of wringer test, separated by spaces
    like: str  # the bug of a real implementation that it is modelled on: REPOSITORY#ISSUE or CVE, or ""
    edits: tuple  # of (FILE, OLD, NEW) or (FILE, OLD, NEW, COUNT): OLD occurs COUNT times, once by default


def apply(edits, directory):
    """Makes the edits in the copy of a library. A library that is not the one they were written for is an error."""
    for edit in edits:
        name, old, new, count = edit if len(edit) == 4 else (*edit, 1)
        path = directory / name
        text = path.read_text()
        found = text.count(old)
        if found != count:
            raise ValueError(f"{name}: expected {old!r} {count} times, found it {found} times")
        path.write_text(text.replace(old, new))
