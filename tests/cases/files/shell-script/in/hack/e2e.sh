#!/usr/bin/env bash
set -euo pipefail
IMAGE="kindest/node:v1.31.4"
kind create cluster --image "${IMAGE}"
kind create cluster --name two --image=kindest/node:v1.30.8
