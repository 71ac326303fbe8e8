package a
var m = map[string]string{
"kindest/node:v1.31.4": "x",
}
