variable "k8s" {
  type    = string
  default = "v1.31.4"
}

resource "kind_cluster" "a" {
  node_image = "kindest/node:${var.k8s}"
}
