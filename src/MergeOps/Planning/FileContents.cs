using System.Collections.Immutable;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>What stands in digests for the contents of files; made once for each file.</summary>
internal sealed class FileContents
{
    private readonly ImmutableArray<PlannedModel> owners;
    private readonly Dictionary<(int Owner, string File), string> known = [];

    /// <summary>Knows nothing yet.</summary>
    /// <param name="owners">Whose files are read.</param>
    public FileContents(ImmutableArray<PlannedModel> owners) => (this.owners, Of) = (owners, Find);

    /// <summary>Gives what stands for the content of a stored tensor's file.</summary>
    public Func<Stored, string> Of { get; }

    private string Find(Stored stored)
    {
        var file = (stored.Owner, stored.Tensor.File);
        if (!known.TryGetValue(file, out var content))
        {
            known[file] = content = Make(owners[stored.Owner], stored.Tensor.File);
        }

        return content;
    }

    // a file without a lock is known by its header, its size and a sample: enough to tell plans apart, not to reuse tensors by
    private static string Make(PlannedModel model, string file)
    {
        var header = model.Checkpoint.Files.First(f => f.Path == file);
        return PlanDigest.TextOf(model.FileDigests.GetValueOrDefault(file)) ?? $"unlocked:{header.HeaderDigest}:{header.Size}:{model.FileSamples[file]}";
    }
}
