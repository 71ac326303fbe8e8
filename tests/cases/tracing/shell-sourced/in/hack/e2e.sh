#!/bin/sh
. "$(dirname "$0")/versions.sh"
kind create cluster --image "kindest/node:$NODE_VERSION"
