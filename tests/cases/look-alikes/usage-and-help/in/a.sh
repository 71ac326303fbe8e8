#!/bin/sh
usage() {
  echo "usage: $0 [--image kindest/node:v1.31.4]"
  cat <<EOF
  --image IMAGE   the node image, e.g. kindest/node:v1.31.4
EOF
}
usage
