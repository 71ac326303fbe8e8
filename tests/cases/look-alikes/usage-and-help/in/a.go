package a

import "flag"

var image = flag.String("image", "", "node image, for example kindest/node:v1.31.4")
