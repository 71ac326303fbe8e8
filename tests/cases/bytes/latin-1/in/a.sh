#!/bin/sh
# é
echo "é"; kind create cluster --image kindest/node:v1.31.4 # é
