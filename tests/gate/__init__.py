"""Tests of the gate: what CI systems and those who adopt it use."""
