#!/usr/bin/env bash
case "$1" in
  1.31) V=v1.31.4 ;;
  1.30) V=v1.30.8 ;;
  *) exit 1 ;;
esac
kind create cluster --image "kindest/node:$V"
