def deps():
    http_file(
        name = "kind",
        urls = ["https://github.com/kubernetes-sigs/kind/releases/download/v0.26.0/kind-linux-amd64"],
    )
