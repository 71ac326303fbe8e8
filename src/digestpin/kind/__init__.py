"""Holds what is known of kind: releases, node images, constraints, CI actions."""
