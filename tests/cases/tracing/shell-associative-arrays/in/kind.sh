#!/usr/bin/env bash
source ./versions.sh
# One element, by its name with or without quotes.
kind create cluster --name a --image "kindest/node:v${versions[1.29]}"
kind create cluster --name b --image "kindest/node:v${versions["1.30"]}"
# Any element.
declare -A images
images[1.31]=1.31.4
images["1.32"]=1.32.0
kind create cluster --name c --image "kindest/node:v${images[$1]}"
