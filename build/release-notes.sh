#!/usr/bin/env bash
# What the changelog says of a version: release-notes.sh v1.2.3
# A pre-release that has no section of its own is what is unreleased; a release without one is not ready.
set -euo pipefail
version=${1#v}
changelog=$(dirname "$0")/../CHANGELOG.md

section() {
  awk -v title="## [$1]" 'index($0, "## [") == 1 { inside = index($0, title) == 1; next } inside' "$changelog"
}

notes=$(section "$version")
case $version in
  *-*) [ -n "${notes//[[:space:]]/}" ] || notes=$(section Unreleased) ;;
esac
if [ -z "${notes//[[:space:]]/}" ]; then
  echo "CHANGELOG.md has no section [$version]." >&2
  exit 1
fi
printf '%s\n' "$notes"
