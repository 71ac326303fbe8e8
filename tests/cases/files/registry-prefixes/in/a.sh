#!/bin/sh
kind create cluster --image docker.io/kindest/node:v1.31.4
kind create cluster --image mirror.gcr.io/kindest/node:v1.31.4
kind create cluster --image registry.example.org:5000/mirror/kindest/node:v1.31.4
kind create cluster --image "$REGISTRY/kindest/node:v1.31.4"
