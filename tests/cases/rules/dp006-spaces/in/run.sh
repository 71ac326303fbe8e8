kind create cluster --image kindest/node:v1.31.4 @sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image kindest/node:v1.31.4 @ sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30 --wait 5m
kind create cluster --image kindest/node:v1.31.4@sha256: 2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image kindest/node:v1.31.4@ sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image "kindest/node:v1.31.4" @sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
docker run kindest/node:v1.31.4 @home
kind create cluster --image kindest/node:v1.31.4 \
  @sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
tag=v1.31.4
kind create cluster --image kindest/node:$tag @sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
kind create cluster --image kindest/node:v1.31.4@SHA256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30
