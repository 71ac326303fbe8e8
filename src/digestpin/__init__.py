"""digestpin: pin node images to the digest built for the pinned kind release."""
