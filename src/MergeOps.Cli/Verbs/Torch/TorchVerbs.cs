using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Verbs.Torch;

/// <summary><c>mergeops torch</c>.</summary>
internal sealed class TorchVerbs() : VerbFamily("torch", "Manage libtorch, the library that merges compute with", new TorchInstallVerb(), new TorchBuildVerb());
