#!/usr/bin/env bash
# Prints what the sidecar adds to the streams of an LLM: the time of the first token, and of every
# event of 200 streams at once, beside the same without it. No cluster, no root; about a minute, and
# the build. Needs Maven 3.8 or newer and JDK 25.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec mvn -q -pl e2e -am process-test-classes -Pllm-bench
