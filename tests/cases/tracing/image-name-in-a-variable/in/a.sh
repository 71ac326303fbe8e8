#!/bin/sh
NODE_REPO=kindest/node
NODE_TAG=v1.31.4
kind create cluster --image "${NODE_REPO}:${NODE_TAG}"
