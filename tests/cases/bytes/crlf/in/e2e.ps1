$i = "kindest/node:v1.31.4"
kind create cluster --image $i
