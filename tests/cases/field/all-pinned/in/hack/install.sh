#!/usr/bin/env bash
KIND_VERS="v0.32.0"
curl -Lo kind "https://github.com/kubernetes-sigs/kind/releases/download/${KIND_VERS}/kind-linux-amd64"
