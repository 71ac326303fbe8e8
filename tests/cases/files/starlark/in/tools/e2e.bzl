NODE_IMAGE = "kindest/node:v1.31.4"
