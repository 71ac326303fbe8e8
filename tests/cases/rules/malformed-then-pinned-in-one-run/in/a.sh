#!/bin/sh
kind create cluster --image kindest/node@v1.31.4
kind create cluster --image kindest/node:v1.30.8@2CB39F7295FE7EAFEE0842B1052A599A4FB0F8BCF3F83D96C7F4864C357C6C30
kind create cluster --image kindest/node@sha256:2458b423d635d7b01637cac2d6de7e1c1dca1148a2ba2e90975e214ca849e7cb
