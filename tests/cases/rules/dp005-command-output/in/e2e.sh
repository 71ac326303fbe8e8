#!/bin/sh
V=$(curl -s https://example.org/version)
kind create cluster --image "kindest/node:$V"
kind create cluster --image "kindest/node:$(cat VERSION)"
