#!/usr/bin/env bash
# Says where the tool comes from, and whether the .NET SDK that this takes is missing. Sets the outputs
#   source  path, manifest, version or build
#   place   the program, the manifest, or the folder that holds the program once it is installed or built
#   sdk     present or missing

. "$(dirname "$0")/runner.sh"

action="$(plain_path "$GITHUB_ACTION_PATH")"
tools="$(plain_path "${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}")/mergeops"
architecture="${RUNNER_ARCH:-$(uname -m)}"

# The nearest manifest from here up to the checkout's root that lists the tool.
find_manifest() {
  local folder manifest root
  root="$(cd -- "$(plain_path "${GITHUB_WORKSPACE:-.}")" && pwd -P)"
  folder="$(pwd -P)"
  while :; do
    for manifest in "$folder/.config/dotnet-tools.json" "$folder/dotnet-tools.json"; do
      if [ -f "$manifest" ] && grep -qi '"mergeops\.cli"' "$manifest"; then
        printf '%s' "$manifest"
        return
      fi
    done
    if [ "$folder" = "$root" ] || [ "$folder" = / ]; then
      return
    fi
    folder="$(dirname "$folder")"
  done
}

# The commit whose sources lie here unchanged; nothing where that is not certain, and then nothing built is kept.
find_commit() {
  local commit="${GITHUB_ACTION_REF:-}"
  if [ -e "$action/.git" ]; then
    commit="$(git -C "$action" rev-parse HEAD 2> /dev/null)" || return 0
    [ -z "$(git -C "$action" status --porcelain -- src build 'Directory.*' global.json)" ] || return 0
  fi
  if [[ "$commit" =~ ^[0-9a-f]{40}$ ]]; then
    printf '%s' "$commit"
  fi
}

# Whether the .NET SDK that a folder asks for, and that the tool needs, is there.
has_sdk() {
  local version
  version="$(cd -- "$1" && dotnet --version 2> /dev/null)" && [ "${version%%.*}" -ge 10 ]
}

enter_working_directory
name_dotnet_root

program="$(plain_path "${INPUT_TOOL_PATH:-${MERGEOPS_PATH:-}}")"
manifest="$(find_manifest)"
needs_sdk=true
sdk_folder=.

if [ -n "$program" ]; then
  [ -f "$program" ] || fail usage "tool-path '$program' is no file. Name the program mergeops itself."
  source=path
  place="$program"
  ! starts "$program" || needs_sdk=false
elif [ -n "$manifest" ]; then
  source=manifest
  place="$manifest"
elif [ -n "$INPUT_VERSION" ]; then
  # a range or 'latest' would be another tool tomorrow
  [[ "$INPUT_VERSION" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] \
    || fail usage "version '$INPUT_VERSION' is not an exact version, such as 1.2.3."
  source=version
  place="$tools/$INPUT_VERSION/$architecture"
  [ ! -f "$place/.complete" ] || needs_sdk=false
else
  source=build
  sdk_folder="$action"
  commit="$(find_commit)"
  place="$tools/$commit/$architecture"
  [ -n "$commit" ] || place="$(plain_path "$RUNNER_TEMP")/mergeops-built/$architecture"
  [ ! -f "$place/.complete" ] || needs_sdk=false
fi

case "$INPUT_DEVICE" in
  # libtorch is fetched through NuGet
  cuda*) [ -n "${MERGEOPS_LIBTORCH:-}" ] || needs_sdk=true ;;
esac

sdk=present
if [ "$needs_sdk" = true ] && ! has_sdk "$sdk_folder"; then
  sdk=missing
fi

output source "$source"
output place "$place"
output sdk "$sdk"
