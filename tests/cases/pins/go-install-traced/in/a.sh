#!/bin/sh
V=0.26.0
go install "sigs.k8s.io/kind@v${V}"
