#!/usr/bin/env bash
for v in v1.31.4 v1.30.8; do
  kind create cluster --image "kindest/node:$v"
done
VERSIONS=(v1.29.12 v1.32.0)
for v in "${VERSIONS[@]}"; do
  kind create cluster --image "kindest/node:${v}"
done
