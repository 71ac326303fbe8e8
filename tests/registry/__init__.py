"""Tests against real registries, and against servers that misbehave."""
