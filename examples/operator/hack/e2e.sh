#!/usr/bin/env bash
# Run the end-to-end tests on a cluster of their own, as on a developer's machine.
set -euo pipefail

K8S_VERSION="${K8S_VERSION:-v1.31.4}"
CLUSTER="${CLUSTER:-widget-local}"

kind create cluster \
  --name "${CLUSTER}" \
  --image "kindest/node:${K8S_VERSION}" \
  --config test/e2e/kind-config.yaml
trap 'kind delete cluster --name "${CLUSTER}"' EXIT

make test-e2e
