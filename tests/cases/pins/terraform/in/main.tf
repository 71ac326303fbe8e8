variable "kind_version" {
  default = "v0.26.0"
}
