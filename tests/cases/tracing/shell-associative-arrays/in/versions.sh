#!/usr/bin/env bash
declare -A versions=([1.30]=1.30.8 ["1.29"]=1.29.12)
