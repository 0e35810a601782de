using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Verbs.Torch;

/// <summary><c>mergeops torch install</c>.</summary>
internal sealed class TorchVerbs() : VerbFamily("torch", "Look after libtorch, which merges compute with", new TorchInstallVerb());
