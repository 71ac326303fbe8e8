#!/usr/bin/env bash
V=v1.31.4
kind create cluster --image "kindest/node:$V"
curl -LO "https://dl.k8s.io/$V/bin/linux/amd64/kubectl"
