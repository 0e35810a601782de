using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Warns of Python that loaders of the output run: it travels unread, or does not travel and is missed.</summary>
internal static class RemoteCodeCheck
{
    /// <summary>A warning for code that is copied, one for code that is not there, and one for code of other repositories.</summary>
    /// <param name="models">The models in the plan's order.</param>
    /// <param name="donor">The one that gives config and companion files.</param>
    /// <param name="diagnostics">Takes the warnings.</param>
    public static void Run(ImmutableArray<ModelMetadata> models, ModelMetadata donor, DiagnosticBag diagnostics)
    {
        string? TextOf(string file) => file == ModelFileNames.Config && donor.Config is { } config ? CanonicalJson.Write(config.Root) : null;
        var model = donor.Model.Value;
        var copied = models.SelectMany(metadata => metadata.Companions).Where(file => file.EndsWith(RemoteCode.Ending, StringComparison.Ordinal)).ToList();
        var absent = RemoteCode.NamedBy(TextOf).Except(copied, StringComparer.Ordinal).ToList();
        var repositories = RemoteCode.RepositoriesNamedBy(TextOf);
        if (copied.Count > 0)
        {
            Warn(
                Codes.RemoteCodeTravels,
                $"{model} does not load without its own Python. It is copied unread ({NameList.Of(copied)}), and whoever loads the output with trust_remote_code runs it. Read it before you share the model.");
        }

        if (absent.Count > 0)
        {
            var where = donor.Remote is null ? "which is not beside it" : "which the lock does not list; `mergeops lock` adds it if the repository has it";
            Warn(Codes.RemoteCodeElsewhere, $"The {ModelFileNames.Config} of {model} names {NameList.Of(absent)}, {where}. The output does not load without it.");
        }

        if (!repositories.IsEmpty)
        {
            Warn(
                Codes.RemoteCodeElsewhere,
                $"The {ModelFileNames.Config} of {model} takes code from {NameList.Of(repositories)} on the Hub, in whatever state it is when somebody loads the output.");
        }

        void Warn(DiagnosticCode code, string detail) => diagnostics.Warning(code, detail, donor.Model.Span);
    }
}
