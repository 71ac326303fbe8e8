$i = "kindest/node:v1.31.4"
