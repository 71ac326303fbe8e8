module example.org/x

go 1.23

require (
	sigs.k8s.io/kind v0.26.0
)
