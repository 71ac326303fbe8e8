#!/bin/sh
export KIND_VERSION="${KIND_VERSION:-v0.26.0}"
