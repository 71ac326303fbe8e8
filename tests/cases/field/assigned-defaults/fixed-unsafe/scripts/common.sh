#!/usr/bin/env bash
: ${KIND_K8S_TAG:="v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"}
: ${KIND_IMAGE:="kindest/node:${KIND_K8S_TAG}"}
git clone --branch "${KIND_K8S_TAG}" https://github.com/kubernetes/kubernetes
