#!/bin/sh
kind create cluster --image "kindest/node:$NODE_VERSION"
