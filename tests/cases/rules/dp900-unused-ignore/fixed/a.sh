#!/bin/sh
kind create cluster --image kindest/node:v1.31.4@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image kindest/node:v1.31.4@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image kindest/node:v1.31.2@sha256:18fbefc20a7113353c7b75b5c869d7145a6abd6269154825872dc59c1329912e # digestpin: ignore[DP103]

# digestpin: ignore[DP001] every line of the command
kind create cluster \
  --image kindest/node:v1.31.4 \
  --name a
# digestpin: ignore[DP001, DP002
# digestpin: ignore[] why
