using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text;
using MergeOps.Calibration.Coefficients;
using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Search.Contract;
using MergeOps.Search;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Scores points, and finds for each how the loss changes there that the searcher learns by; what was found is remembered beside the search.</summary>
/// <param name="scores">Scores them.</param>
/// <param name="context">What all points share.</param>
/// <param name="problem">The search.</param>
/// <param name="loss">The loss.</param>
/// <param name="items">What it is measured on.</param>
/// <param name="space">Stands for what the numbers are.</param>
/// <param name="notes">Takes what is worth knowing.</param>
internal sealed class SlopedPoints(
    IPointScores scores, SearchContext context, SearchProblem problem, CoefficientLoss loss, ImmutableArray<TaskItems> items, string space, DiagnosticBag notes) : IPointScores, IDisposable
{
    /// <summary>Raised by hand whenever the same point and data would have another slope than before.</summary>
    private const int Version = 1;

    private LearnableModels? models;
    private int done;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points)
    {
        List<ScoredPoint> sloped = [];
        foreach (var point in await scores.ScoreAsync(points))
        {
            sloped.Add(point.Score.Exists ? point with { Slope = await SlopeAsync(point.Values) } : point);
        }

        return sloped;
    }

    /// <inheritdoc/>
    public void Finish() => scores.Finish();

    /// <inheritdoc/>
    public void Dispose() => models?.Dispose();

    private async Task<Slope> SlopeAsync(ImmutableArray<double> values)
    {
        var path = Path.Combine(context.Work.Learned, $"{KeyOf(values)}.json");
        context.Observer.Advanced(Stage.Search, $"the loss around {ScorePointsHere.Words(values)}", new Work(done, problem.Evaluations, WorkUnit.Items));
        if (Recall(path) is not { } slope)
        {
            models ??= await LearnableModels.OpenAsync(context, problem, items);
            slope = models.Slopes(loss).At(values, loss);
            if (slope.IsFinite)
            {
                Remember(path, slope);
            }
        }

        if (!slope.IsFinite)
        {
            var where = $"The loss at {ScorePointsHere.Words(values)}, or its gradient, is not a number: the merged model's arithmetic overflows on this data.";
            if (done == 0)
            {
                throw new MergeOpsException(Codes.LossNotFinite, $"{where} Start nearer to the base with a smaller 'start', and check whether each model works by itself: `mergeops evaluate` scores them.", items[0].Data.Settings.Span);
            }

            notes.Warning(Codes.LossNotFinite, $"{where} The search ends there. Use a smaller 'rate', or a smaller 'to'.", items[0].Data.Settings.Span);
        }

        done++;
        return slope;
    }

    private string KeyOf(ImmutableArray<double> values) => CanonicalJson.Digest(new JsonObject
    {
        ["version"] = Version,
        ["plan"] = context.Plans.TryAt(values).Plan!.Digest,
        ["class"] = MergeDevice.Choose(context.Engine.Device).NumericClassOf(decomposesMatrices: false),
        ["space"] = space,
        ["loss"] = loss.ToString(),
        ["data"] = new JsonArray([.. items.Select(task => (JsonNode)task.Data.Digest)]),
    });

    private Slope? Recall(string path)
    {
        if (PlainFile.Recall(path) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Slope>(text) is { Gradient: { IsDefault: false } gradient } slope && gradient.Length == problem.Dimensions.Length ? slope : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Remember(string path, Slope slope)
    {
        OwnPlace.ClearForFolder(context.Work.Learned);
        DurableFolder.Create(context.Work.Learned);
        DurableFile.WriteAllBytesAtomically(path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(slope)));
    }
}
