#!/usr/bin/env bash
# Restores, installs or builds the tool where it is not there yet, and libtorch with CUDA where that is asked for.
# Sets the output `program`; empty where a manifest starts the tool.

. "$(dirname "$0")/runner.sh"

action="$(plain_path "$GITHUB_ACTION_PATH")"

# Fills a folder that many jobs share: it is there as a whole or not at all.
fill() {
  local making parent
  parent="$(dirname "$MERGEOPS_PLACE")"
  mkdir -p "$parent"
  making="$(mktemp -d "$parent/.making-XXXXXX")"
  "$@" "$making"
  touch "$making/.complete"
  if [ -e "$MERGEOPS_PLACE" ] && [ ! -f "$MERGEOPS_PLACE/.complete" ]; then
    rm -rf "$MERGEOPS_PLACE"
  fi
  if [ ! -e "$MERGEOPS_PLACE" ]; then
    mv "$making" "$MERGEOPS_PLACE"
  fi
  # where another job was faster, its folder is the one, and ours may lie in it
  rm -rf "$making" "$MERGEOPS_PLACE/${making##*/}"
}

install_version() {
  local try
  for try in 1 2 3; do
    # brackets: this version, and not the next one that a source has
    if dotnet tool install MergeOps.Cli --tool-path "$1" --version "[$INPUT_VERSION]"; then
      return
    fi
    [ "$try" -eq 3 ] || sleep $((try * 5))
  done
  rm -rf "$1"
  fail environment "MergeOps.Cli $INPUT_VERSION cannot be installed from your NuGet sources; the lines above say why."
}

build_checkout() {
  local scratch commit
  commit="$(basename "$(dirname "$MERGEOPS_PLACE")")"
  [[ "$commit" =~ ^[0-9a-f]{40}$ ]] || commit=
  scratch="$(mktemp -d "$(plain_path "$RUNNER_TEMP")/mergeops-build-XXXXXX")"
  # the checkout's own folders stay as they are, and no process stays behind; a checkout without git has no other commit to tell
  if ! (cd -- "$action" && dotnet publish src/MergeOps.Cli -c Release -o "$1" --artifacts-path "$scratch" \
    --nologo -v quiet -nodeReuse:false ${commit:+"-p:SourceRevisionId=$commit"}); then
    rm -rf "$1" "$scratch"
    fail environment "The tool cannot be built from $action; the lines above say why."
  fi
  rm -rf "$scratch"
}

# The program in a folder, under the name that a package or a build gives it.
find_program() {
  local name
  for name in mergeops mergeops.exe MergeOps.Cli MergeOps.Cli.exe; do
    if [ -f "$1/$name" ]; then
      printf '%s' "$1/$name"
      return
    fi
  done
}

enter_working_directory
name_dotnet_root

MERGEOPS_PROGRAM=
case "$MERGEOPS_SOURCE" in
  path)
    MERGEOPS_PROGRAM="$MERGEOPS_PLACE"
    ;;
  manifest)
    dotnet tool restore \
      || fail environment "The tools of $MERGEOPS_PLACE cannot be restored; the lines above say why."
    ;;
  version)
    [ -f "$MERGEOPS_PLACE/.complete" ] || fill install_version
    MERGEOPS_PROGRAM="$(find_program "$MERGEOPS_PLACE")"
    ;;
  build)
    [ -f "$MERGEOPS_PLACE/.complete" ] || fill build_checkout
    MERGEOPS_PROGRAM="$(find_program "$MERGEOPS_PLACE")"
    ;;
esac

version="$(mergeops --version)" || fail environment "The tool does not start. It needs the .NET runtime 10."
printf 'mergeops %s (%s)\n' "$version" "$MERGEOPS_SOURCE"
output program "$MERGEOPS_PROGRAM"

case "$INPUT_DEVICE/$INPUT_COMMAND" in
  cuda*/auto | cuda*/merge | cuda*/evaluate | cuda*/publish | cuda*/run | cuda*/rebuild)
    if [ -z "${MERGEOPS_LIBTORCH:-}" ]; then
      mergeops torch install --cuda \
        || fail environment "device '$INPUT_DEVICE' needs libtorch with CUDA: set MERGEOPS_LIBTORCH to its folder, or let 'mergeops torch install --cuda' fetch it; the lines above say what it missed."
    elif [ ! -d "$MERGEOPS_LIBTORCH" ]; then
      fail environment "MERGEOPS_LIBTORCH names '$MERGEOPS_LIBTORCH', which is no folder."
    fi
    ;;
esac
