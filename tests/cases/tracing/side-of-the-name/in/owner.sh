T=docker.io/kindest
kind create cluster --image "$T/node:v1.31.4"
