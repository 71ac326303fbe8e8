#!/bin/bash
set -eu
curl -sSLo kind "https://kind.sigs.k8s.io/dl/${KIND_VERSION}/kind-linux-amd64"
./kind create cluster --image "kindest/node:${NODE_VERSION}"
