"""Gives properties all the time that a busy machine needs."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("digestpin", deadline=None, max_examples=80)
settings.load_profile("digestpin")
