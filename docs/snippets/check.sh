#!/usr/bin/env bash
# Fail when a node image is unpinned, wrong, or unfit for the pinned kind.
set -euo pipefail

code=0
digestpin check --output-format text --output-format sarif:digestpin.sarif || code=$?
case "${code}" in
  0) echo "node images: nothing to do" ;;
  1) echo "node images: see above, or run digestpin fix" >&2 ;;
  *) echo "node images: digestpin could not do its work" >&2 ;;
esac
exit "${code}"
