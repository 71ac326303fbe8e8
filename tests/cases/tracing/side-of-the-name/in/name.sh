N=node
V=v1.31.4
kind create cluster --image "kindest/$N:$V"
