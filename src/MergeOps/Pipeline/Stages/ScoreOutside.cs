using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Pipeline.Scoring;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Gets the scores that a recipe declares and another harness measures: from results files, or by the settings' command.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="recipeName">The recipe's name, for the command.</param>
/// <param name="wanted">What the recipe declares.</param>
/// <param name="scoring">Where they come from; null when nobody says.</param>
/// <param name="observer">Hears what a command prints.</param>
/// <param name="cancellation">Ends a command.</param>
internal sealed class ScoreOutside(
    HostEnvironment environment,
    string recipeName,
    ImmutableArray<ExternalMetric> wanted,
    ExternalScoring? scoring,
    IStageObserver observer,
    CancellationToken cancellation)
{
    private static readonly ImmutableDictionary<Figure, ExternalScore> None = ImmutableDictionary<Figure, ExternalScore>.Empty;

    private readonly OutsideMemory memory = new(environment.Home["scores/outside"], KnownDigests.Of(environment));

    private readonly Dictionary<string, ImmutableDictionary<Figure, ExternalScore>> recalled = new(StringComparer.Ordinal);

    private ImmutableDictionary<Figure, ExternalScore> merged = None;
    private ImmutableDictionary<Figure, ExternalScore>? published;

    /// <summary>What the recipe declares.</summary>
    public ImmutableArray<ExternalMetric> Wanted => wanted;

    private ImmutableArray<string> MergedFiles => scoring?.Merged ?? [];

    private ImmutableArray<string> PublishedFiles => scoring?.Published ?? [];

    /// <summary>Reads the files that are there already; false after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file.</exception>
    public bool Read(DiagnosticBag found)
    {
        if (wanted.IsEmpty && MergedFiles.Concat(PublishedFiles).FirstOrDefault() is { } needless)
        {
            found.Error(Codes.ResultsUnusable, "The recipe declares no external score: 'evaluate: { external: … }'.", SourceSpan.File(needless));
            return false;
        }

        var ofMerged = ExternalScores.InFiles(wanted, MergedFiles, found);
        published = PublishedFiles.IsEmpty ? null : ExternalScores.InFiles(wanted, PublishedFiles, found);
        merged = ofMerged ?? None;
        return ofMerged is not null && PublishedFiles.IsEmpty == published is null;
    }

    /// <summary>Why the merged model will have no such score, as far as that is known before there is the model; null when nothing is known against it.</summary>
    /// <param name="figure">What another harness measures.</param>
    public string? WhyNot(Figure figure) =>
        !MergedFiles.IsEmpty ? merged.GetValueOrDefault(figure)?.WhyNot
        : scoring?.Command is null ? "its score is missing: name a results file with --results, or settings that have a scoring command with --settings"
        : null;

    /// <summary>The merged model's scores; runs the command when there is one and no file.</summary>
    /// <param name="model">The merged model.</param>
    /// <param name="work">Takes what the command writes.</param>
    /// <param name="found">Takes what is wrong with that.</param>
    /// <exception cref="MergeOpsException">The command failed.</exception>
    public async Task<ImmutableDictionary<Figure, ExternalScore>> OfMergedAsync(string model, RunFolder work, DiagnosticBag found)
    {
        return AsksCommand ? await RunAsync(model, work, found, keep: null) : merged;
    }

    /// <summary>Whether the settings' command scores the models; else results files do, or nothing.</summary>
    public bool AsksCommand => !wanted.IsEmpty && MergedFiles.IsEmpty && scoring?.Command is not null;

    /// <summary>Whether what the command says of a model is remembered.</summary>
    /// <param name="digest">Stands for the model's content.</param>
    public bool IsRemembered(string digest) => Recall(KeyOf(digest)) is not null;

    /// <summary>The scores of a model that the merged one is compared with, by the command that scores that; measured once and remembered. A command that fails gives none.</summary>
    /// <param name="name">What reports call the model.</param>
    /// <param name="digest">Stands for its content.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="work">Takes what the command writes.</param>
    /// <param name="found">Takes what is wrong with that.</param>
    public async Task<ImmutableDictionary<Figure, ExternalScore>> OfOtherAsync(string name, string digest, string folder, RunFolder work, DiagnosticBag found)
    {
        if (!AsksCommand)
        {
            return None;
        }

        try
        {
            var key = KeyOf(digest);
            return Recall(key) ?? await RunAsync(folder, work, found, (written, samples) => memory.Remember(key, written, samples));
        }
        catch (MergeOpsException failed) when (failed.Diagnostic.Code == Codes.ScoringFailed)
        {
            found.Warning(Codes.ScoringFailed, $"Of '{name}': {failed.Diagnostic.Detail}", failed.Diagnostic.Span);
            return wanted.ToImmutableDictionary(external => external.Figure, _ => ExternalScore.Missing("the command failed"));
        }
    }

    private string KeyOf(string digest) => memory.KeyOf(scoring!.Command!, scoring.Folder, digest);

    private ImmutableDictionary<Figure, ExternalScore>? Recall(string key)
    {
        if (!recalled.TryGetValue(key, out var known) && Find(key) is { } found)
        {
            recalled[key] = known = found;
        }

        return known;
    }

    // what is damaged, or lacks a score, is measured again
    private ImmutableDictionary<Figure, ExternalScore>? Find(string key) =>
        memory.Find(key) is { } remembered && ExternalScores.InFiles(wanted, [remembered, .. SamplesOf(Path.GetDirectoryName(remembered)!)], []) is { } scores && AreWhole(scores) ? scores : null;

    // what a command leaves beside its results is read where it is of use, and is no mistake otherwise
    private ImmutableArray<string> SamplesOf(string written) =>
        [.. ScoringRun.SamplesIn(written).Where(path => SampleFile.Of(path, []) is { } samples && wanted.Any(external => samples.Find(external).Value is not null))];

    private static bool AreWhole(ImmutableDictionary<Figure, ExternalScore>? scores) => scores?.Values.All(score => score.Value is not null) == true;

    private async Task<ImmutableDictionary<Figure, ExternalScore>> RunAsync(string model, RunFolder work, DiagnosticBag found, Action<string, ImmutableArray<string>>? keep)
    {
        // what a killed run left must not pass for new results
        DurableFolder.Remove(work.Scoring);

        OwnPlace.ClearForFolder(work.Scoring);
        DurableFolder.Create(work.Scoring);
        try
        {
            var results = await new ScoringRun(environment, observer.Reported, cancellation)
                .RunAsync(scoring!.Command!, scoring.Folder, Path.GetFullPath(model), recipeName, work.Scoring);
            var samples = SamplesOf(work.Scoring);
            var scores = ExternalScores.InFiles(wanted, [results, .. samples], found);
            if (AreWhole(scores))
            {
                keep?.Invoke(results, samples);
            }

            return scores ?? None;
        }
        finally
        {
            DurableFolder.Remove(work.Scoring);
        }
    }

    /// <summary>Whether the merged model can be evaluated where it is compared with no published version: not with results that were given for one.</summary>
    /// <param name="baseline">Why there is none.</param>
    /// <param name="found">Takes an error, or a warning where the model was published as it is.</param>
    public bool AcceptsNoneBefore(PublishedBaseline baseline, DiagnosticBag found)
    {
        if (PublishedFiles is not [var first, ..])
        {
            return true;
        }

        if (baseline.Itself is { } version)
        {
            found.Warning(Codes.ResultsUnusable, $"It was given for the published version, but that is this model itself: {version.Text}, the first one, which has nothing before it to be compared with. Nothing in the file counts.", SourceSpan.File(first));
            return true;
        }

        found.Error(
            Codes.ResultsUnusable,
            baseline.IsAsked
                ? "It was given for the published version, but nothing has been published yet, so nothing can be compared with it. Leave it out for the first version, or check the place to publish to."
                : $"It was given for the published version, but no gate compares with that. Leave it out, or add a gate with 'against: {Baselines.Published}' or 'not_worse_than: {Baselines.Published}'.",
            SourceSpan.File(first));
        return false;
    }

    /// <summary>The published version's scores: from a file of its own, else from its published evaluation.</summary>
    public ImmutableDictionary<Figure, ExternalScore> OfPublished(string? evaluationJson) =>
        published ?? ExternalScores.InEvaluation(wanted, evaluationJson);
}
