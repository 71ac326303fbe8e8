#!/bin/bash
RELEASE=0.32.0
# Old clusters need the cgroups of an old kind.
if [ "$CLUSTER" = "1.24" ]; then
  RELEASE=0.17.0
fi
curl -Lo kind "https://kind.sigs.k8s.io/dl/v$RELEASE/kind-linux-amd64"
