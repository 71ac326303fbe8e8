#!/bin/sh
# kindest/node:v1.31.4
kind create cluster # --image kindest/node:v1.31.4
