using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>Says why a model on the Hub cannot be merged, and which revision of it can.</summary>
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
            : CheckpointLayout.Of(paths) is not null
                ? $" Files of PyTorch are read from local folders alone, as data: run `hf download {commit.Name} --local-dir FOLDER`, and write FOLDER as the model. Or ask the Hub's space safetensors/convert for a pull request with safetensors."
            : pickles.Count > 0 ? " Loading such files can run any code that their author put in, so MergeOps never reads them. The Hub's space safetensors/convert makes a pull request with safetensors." : "";
        return new MergeOpsException(Codes.NoSafetensors, $"'{(component == ComponentName.Own ? $"{commit.Name}" : $"{commit.Name}/{component}")}': {found}{wayOut}");
    }

    private async Task<string?> ConvertedAsync(RepositoryName name, string component, CancellationToken cancellation)
    {
        foreach (var revision in (await source.ConversionsAsync(name, cancellation)).Take(MostRevisions))
        {
            var files = await source.FilesAsync(name, revision.Commit, cancellation);
            if (CheckpointLayout.Of(ComponentName.FilesIn(component, files.Select(file => file.Path))) is { IsPickled: false })
            {
                return revision.Ref;
            }
        }

        return null;
    }
}
