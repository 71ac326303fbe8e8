package a

import (
	"sigs.k8s.io/kind/pkg/cluster"
	_ "sigs.k8s.io/cloud-provider-kind/pkg/config"
)

var _ = cluster.NewProvider
