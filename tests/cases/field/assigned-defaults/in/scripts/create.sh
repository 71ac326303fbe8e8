#!/usr/bin/env bash
source "$(dirname "$0")/common.sh"
kind create cluster --image "${KIND_IMAGE}"
