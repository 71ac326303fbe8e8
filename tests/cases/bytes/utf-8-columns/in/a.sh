#!/bin/sh
echo "🎉"; kind create cluster --image kindest/node:v1.31.4 # ü
