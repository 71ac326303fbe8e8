#!/bin/sh
docker run example/operator:v1
docker run example/operator:v1@sha256:0000000000000000000000000000000000000000000000000000000000000000
docker run example/operator:latest
docker run example/other:v1
kind create cluster --image kindest/node:v1.31.4
