#!/bin/sh
for i in kindest/node:v1.31.4 kindest/node:v1.30.8 kindest/node:v1.31.4; do kind create cluster --image $i; done
