#!/usr/bin/env bash
V=v1.31.4
kind create cluster --image "kindest/node:$V"
V=v1.30.8
kind create cluster --image "kindest/node:$V"
