using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Together;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Methods;
using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;
using MergeOps.Models;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Pipeline.Stages;

/// <summary>A model that is measured.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">Its data.</param>
/// <param name="Slug">What its files are called.</param>
internal sealed record WantedModel(Located<ModelReference> Model, CalibrationData Data, string Slug);

/// <summary>Measures the models of a merge in that merge, and writes the files of it.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="plan">The merge without what is measured.</param>
/// <param name="models">Its models.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="advanced">Hears what is worked on, and which share is done.</param>
/// <param name="found">Takes what is worth knowing.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class MeasureTogether(
    Recipe recipe, MergePlan plan, IReadOnlyList<WantedModel> models, long maxMemory, Action<string, double> advanced, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Measures.</summary>
    /// <param name="files">Each file with what it says of itself, as far as it is known before.</param>
    /// <param name="work">A folder that belongs to this measurement alone.</param>
    /// <param name="key">Everything that must be equal for what an interrupted measurement left to be of use.</param>
    /// <returns>What the files say of themselves.</returns>
    /// <exception cref="MergeOpsException">A model, the data or the disk do not allow it.</exception>
    public IReadOnlyList<StatisticsDescription> Run(IReadOnlyList<(string Path, StatisticsDescription Description)> files, string work, string key)
    {
        TorchRuntime.EnsureLoaded();
        var isTrained = files[0].Description.Kind is StatisticKind.Update;
        using var decoders = OpenedDecoders.Open(plan, [.. models.Select(model => model.Model)], isTrained ? ScalarType.Float64 : ScalarType.Float32, maxMemory);
        var jobs = plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        if (DecoderTensors.Of(decoders.Shape).FirstOrDefault(tensor => !jobs.TryGetValue(tensor.Name, out var job) || !job.Shape.SequenceEqual(tensor.Shape)) is { Name: { } odd })
        {
            throw new MergeOpsException(
                Codes.NotMeasured, $"{TerminalText.Quoted(odd)} of the merge has a different shape than that of '{models[0].Model.Value}', or is missing. Only merges that keep the models' tokenizer and layers can be measured.", recipe.MergeMethod.Span);
        }

        ImmutableArray<ImmutableArray<CalibrationSequence>> tasks =
            [.. models.Select(model => ExampleMaker.Of(model.Data, decoders.Language, isTrained ? Asked.Prediction : Asked.Reading).SelectMany(example => example.Sequences).ToImmutableArray())];
        return isTrained ? [Train(decoders, jobs, tasks, files[0], work)] : Grams(decoders, jobs, tasks, files, work, key);
    }

    private StatisticsDescription Train(
        OpenedDecoders decoders, Dictionary<string, TensorJob> jobs, ImmutableArray<ImmutableArray<CalibrationSequence>> tasks, (string Path, StatisticsDescription Description) file, string work)
    {
        if (models.Zip(tasks).FirstOrDefault(task => task.Second.Length < 2) is { First: { } lonely })
        {
            throw new MergeOpsException(
                Codes.CalibrationItemMalformed, $"The data of '{lonely.Model.Value}' holds one item, and training needs at least two: one to learn from, and one to decide when to stop.", lonely.Data.Settings.Span);
        }

        var settings = GradientTraining.SettingsIn(jobs.Values.First(job => job.Method is not null).Parameters);
        var training = new MergeTraining(
            decoders.Shape, decoders.Weights, name => SharesOf(jobs[name], GradientTraining.StartIn), tasks, settings, file.Description.Seed, work, decoders.StateBytes, cancellation);
        var change = Path.Combine(work, "change");
        PartContents contents;
        TrainingOutcome outcome;
        using (var part = new PartFile(change))
        {
            outcome = training.Run((name, values) => part.Add(new(name, DType.F32, values.shape), values), share => advanced("training", share));
            contents = part.Contents;
        }

        var description = file.Description with
        {
            Items = tasks.Sum(task => task.Length),
            Tokens = tasks.Sum(task => task.Sum(sequence => (long)sequence.Inputs.Length)),
            Outcome = outcome.ToString(),
        };
        Measurement.Write(file.Path, description, [(change, contents)], prefix: "");
        if (outcome is { Kept: 0, Ran: > 0 })
        {
            found.Warning(
                Codes.TrainingHelpedNothing,
                $"No epoch had a smaller loss on the {outcome.HeldOut} held-out items than the start, so the start is kept: {outcome}. Use a smaller 'learning_rate', or more items.",
                models[0].Data.Settings.Span);
        }

        return description;
    }

    private List<StatisticsDescription> Grams(
        OpenedDecoders decoders,
        Dictionary<string, TensorJob> jobs,
        ImmutableArray<ImmutableArray<CalibrationSequence>> tasks,
        IReadOnlyList<(string Path, StatisticsDescription Description)> files,
        string work,
        string key)
    {
        var walk = new MergedGramWalk(decoders.Shape, decoders.Weights, tasks, name => MergeOf(jobs[name]), work, maxMemory, cancellation);
        var parts = new StepRunner(work, key).Run(walk.Steps(), advanced, cancellation);
        List<StatisticsDescription> measured = [];
        foreach (var (index, (path, described)) in files.Index())
        {
            var prefix = MergedGramWalk.PrefixOf(index);
            var own = parts.SelectMany(part => part.Contents.Tensors).Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
            var description = described with
            {
                Items = tasks[index].Length,
                Tokens = tasks[index].Sum(sequence => (long)sequence.Inputs.Length),
                Inputs = Map(parts.SelectMany(part => part.Contents.Inputs).Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value[prefix.Length..]))),
                WeightTokens = Map(own.Where(tensor => tensor.Tokens is not null).Select(tensor => KeyValuePair.Create(tensor.Name[prefix.Length..], tensor.Tokens!.Value))),
            };
            Measurement.Write(path, description, parts, prefix);
            measured.Add(description);
        }

        return measured;
    }

    private TensorMerge MergeOf(TensorJob job) => new(
        SharesOf(job, (_, inputs) => GramMethod.SharesIn(inputs)),
        CheckpointWeights.StoredType(job.DType),
        job.Method is GramMethod method && job.Shape.Length == 2 && recipe.Architecture.RoleOf(job.Name, job.Shape) is TensorRole.Weight
            ? (gram, share) => method.Weighted(job.Name, job.Parameters, gram, share)
            : null);

    // what equals one model is copied from it
    private ImmutableArray<double> SharesOf(TensorJob job, Func<ResolvedParameters, ImmutableArray<ResolvedParameters>, ImmutableArray<double>> ofMerge) => job.Method is not null
        ? ofMerge(job.Parameters, [.. job.Inputs.Select(input => input.Parameters)])
        : [.. models.Select(model => model.Model.Value == plan.Models[job.Inputs[0].Model].Reference ? 1.0 : 0)];

    private static ImmutableSortedDictionary<string, T> Map<T>(IEnumerable<KeyValuePair<string, T>> pairs) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, pairs);
}
