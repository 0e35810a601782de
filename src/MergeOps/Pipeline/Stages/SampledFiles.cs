using MergeOps.Analysis;
using MergeOps.Planning;

namespace MergeOps.Pipeline.Stages;

/// <summary>Weight files of models on the Hub of which ranges were fetched, in a temporary folder, so that nothing is fetched twice.</summary>
/// <param name="folder">The folder.</param>
internal sealed class SampledFiles(string folder)
{
    private readonly Dictionary<string, HashSet<(long Start, long End)>> fetched = new(StringComparer.Ordinal);

    /// <summary>Where the files of a model lie.</summary>
    /// <param name="model">A model on the Hub.</param>
    public string FolderOf(PlannedModel model) =>
        Path.Combine(folder, model.Remote!.Name.ToString().Replace('/', Path.DirectorySeparatorChar), model.Remote.Metadata.Commit);

    /// <summary>Whether a range of a model's file is not here.</summary>
    public bool Lack(PlannedModel model, FileRange range)
    {
        var (start, end) = (range.Start, range.Start + range.Length);
        return !fetched.TryGetValue(PathOf(model, range), out var known) || (!known.Contains((start, end)) && !known.Any(each => each.Start <= start && end <= each.End));
    }

    /// <summary>A range is here now.</summary>
    public void Add(PlannedModel model, FileRange range)
    {
        var path = PathOf(model, range);
        var known = fetched.TryGetValue(path, out var ranges) ? ranges : fetched[path] = [];
        known.Add((range.Start, range.Start + range.Length));
    }

    private string PathOf(PlannedModel model, FileRange range) => Path.Combine(FolderOf(model), range.File);
}
