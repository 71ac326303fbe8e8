#!/bin/sh
go install sigs.k8s.io/kind@latest
kind create cluster --image kindest/node:v1.35.0@sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f
