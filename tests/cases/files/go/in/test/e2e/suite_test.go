package e2e

import "fmt"

const (
	nodeVersion = "v1.31.4"
	otherImage  = "kindest/node:v1.30.8"
)

func image() string {
	return fmt.Sprintf("kindest/node:%s", nodeVersion)
}
