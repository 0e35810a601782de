using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Verbs.Torch;

/// <summary><c>mergeops torch install</c>.</summary>
internal sealed class TorchVerbs() : VerbFamily("torch", "Manage libtorch, the library that merges compute with", new TorchInstallVerb());
