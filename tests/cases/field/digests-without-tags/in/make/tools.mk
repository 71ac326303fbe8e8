tools :=
tools += helm=v3.19.0
# https://github.com/kubernetes-sigs/kind/releases
tools += kind=v0.32.0
