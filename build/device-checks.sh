#!/usr/bin/env bash
# Compares every merge method, and forward passes, on a device with the CPU, in agreement and in time, and prints tables in Markdown:
#   build/device-checks.sh [DEVICE] [LAYERS]
# DEVICE is cuda (the default), cuda:N or cpu; a layer is about 0.25 GB for each of three models. MERGEOPS_LIBTORCH names
# libtorch with CUDA, such as torch/lib of an installed PyTorch of the version that `mergeops doctor` asks for.
set -euo pipefail
cd "$(dirname "$0")/.."
device="${1:-cuda}"
layers="${2:-1}"
dotnet build tests/MergeOps.Benchmarks -c Release --verbosity quiet > /dev/null
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
if [ "$device" != cpu ] && ! nvidia-smi --query-gpu=name,driver_version --format=csv,noheader; then
  echo "No GPU is seen here; 'build/device-checks.sh cpu' runs the same checks on the processor." >&2
  exit 3
fi
program=tests/MergeOps.Benchmarks/bin/Release/net10.0/MergeOps.Benchmarks
"$program" device "$device" "$layers" "$folder/models"
"$program" forward "$device" recipes/quickstart/base README.md
