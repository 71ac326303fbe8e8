K8S=1.31.4
kind create cluster --image "kindest/node:$K8S@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
