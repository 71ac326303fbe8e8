#!/bin/sh
kind build node-image --image kindest/node:was-main
kind create cluster --image kindest/node:was-main
kind build node-image --image "kindest/node:${K8S_VERSION}" ../kubernetes
kind create cluster --image "kindest/node:${K8S_VERSION}"
