#!/bin/sh
# renovate: datasource=github-releases depName=kubernetes-sigs/kind
TOOL=v0.26.0
