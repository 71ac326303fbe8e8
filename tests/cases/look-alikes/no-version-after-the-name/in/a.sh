#!/bin/sh
docker images kindest/node
docker image ls --filter reference=kindest/node
skopeo list-tags docker://kindest/node
