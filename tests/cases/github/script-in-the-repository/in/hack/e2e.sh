#!/usr/bin/env bash
kind create cluster --image "kindest/node:${K8S_VERSION}"
