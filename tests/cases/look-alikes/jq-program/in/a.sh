#!/bin/sh
jq -r '.body | capture("(?<image>kindest/node:v[0-9.]+)").image' notes.json
jq -r '"kindest/node:" + .tag' notes.json
