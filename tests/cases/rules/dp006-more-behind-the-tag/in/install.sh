go install sigs.k8s.io/kind@v0.26.0
