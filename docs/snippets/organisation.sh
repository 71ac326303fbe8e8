#!/usr/bin/env bash
# Write one line a finding for every repository of a GitHub organisation.
set -euo pipefail

organisation="$1"
work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT

gh repo list "${organisation}" --no-archived --source --limit 1000 \
  --json nameWithOwner --jq '.[].nameWithOwner' |
  while read -r repository; do
    folder="${work}/${repository}"
    if ! git clone --quiet --depth 1 "https://github.com/${repository}" "${folder}"; then
      echo "${repository}: cannot be cloned" >&2
      continue
    fi
    (cd "${folder}" && digestpin check --output-format concise --exit-zero) |
      sed "s|^|${repository}: |" ||
      echo "${repository}: something could not be examined" >&2
    rm -rf "${folder}"
  done
