#!/bin/bash
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
KIND_VERSION=$(< .kind-version)
K8S=$(cat "$ROOT/.k8s-version")
go install "sigs.k8s.io/kind@$KIND_VERSION"
kind create cluster --image "kindest/node:$K8S"
