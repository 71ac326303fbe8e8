from __future__ import annotations

import subprocess
import sys
from pathlib import PurePosixPath

import pytest

from digestpin.formats import find_format, load_formats

NAMES = """
.travis.yml .drone.yml .woodpecker/e2e.yaml bitbucket-pipelines.yml .cirrus.yml
.buildkite/pipeline.yml .tool-versions mise.toml .config/mise/conf.d/k8s.toml
.rtx.toml aqua.yaml aqua/imports/kind.yml devbox.json Brewfile x.Brewfile
bin/.kind-0.31.0.pkg go.mod .bingo/kind.mod .github/workflows/e2e.yaml
.github/actions/kind/action.yml .gitea/workflows/a.yml setup/action.yaml
.gitlab-ci.yml ci/x.gitlab-ci.yml .gitlab/e2e.yaml .circleci/config.yml
azure-pipelines.yml .azure/e2e.yml Taskfile.yml taskfile.dist.yaml Makefile
GNUmakefile hack/e2e.mk a.mak Makefile.e2e justfile .justfile a.just Dockerfile
Dockerfile.e2e e2e.Dockerfile Containerfile hack/e2e.sh a.bash a.bats a.ksh a.zsh
.envrc .bashrc .profile .env e2e.env .env.ci env main.go a.py Tiltfile x.bzl BUILD
MODULE.bazel a.js a.ts Jenkinsfile a.groovy a.gradle a.ps1 main.tf x.hcl v.tfvars
A.java a.kt a.rs Vagrantfile a.rb flake.nix A.cs a.lua a.dart package.json
renovate.json5 pyproject.toml kind.yaml charts/x/values.yaml
charts/x/templates/_helpers.tpl a.yml a.conf NOTES
pom.xml a.XSD a.xhtml b.pom A.csproj e.vcxproj Info.plist a.props a.targets a.svg
a.jsonnet a.libsonnet a.cue a.ini
"""

HEADS = (
    b"",
    b"<?xml version='1.0'?>",
    b"runs:\n  using: composite\n",
    b"#!/usr/bin/env bash\n",
    b"packages:\n",
)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.decode()[:10] or "empty")
@pytest.mark.parametrize("name", NAMES.split())
def test_asking_few_modules_gives_what_asking_all_gives(name: str, head: bytes) -> None:
    path = PurePosixPath(name)

    asked_all = next(it for it in load_formats() if it.matches(path, head))

    assert find_format(path, head) is asked_all


def test_a_makefile_is_read_without_the_modules_for_source_code() -> None:
    code = (
        "import sys\n"
        "from pathlib import PurePosixPath\n"
        "from digestpin.formats import find_format\n"
        "find_format(PurePosixPath('Makefile'), b'')\n"
        "print('digestpin.formats.code' in sys.modules)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"
