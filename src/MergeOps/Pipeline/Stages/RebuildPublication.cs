using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Merges a published model's recipe with its lock once more, and compares the two models tensor by tensor.</summary>
internal sealed class RebuildPublication(HostEnvironment environment, IStageObserver observer, CancellationToken cancellation)
{
    private const int MostNamed = 20;

    /// <summary>What differs, an error for each; none when both models are the same.</summary>
    /// <param name="folder">The published model; its files are as recorded.</param>
    /// <param name="modelsFolder">The absolute folder where paths of local models start.</param>
    /// <param name="engine">How to merge; the output is chosen here.</param>
    /// <exception cref="MergeOpsException">An environment failure, or a wrong input.</exception>
    public async Task<IEnumerable<Diagnostic>> RunAsync(string folder, string modelsFolder, MergeOptions engine)
    {
        var published = MergeManifest.Find(folder)!;
        var path = Path.Combine(folder, PublicationFiles.Recipe);
        var (recipe, found) = RecipeReader.ReadPublished(path, ReadRecipe.Catalogue, modelsFolder);
        if (recipe is null)
        {
            return found;
        }

        var locked = RecipeLock.Find(environment, recipe);
        if (PlanMerge.Run(environment, recipe with { StatisticsFolder = locked is null ? null : ReferencedStatistics.FolderIn(locked.Lock) }, locked, found) is not { } planned)
        {
            return found;
        }

        if (planned.Plan.Digest != published.PlanDigest)
        {
            return [.. found, Differs(path, $"The recipe and its lock give plan {planned.Plan.Digest[..12]} here; the model was made by plan {published.PlanDigest[..12]}.")];
        }

        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var output = work.Rebuilt;
        await MergeModels.RunAsync(environment, planned, engine with { Output = output, OwnsOutput = true }, observer, cancellation);
        var rebuilt = MergeManifest.Find(output)!;
        DurableFolder.Remove(output);
        return [.. found, .. Compare(folder, published, rebuilt)];
    }

    // both manifests hold digests of bytes that were read: of the published files just now, of the others while they were written
    private static IEnumerable<Diagnostic> Compare(string folder, MergeManifest published, MergeManifest rebuilt)
    {
        var differing = published.Tensors
            .Where(tensor => rebuilt.Tensors.GetValueOrDefault(tensor.Key) is not { } other
                || other.ContentDigest != tensor.Value.ContentDigest
                || other.DType != tensor.Value.DType
                || !other.Shape.SequenceEqual(tensor.Value.Shape))
            .Select(tensor => tensor.Key)
            .ToList();
        if (differing.Count == 0)
        {
            return published.ModelDigest == rebuilt.ModelDigest
                ? []
                : [Differs(folder, $"It has {rebuilt.Tensors.Count:N0} tensors; {published.Tensors.Count:N0} are published.")];
        }

        var named = string.Join(", ", differing.Take(MostNamed).Select(name => TerminalText.Quoted(name)));
        var more = differing.Count > MostNamed ? $" and {Quantity.Count(differing.Count - MostNamed)} more" : "";
        var classes = published.NumericClass == rebuilt.NumericClass
            ? ""
            : $" The published one was made on a machine of the numeric class {published.NumericClass}, this one is of {rebuilt.NumericClass}: only machines of the same class make the same bytes.";
        return [Differs(folder, $"{Quantity.Of(differing.Count, "tensor")} of {Quantity.Count(published.Tensors.Count)} {(differing.Count == 1 ? "has" : "have")} other bytes: {named}{more}.{classes}")];
    }

    private static Diagnostic Differs(string path, string detail) => Diagnostic.Error(Codes.RebuildDiffers, detail, SourceSpan.File(path));
}
