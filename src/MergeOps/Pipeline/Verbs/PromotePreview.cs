using System.Collections.Immutable;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Reports;
using MergeOps.Merging.Parts;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>
/// Publishes what a preview merged, scored and laid beside the published versions, on any machine, without merging or scoring
/// again. On a Hub its weights stay where they are.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="scoring">Where scores of another harness come from now, or null.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops; nothing is published then.</param>
internal sealed class PromotePreview(HostEnvironment environment, ExternalScoring? scoring, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Promotes; null where anything is other than when the preview was made, and why is reported.</summary>
    /// <param name="planned">The plan as it is approved.</param>
    /// <param name="pull">The pull request whose preview it is.</param>
    /// <param name="preview">What the preview made.</param>
    /// <exception cref="MergeOpsException">The place cannot be read, or does not take the version.</exception>
    public async Task<Publication?> RunAsync(PlannedRecipe planned, int pull, PreviewMark preview)
    {
        if (TargetKind.Find(planned.Recipe, to: null) is not { } target
            || await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return null;
        }

        planned = planned with { Data = data };
        using var turn = await TargetTurn.TakeAsync(environment, target, observer.Reported, cancellation);
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        if (await target.PreviewOf(pull).Open(environment, observer.Reported).FindListedAsync(preview.List, cancellation) is not { } model)
        {
            return Refuse("it is no longer where it was put");
        }

        if (model.Content.Manifest.PlanDigest != planned.Plan.Digest || model.Content.Recipe != planned.Recipe.Text || model.Files.Name != planned.Plan.Name)
        {
            return Refuse("it was made from another plan or another text of the recipe, or has another name");
        }

        try
        {
            var content = await ContentAsync(planned, model, work);
            var baseline = new PublishedBaseline(environment, planned.Recipe, target, observer, cancellation);
            return PreviewMark.Of(preview.List, data, scoring, await baseline.FindAsync(content.MergedFolder), planned.Digests).DifferenceFrom(preview) is { } difference
                ? Refuse(difference)
                : await PublishAsync(content, target, pull, () => ModelAsync(model, work), work);
        }
        catch (MergeOpsException damaged) when (damaged.Diagnostic.Code == Codes.ContentChanged || damaged.Diagnostic.Code == Codes.ContentMissing || damaged.Diagnostic.Code == Codes.ContentUnknown)
        {
            return Refuse($"its files are not those that were previewed ({damaged.Diagnostic.Detail.TrimEnd('.')})");
        }
        finally
        {
            Drop(work);
        }

        Publication? Refuse(string why)
        {
            observer.Reported($"The preview of pull request {pull} is not promoted: {why}. The model is merged and measured again.");
            return null;
        }
    }

    private async Task<Publication?> PublishAsync(PublicationContent content, PublishTarget target, int pull, Func<Task<string>> model, RunFolder work)
    {
        observer.Finished(Stage.Merge, StageEnd.AlreadyTrue, $"merged for the preview of pull request {pull}");
        observer.Finished(Stage.Evaluate, StageEnd.AlreadyTrue, "evaluated there");
        observer.Finished(Stage.Gates, StageEnd.AlreadyTrue, content.Recipe.Gates.IsEmpty ? EvaluateModel.NoGates : "passed there");
        var derive = new DeriveFiles(environment, scoring, observer, found, cancellation);
        var publication = await new PublishWithDerived(environment, target, scoring, derive, observer, cancellation).RunAsync(content, model, work.Derived);
        found.AddAll(publication?.Notes ?? []);
        return publication;
    }

    private async Task<PublicationContent> ContentAsync(PlannedRecipe planned, PublishedModel model, RunFolder work)
    {
        var folder = model.WeightsAsync is { } open ? await BringAsync(model, open, work) : await model.FolderAsync(cancellation);
        if (model.WeightsAsync is null)
        {
            _ = PublishedFiles.RequireWhole(folder, planned.Digests, cancellation);
        }

        ImmutableArray<EvaluationImage> images =
        [
            .. ImageFormat.Images.Where(image => model.Files.Files.ContainsKey(image.FileName))
                .Select(image => new EvaluationImage(image.FileName, image.Title, PlainFile.ReadText(Path.Combine(folder, image.FileName)))),
        ];
        return new()
        {
            Recipe = planned.Recipe,
            Models = planned.AllModels,
            LockFiles = planned.LockFiles,
            MergedFolder = folder,
            Stored = model.WeightsAsync is null ? ImmutableSortedDictionary<string, PartFile>.Empty : WeightsOf(model).ToImmutableSortedDictionary(
                file => file.Key, file => new PartFile(file.Value.Size, file.Value.Sha256, ImmutableSortedDictionary<string, string>.Empty), StringComparer.Ordinal),
            Derived = DerivedOf(planned.Recipe, model, folder),
            EvaluationJson = model.Content.Evaluation,
            EvaluationImages = images,
            EvaluationMarkdown = ModelCard.EvaluationIn(PlainFile.ReadText(Path.Combine(folder, ModelFileNames.Card)), images),
        };
    }

    private static ImmutableArray<DerivedFile> DerivedOf(Recipe recipe, PublishedModel model, string folder)
    {
        var names = new DerivedNames(model.Content.Manifest.Files.Keys);
        return
        [
            .. from made in model.Files.Derived ?? ImmutableSortedDictionary<string, string>.Empty
               let file = model.Files.Files[made.Key]
               let entry = recipe.Publish?.Derived.FirstOrDefault(entry => entry.Name == made.Value)
               where entry is not null && names.Objection(entry, made.Key) is null
               let place = Path.Combine(folder, made.Key)
               select new DerivedFile(entry.Name, made.Key, file.Size, file.Sha256, File.Exists(place) ? place : null),
        ];
    }

    // all but the weights, and what is as large as they are
    private async Task<string> BringAsync(PublishedModel model, Func<CancellationToken, Task<IPublishedWeights>> open, RunFolder work)
    {
        Drop(work);
        using var files = await open(cancellation);
        foreach (var (path, file) in model.Files.Files.Except(WeightsOf(model)))
        {
            if (file.Size > PlainFile.Largest)
            {
                if (model.Content.Manifest.Files.ContainsKey(path))
                {
                    throw Changed(path, $"has {ByteText.Of(file.Size)}");
                }

                continue;
            }

            var bytes = await files.ReadAsync(path, 0, (int)file.Size);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Sha256)
            {
                throw Changed(path, "is another file");
            }

            var place = Path.Combine(work.Promoted, path);
            DurableFolder.Create(Path.GetDirectoryName(place)!);
            DurableFile.WriteAllBytesAtomically(place, bytes);
        }

        return work.Promoted;
    }

    // commands may write into what they are given, and a snapshot's files are links into the cache
    private async Task<string> ModelAsync(PublishedModel model, RunFolder work)
    {
        var folder = await model.FolderAsync(cancellation);
        if (model.WeightsAsync is null)
        {
            return folder;
        }

        var links = new ModelFolder(folder);
        foreach (var (path, _) in WeightsOf(model))
        {
            var place = Path.Combine(work.Promoted, path);
            DurableFolder.Create(Path.GetDirectoryName(place)!);
            DurableFile.Copy(links.Locate(path), place);
        }

        return work.Promoted;
    }

    private static MergeOpsException Changed(string path, string how) => new(Codes.ContentChanged, $"{TerminalText.Quoted(path)} {how}.");

    private static IEnumerable<KeyValuePair<string, PublishedFile>> WeightsOf(PublishedModel model) => model.Files.Files.Where(file => CheckpointLayout.IsWeights(file.Key));

    private static void Drop(RunFolder work)
    {
        DurableFolder.Remove(work.Promoted);
    }
}
