#!/bin/sh
curl -Lo kind https://kind.sigs.k8s.io/dl/v0.26.0/kind-linux-amd64
