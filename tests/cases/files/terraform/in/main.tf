locals {
  node_tag = "v1.31.4"
}

resource "kind_cluster" "this" {
  name       = "e2e"
  node_image = "kindest/node:${local.node_tag}"
}

resource "kind_cluster" "other" {
  name       = "other"
  node_image = "kindest/node:v1.30.8"
}
