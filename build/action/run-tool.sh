#!/usr/bin/env bash
# Runs the tool. What callers wrote becomes arguments, one each; nothing in it is expanded, and nothing can end an option.

. "$(dirname "$0")/runner.sh"

enter_working_directory
name_dotnet_root

arguments=(ci "--step=$INPUT_COMMAND")
while IFS= read -r pattern || [ -n "$pattern" ]; do
  pattern="${pattern#"${pattern%%[![:space:]]*}"}"
  pattern="${pattern%"${pattern##*[![:space:]]}"}"
  [ -z "$pattern" ] || arguments+=("--recipes=$pattern")
done <<< "$INPUT_RECIPES"
[ -z "$INPUT_DEVICE" ] || arguments+=("--device=$INPUT_DEVICE")
[ -z "$INPUT_REPORT" ] || arguments+=("--report=$INPUT_REPORT")
[ -z "$INPUT_HANDOVER" ] || arguments+=("--handover=$INPUT_HANDOVER")
[ -z "$INPUT_MERGED" ] || arguments+=("--merged=$INPUT_MERGED")
[ -z "$INPUT_EVALUATED" ] || arguments+=("--evaluated=$INPUT_EVALUATED")
read -r -d '' -a more <<< "$INPUT_ARGS" || true

mergeops "${arguments[@]}" ${more[@]+"${more[@]}"}
