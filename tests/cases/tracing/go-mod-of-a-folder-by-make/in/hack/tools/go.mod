module example.com/operator/tools

go 1.24

require sigs.k8s.io/kind v0.26.0
