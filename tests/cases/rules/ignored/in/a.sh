#!/bin/sh
kind create cluster --image kindest/node:v1.31.4 # digestpin: ignore[DP001]
# digestpin: ignore
kind create cluster --image kindest/node:v1.32.1
kind create cluster --image kindest/node:v1.30.8 # digestpin: ignore[unpinned-tag] on purpose
