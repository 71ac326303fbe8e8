#!/bin/sh
KIND_VERSION=v0.26.0
curl -Lo kind "https://kind.sigs.k8s.io/dl/${KIND_VERSION}/kind-linux-amd64"
kind create cluster --image kindest/node:v1.31.4
