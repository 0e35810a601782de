using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Checkpoints of one training run, averaged with weights that follow from their order.</summary>
internal sealed class CheckpointAverage : MergeMethod
{
    private const string Equal = "equal";
    private const string Increasing = "linear";
    private const string Exponential = "ema";
    private const string Decay = "wsm";

    private static readonly ChoiceParameter Schedule = new(
        "schedule", ParameterScope.Method, ParameterValue.Of(Equal), "How the weights follow from the order of the checkpoints")
    {
        Choices = [Equal, Increasing, Exponential, Decay],
    };

    private static readonly NumberParameter Alpha = new(
        "alpha", ParameterScope.Method, 0.2, "The share of each new checkpoint in the running average of `ema`")
    {
        Min = 0,
        Max = 1,
    };

    private static readonly NumbersParameter Coefficients = new(
        "decay", ParameterScope.Method, "The learning rates that `wsm` replaces, one for each step between two checkpoints, as parts of the constant one; left out, a linear decay to 0")
    {
        IsOptional = true,
    };

    public override string Name => "checkpoint_average";

    public override string Title => "Checkpoint average";

    public override string Summary => "The average of a training run's checkpoints, with weights that follow from their order";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2507.17634");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override bool OrderMatters => true;

    public override bool AssumesEqualDistances => true;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Schedule, Alpha, Coefficients];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        (Schedule.Of(parameters), Coefficients.Find(parameters)) switch
        {
            (_, null) => null,
            (not Decay, _) => $"decay belongs to 'schedule: {Decay}'; leave it out, or change the schedule",
            (_, { } decay) when decay.Length != models.Length - 1 => FormattableString.Invariant($"decay has {decay.Length} values, but {models.Length} checkpoints have {models.Length - 1} steps between them"),
            (_, { } decay) => Fault(decay),
        };

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var shares = SharesOf(parameters, models);
        return shares.IndexOf(1) is >= 0 and var only && shares.All(share => share is 0 or 1) ? only : null;
    }

    /// <inheritdoc/>
    public override ImmutableArray<double> SharesOf(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => Schedule.Of(parameters) switch
    {
        Increasing => [.. Enumerable.Range(1, models.Length).Select(i => 2.0 * i / (models.Length * (models.Length + 1.0)))],
        Exponential => RunningAverage(Alpha.Of(parameters), models.Length),
        Decay => Telescoped(Coefficients.Find(parameters) ?? LinearDecay(models.Length)),
        _ => [.. Enumerable.Repeat(1.0 / models.Length, models.Length)],
    };

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var shares = SharesOf(inputs.Parameters, inputs.Models);
        return Combination.OfModels(inputs, shares, 1);
    }

    private static string? Fault(ImmutableArray<double> decay)
    {
        for (var i = 0; i < decay.Length; i++)
        {
            if (!(decay[i] >= 0 && decay[i] <= (i == 0 ? 1 : decay[i - 1])))
            {
                return "decay must fall from at most 1 to at least 0, or stay the same";
            }
        }

        return null;
    }

    // the first checkpoint begins the average
    private static ImmutableArray<double> RunningAverage(double alpha, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (i == 0 ? 1 : alpha) * Math.Pow(1 - alpha, count - 1 - i))];

    // Σ c_j x_j with these c is x_0 + Σ d_i (x_i − x_{i−1}), the end of a run whose steps were scaled by d
    private static ImmutableArray<double> Telescoped(ImmutableArray<double> decay) =>
        [.. Enumerable.Range(0, decay.Length + 1).Select(j => (j == 0 ? 1 : decay[j - 1]) - (j == decay.Length ? 0 : decay[j]))];

    private static ImmutableArray<double> LinearDecay(int count) => [.. Enumerable.Range(1, count - 1).Select(i => 1 - ((double)i / count))];
}
