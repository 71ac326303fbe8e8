#!/bin/sh
sed -i "s|kindest/node:v[0-9.]*|x|" kind.yaml
grep -E 'kindest/node:v1\.[0-9]+' kind.yaml
grep -q "kindest/node:v${major_minor}" kind.yaml
