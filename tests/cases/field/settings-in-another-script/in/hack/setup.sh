#!/usr/bin/env bash
set -eu
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=settings.sh
source "${ROOT}/settings.sh"
K8S_VERSION=${K8S_VERSION:-$KIND_NODE_DEFAULT_VERSION}
kind create cluster --name e2e --image "kindest/node:${K8S_VERSION}"
