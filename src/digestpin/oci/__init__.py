"""The OCI vocabulary: references, digests, descriptors. Pure values, no I/O."""

from digestpin.oci.descriptor import Descriptor, Platform
from digestpin.oci.digest import Digest
from digestpin.oci.reference import ImageReference

__all__ = ["Descriptor", "Digest", "ImageReference", "Platform"]
