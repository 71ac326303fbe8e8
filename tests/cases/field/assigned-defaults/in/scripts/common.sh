#!/usr/bin/env bash
: ${KIND_K8S_TAG:="v1.36.1"}
: ${KIND_IMAGE:="kindest/node:${KIND_K8S_TAG}"}
git clone --branch "${KIND_K8S_TAG}" https://github.com/kubernetes/kubernetes
