#!/usr/bin/env bash
TAG=v1.30.8
cat > kind.yaml <<EOF
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    image: kindest/node:v1.31.4
  - role: worker
    image: kindest/node:${TAG}
EOF
cat <<-'END' | kind create cluster --config -
	kind: Cluster
	apiVersion: kind.x-k8s.io/v1alpha4
	nodes:
	  - role: control-plane
	    image: "kindest/node:v1.31.4"
	END
