#!/usr/bin/env bash
# Write one line a finding for every repository of a GitHub organisation.
set -euo pipefail

organisation="$1"
work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT

gh repo list "${organisation}" --no-archived --source --limit 1000 \
  --json nameWithOwner --jq '.[].nameWithOwner' |
  while read -r repository; do
    git clone --quiet --depth 1 "https://github.com/${repository}" "${work}/clone"
    digestpin check "${work}/clone" --output-format concise --exit-zero |
      sed "s|^|${repository}: |" ||
      echo "${repository}: something could not be examined" >&2
    rm -rf "${work}/clone"
  done
