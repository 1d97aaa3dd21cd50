#!/bin/sh
# Builds the programs that the article's pipeline delivers to, as Go modules by name at fixed versions, into
# .cache/peers/bin. Needs Go. On two cores: Prometheus 3 minutes, Jaeger 5, Loki 7; behind everything else.
#
#   build.sh [prometheus] [jaeger] [loki]     without a name: all. What is there is kept.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
out="$root/.cache/peers"
mkdir -p "$out/bin"
export GOFLAGS="-buildvcs=false -p=1" GOWORK=off CGO_ENABLED=0

# A module's own go.mod with its replacements counts only inside it: its source is copied out of the module cache.
# fetch NAME MODULE@VERSION; then we are in its folder
fetch() {
  dir=$(go mod download -json "$2" | sed -n 's/^\t*"Dir": "\(.*\)",*$/\1/p')
  rm -rf "$out/$1"
  cp -r "$dir" "$out/$1"
  chmod -R u+w "$out/$1"
  cd "$out/$1"
}
# build NAME PACKAGE [flags]
build() {
  name=$1 package=$2
  shift 2
  nice -n 19 go build -trimpath -ldflags='-s -w' "$@" -o "$out/bin/$name.new" "$package"
  mv "$out/bin/$name.new" "$out/bin/$name"
  echo "$out/bin/$name"
}

for name in ${*:-prometheus jaeger loki}; do
  if [ -x "$out/bin/$name" ]; then continue; fi
  case $name in
  prometheus)
    fetch prometheus github.com/prometheus/prometheus@v0.316.0
    build prometheus ./cmd/prometheus -tags remove_all_sd
    ;;
  jaeger)
    fetch jaeger github.com/jaegertracing/jaeger@v1.76.0
    build jaeger ./cmd/jaeger
    ;;
  loki)
    fetch loki github.com/grafana/loki/v3@v3.7.8
    rm -rf vendor
    go mod edit -dropreplace github.com/grafana/loki/pkg/push
    build loki ./cmd/loki -mod=mod
    ;;
  esac
done
