#!/usr/bin/env bash
declare -r image=${E2E_K8S_IMAGE:-kindest/node:v1.33.1@sha256:050072256b9a903bd914c0b2866828150cb229cea0efe5892e2b644d5dd3b34f}
kind_version=0.30.0
curl -Lo kind "https://kind.sigs.k8s.io/dl/v${kind_version}/kind-linux-amd64"
kind create cluster --image "$image"
