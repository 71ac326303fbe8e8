"""kind."""
