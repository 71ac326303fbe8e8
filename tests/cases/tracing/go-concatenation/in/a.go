package a

const image = "kindest/node"

const tag = "v1.31.4"

var full = image + ":" + tag
