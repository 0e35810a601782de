using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Coefficients;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Sources;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Pipeline.Stages;

/// <summary>The base and the models of a merge, opened so that their coefficients can be learned.</summary>
internal sealed class LearnableModels : IDisposable
{
    private readonly SearchContext context;
    private readonly ImmutableArray<TaskItems> items;
    private readonly OpenedDecoders decoders;
    private readonly CoefficientMap map;

    private LearnableModels(SearchContext context, SearchProblem problem, ImmutableArray<TaskItems> items)
    {
        (this.context, this.items) = (context, items);
        decoders = OpenedDecoders.Open(
            context.Planned.Plan, [context.Planned.Recipe.BaseModel!, .. items.Select(task => task.Model)], ScalarType.Float64, context.Engine.MaxMemory);
        map = MapOf(problem);
    }

    /// <summary>Whether nothing is known against learning before the models are fetched: what is learned from are predictions of tokens.</summary>
    /// <param name="recipe">A recipe with a search.</param>
    /// <param name="plan">What it makes.</param>
    /// <param name="models">What is known of its models.</param>
    /// <param name="found">Takes the error.</param>
    public static bool Check(Recipe recipe, MergePlan plan, ImmutableArray<ModelMetadata> models, DiagnosticBag found)
    {
        if (LearningItems.AreNeeded(recipe.Search!) && recipe.BaseModel is { } origin && models[plan.IndexOf(origin.Value)].Config is { } config
            && ScoringSupport.TryRead(Encoding.UTF8.GetBytes(config.Root.ToJsonString()), out var whyNot) is null)
        {
            found.Error(
                Codes.SearcherRefuses,
                $"'{recipe.Search!.Searcher.Value.Name}' learns from the tokens that the merged model predicts, and {TerminalText.Quoted(origin.Value.ToString())} predicts none here: {whyNot}. "
                    + "Search the numbers of embedding models and other encoders with 'golden', 'grid' or 'cma_es' on items of 'sts' or 'retrieval'.",
                recipe.Search.Searcher.Span);
        }

        return !found.HasErrors;
    }

    /// <summary>Fetches what is not here, and opens all of it.</summary>
    /// <exception cref="MergeOpsException">A model has no exact forward pass, is another kind of input, or does not fit.</exception>
    public static async Task<LearnableModels> OpenAsync(SearchContext context, SearchProblem problem, ImmutableArray<TaskItems> items)
    {
        var plan = context.Planned.Plan;
        OpenedDecoders.RequireWhole(plan, context.Planned.Recipe.MergeMethod.Span);
        await new FetchModels(context.Environment, plan, context.Planned.Digests, context.Observer, context.Cancellation).ForEvaluationAsync(Enumerable.Range(0, plan.Models.Length));
        return new(context, problem, items);
    }

    /// <summary>The slopes of a loss.</summary>
    public CoefficientSlopes Slopes(CoefficientLoss loss)
    {
        OwnPlace.ClearForFolder(context.Work.Learned);
        DurableFolder.Create(context.Work.Learned);
        var asked = loss is CoefficientLoss.Entropy ? Asked.Anything : Asked.Prediction;
        var each = loss is CoefficientLoss.GradientDistance ? items.Select(task => task.Data) : items.Select(task => task.Data).DistinctBy(data => data.Digest);
        ImmutableArray<ImmutableArray<CalibrationSequence>> tasks =
            [.. each.Select(data => ExampleMaker.Of(data, decoders.Language, asked).SelectMany(example => example.Sequences).ToImmutableArray())];
        return new(decoders.Shape, decoders.Weights[0], decoders.Weights[1..], map, tasks, context.Work.Learned, decoders.StateBytes, context.Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => decoders.Dispose();

    // ends of ranges are where a model is copied instead of merged
    private CoefficientMap MapOf(SearchProblem problem)
    {
        const double Inside = 0.37;
        const double Step = 0.0625;
        ImmutableArray<double> point = [.. problem.Dimensions.Select(dimension => dimension.Fit(dimension.From + (Inside * (dimension.To - dimension.From))))];
        return new(point, Step, values => SharesAt(context.Plans.At(values, []) ?? context.Planned.Plan));
    }

    private Dictionary<string, ImmutableArray<double>> SharesAt(MergePlan plan)
    {
        var jobs = plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        return DecoderTensors.Of(decoders.Shape).ToDictionary(
            tensor => tensor.Name,
            tensor => jobs.TryGetValue(tensor.Name, out var job) && job.Shape.SequenceEqual(tensor.Shape)
                ? SharesOf(plan, job)
                : throw new MergeOpsException(
                    Codes.NotMeasured,
                    $"{TerminalText.Quoted(tensor.Name)} of the merged model has a different shape than the base's, or is missing. Coefficients can be learned only for merges that keep the base's tokenizer and layers.",
                    context.Planned.Recipe.BaseModel!.Span),
            StringComparer.Ordinal);
    }

    private ImmutableArray<double> SharesOf(MergePlan plan, TensorJob job)
    {
        var shares = new double[items.Length];
        ImmutableArray<double> ofInputs = job.Method is null
            ? [1]
            : job.Method.LinearShares(job.Parameters, [.. job.Inputs.Select(input => input.Parameters)])
                ?? throw new MergeOpsException(
                    Codes.SearcherRefuses,
                    $"{TerminalText.Quoted(job.Name)} is not the base plus weighted task vectors, which are what coefficients can be learned for. Use 'merge_method: task_arithmetic' without 'normalize' and 'post'.",
                    context.Planned.Recipe.MergeMethod.Span);
        foreach (var (input, share) in job.Inputs.Zip(ofInputs))
        {
            var model = plan.Models[input.Model].Reference;
            if (items.Index().FirstOrDefault(task => task.Item.Model.Value == model) is { Item: not null } known)
            {
                shares[known.Index] += share;
            }
        }

        return [.. shares];
    }
}
