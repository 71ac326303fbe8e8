#!/bin/sh
kind create cluster --image kindest/node:v1.32.1 # digestpin: ignore[DP101] moving soon
kind create cluster --image kindest/node:v1.32.1 # digestpin: ignore[DP001]
