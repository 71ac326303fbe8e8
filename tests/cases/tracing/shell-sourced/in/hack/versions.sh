#!/bin/sh
NODE_VERSION=v1.31.4
