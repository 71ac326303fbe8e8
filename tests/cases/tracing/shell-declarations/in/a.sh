#!/usr/bin/env bash
export A=v1.31.4
readonly B=v1.30.8
declare -r C=v1.29.12
f() {
  local d=v1.32.0
  kind create cluster --image "kindest/node:$d"
}
kind create cluster --image "kindest/node:$A"
kind create cluster --image "kindest/node:$B"
kind create cluster --image "kindest/node:$C"
f
