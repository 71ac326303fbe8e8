#!/usr/bin/env bash
V=1.31.4
kind create cluster --image "kindest/node:v${V}"
W=v1.30.8
kind create cluster --image "kindest/node:v${W#v}"
