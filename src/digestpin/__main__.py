"""Runs digestpin: `python -m digestpin`, and the command of the same name."""

from __future__ import annotations

from digestpin.entry import main

if __name__ == "__main__":
    main()
