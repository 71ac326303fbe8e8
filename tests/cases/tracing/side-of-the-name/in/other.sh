T=kindest
N=node
docker run "$T/base:v1" "$X/node:v1.31.4" "$N:18"
