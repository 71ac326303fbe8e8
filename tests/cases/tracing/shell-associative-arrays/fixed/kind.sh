#!/usr/bin/env bash
source ./versions.sh
# One element, by its name with or without quotes.
kind create cluster --name a --image "kindest/node:v${versions[1.29]}"
kind create cluster --name b --image "kindest/node:v${versions["1.30"]}"
# Any element.
declare -A images
images[1.31]=1.31.4@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
images["1.32"]=1.32.0@sha256:c48c62eac5da28cdadcf560d1d8616cfa6783b58f0d94cf63ad1bf49600cb027
kind create cluster --name c --image "kindest/node:v${images[$1]}"
