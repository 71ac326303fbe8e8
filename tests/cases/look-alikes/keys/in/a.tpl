{{ if x }}
"kindest/node:v1.31.4": x
kindest/node:v1.31.4: x
- "kindest/node:v1.30.8": x
image: kindest/node:v1.30.8
