declare -A m
m[kindest/node:v1.31.4]=x
m["kindest/node:v1.30.8"]=y
m=([kindest/node:v1.29.12]=z)
