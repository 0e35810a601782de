using MergeOps.Diagnostics;
using MergeOps.Hub.Client;
using MergeOps.Tensors;

namespace MergeOps.Hub.Facts;

/// <summary>Says why a model on the Hub cannot be merged, and which revision of it can.</summary>
internal sealed class MissingSafetensors(IRepositorySource source)
{
    private const int MostRevisions = 10;
    private const int MostNamed = 3;

    /// <summary>The refusal; looks at conversions and pull requests of the same repository.</summary>
    public async Task<MergeOpsException> ExplainAsync(CommitFiles commit, CancellationToken cancellation)
    {
        var pickles = commit.Paths.Where(path => ForeignContent.RecogniseName(path)?.Code == Codes.PickleRefused).ToList();
        var weights = pickles.Count > 0 ? pickles : [.. commit.Paths.Where(path => path.EndsWith(".safetensors", StringComparison.Ordinal))];
        var found = weights.Count == 0
            ? "It holds no weights at all."
            : $"It holds {string.Join(", ", weights.Take(MostNamed).Select(TerminalText.Quoted))}{(weights.Count > MostNamed ? $" and {weights.Count - MostNamed} more" : "")}, "
                + $"and neither {CheckpointReader.SingleFile} nor {CheckpointReader.IndexFile}.";
        var danger = pickles.Count > 0 ? " Loading such files can run whatever their author put in, so they are never read." : "";
        var wayOut = await ConvertedAsync(commit.Name, cancellation) is { } revision
            ? $" Its revision {revision} has safetensors: write {commit.Name}@{revision}."
            : pickles.Count > 0 ? " The Hub's space safetensors/convert makes a pull request with safetensors." : "";
        return new MergeOpsException(Codes.NoSafetensors, $"'{commit.Name}': {found}{danger}{wayOut}");
    }

    private async Task<string?> ConvertedAsync(RepositoryName name, CancellationToken cancellation)
    {
        foreach (var revision in (await source.ConversionsAsync(name, cancellation)).Take(MostRevisions))
        {
            var files = await source.FilesAsync(name, revision.Commit, cancellation);
            if (files.Any(file => file.Path is CheckpointReader.SingleFile or CheckpointReader.IndexFile))
            {
                return revision.Ref;
            }
        }

        return null;
    }
}
