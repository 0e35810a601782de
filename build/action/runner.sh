# What the scripts of the action share: how they speak with the runner, and how they start the tool. Sourced by each of them.
# Runs in bash 3.2 and later: macOS has no newer one.

set -euo pipefail

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# a dump of the process would hold its tokens
export DOTNET_DbgEnableMiniDump=0
# Git Bash would rewrite arguments that look like paths of Unix
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'

# Sets an output of the step; the line that ends the value cannot be guessed by whoever wrote the value.
output() {
  local delimiter
  delimiter="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >> "$GITHUB_OUTPUT"
}

# Ends the step: the reason in one word for other steps, and a sentence for people.
fail() {
  local sentence="$2" return=$'\r' feed=$'\n'
  output failure-reason "$1"
  sentence="${sentence//[%]/%25}"
  sentence="${sentence//$return/%0D}"
  sentence="${sentence//$feed/%0A}"
  printf '::error title=MergeOps::%s\n' "$sentence"
  exit 1
}

# A path as every program of this system reads it.
plain_path() {
  if [ "${RUNNER_OS:-}" = Windows ]; then
    printf '%s' "${1//\\//}"
  else
    printf '%s' "$1"
  fi
}

# Paths start in the folder that the caller named.
enter_working_directory() {
  cd -- "$INPUT_WORKING_DIRECTORY" 2>/dev/null || fail usage "working-directory '$INPUT_WORKING_DIRECTORY' is no folder of the checkout."
}

# Lets programs find a .NET that was installed away from the usual places.
name_dotnet_root() {
  local root
  if [ -z "${DOTNET_ROOT:-}" ] && [ "${RUNNER_OS:-}" != Windows ] && command -v dotnet > /dev/null; then
    root="$(dotnet --list-runtimes | sed -n 's|^Microsoft\.NETCore\.App .* \[\(.*\)/shared/Microsoft\.NETCore\.App\]$|\1|p' | tail -n 1)"
    [ -z "$root" ] || export DOTNET_ROOT="$root"
  fi
}

# Whether a program is there, and starts.
starts() {
  [ -f "$1" ] && "$1" --version > /dev/null 2>&1
}

# The tool, wherever it came from.
mergeops() {
  if [ "$MERGEOPS_SOURCE" = manifest ]; then
    dotnet tool run mergeops -- "$@"
  else
    "$MERGEOPS_PROGRAM" "$@"
  fi
}
