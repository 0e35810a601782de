using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>Says why a model on the Hub without safetensors cannot be merged, or that it is read from files of PyTorch, and which revision of it has safetensors.</summary>
internal sealed class MissingSafetensors(IRepositorySource source)
{
    private const int MostRevisions = 10;

    /// <summary>The refusal; looks at conversions and pull requests of the same repository.</summary>
    /// <param name="commit">The model.</param>
    /// <param name="component">The folder that lacks them.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<MergeOpsException> ExplainAsync(CommitFiles commit, string component, CancellationToken cancellation)
    {
        IReadOnlyList<string> paths = component == ComponentName.Own ? commit.Paths : [.. ComponentName.FilesIn(component, commit.Paths)];
        var pickles = paths.Where(path => ForeignContent.RecogniseName(path)?.Code == Codes.PickleRefused).ToList();
        var found = pickles.Count == 0
            ? UnclearLayout.Explain(paths, ModelAddress.OnHub(commit.Name.ToString()), span: null).Diagnostic.Detail
            : $"It holds {NameList.Of(pickles)}, but no safetensors.";
        var wayOut = await ConvertedAsync(commit.Name, component, cancellation) is { } revision
            ? $" Its revision {revision} has safetensors: write {commit.Name}@{revision}."
            : pickles.Count > 0 ? " Of these files only a whole pytorch_model.bin is read, as data. The Hub's space safetensors/convert makes a pull request with safetensors." : "";
        return new MergeOpsException(Codes.NoSafetensors, $"'{(component == ComponentName.Own ? $"{commit.Name}" : $"{commit.Name}/{component}")}': {found}{wayOut}");
    }

    /// <summary>Names a revision with safetensors of a model that is read from files of PyTorch.</summary>
    /// <param name="commit">The model.</param>
    /// <param name="component">The folder that lacks them.</param>
    /// <param name="span">Its files.</param>
    /// <param name="findings">Takes what is found.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task TellAsync(CommitFiles commit, string component, SourceSpan span, DiagnosticBag findings, CancellationToken cancellation)
    {
        if (await ConvertedAsync(commit.Name, component, cancellation) is { } revision)
        {
            findings.Note(Codes.NoSafetensors, $"It is read from PyTorch files, as data. Its revision {revision} has safetensors: write {commit.Name}@{revision} to use that.", span);
        }
    }

    private async Task<string?> ConvertedAsync(RepositoryName name, string component, CancellationToken cancellation)
    {
        foreach (var revision in (await source.ConversionsAsync(name, cancellation)).Take(MostRevisions))
        {
            var files = await source.FilesAsync(name, revision.Commit, cancellation);
            if (CheckpointLayout.Of(ComponentName.FilesIn(component, files.Paths)) is { IsPickled: false })
            {
                return revision.Ref;
            }
        }

        return null;
    }
}
