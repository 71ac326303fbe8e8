#!/usr/bin/env bash
V=v1.31.4
kind create cluster --image "kindest/node:$V"
