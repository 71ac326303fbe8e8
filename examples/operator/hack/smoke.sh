#!/usr/bin/env bash
# Install the chart that was just built and wait for the operator to be ready.
set -euo pipefail

helm install widget-operator charts/widget-operator --wait --timeout 3m
kubectl --namespace widget-system rollout status deployment/widget-operator
