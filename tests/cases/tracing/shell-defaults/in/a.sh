#!/usr/bin/env bash
: "${A:=v1.31.4}"
: ${IMAGE:="kindest/node:${A}"}
kind create cluster --image "$IMAGE"
kind create cluster --image "kindest/node:${B:-v1.30.8}"
kind create cluster --image "${C:-kindest/node:v1.29.12}"
D=${D:-v1.32.0}
kind create cluster --image "kindest/node:${D}"
