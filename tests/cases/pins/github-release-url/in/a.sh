#!/bin/sh
curl -Lo kind https://github.com/kubernetes-sigs/kind/releases/download/v0.26.0/kind-linux-amd64
