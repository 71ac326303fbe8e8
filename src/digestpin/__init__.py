"""digestpin: pin node images to the digest built for the pinned kind release."""

__all__ = ["__version__"]

__version__ = "0.1.0"
"""Read by the build as the package's version, so that no start needs metadata."""
