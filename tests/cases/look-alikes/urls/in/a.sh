#!/bin/sh
curl -s "https://hub.docker.com/v2/repositories/kindest/node/tags?page_size=100"
curl -s https://hub.docker.com/r/kindest/node:v1.31.4
