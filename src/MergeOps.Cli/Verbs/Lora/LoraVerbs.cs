using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Verbs.Lora;

/// <summary><c>mergeops lora extract</c>.</summary>
internal sealed class LoraVerbs() : VerbFamily("lora", "Write recipes for adapters", new LoraExtractVerb());
