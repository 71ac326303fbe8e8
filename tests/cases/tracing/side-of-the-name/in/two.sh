T=kindest
if [ -n "$CI" ]; then T=mirror; fi
kind create cluster --image "$T/node:v1.31.4"
