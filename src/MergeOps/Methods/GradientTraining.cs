using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>A merge that was trained for a few steps on the data of all models: what the training changed is measured before.</summary>
internal sealed class GradientTraining : MergeMethod
{
    private const string First = "first";

    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "The model's share in the average from which training starts") { Role = ParameterRole.Share, Min = 0 };
    private static readonly ChoiceParameter Start = new("start", ParameterScope.Method, ParameterValue.Of("average"), "Where training starts: at the average of the models or at the first one") { Choices = ["average", First] };
    private static readonly IntegerParameter Epochs = new("epochs", ParameterScope.Method, 3, "How many times every item is trained on at most; 0 leaves the start") { Min = 0, Max = 10_000 };
    private static readonly NumberParameter Rate = new("learning_rate", ParameterScope.Method, 1e-4, "How far a step of Adam moves a weight, or what a step of SGD multiplies the gradient by") { Min = 0 };
    private static readonly IntegerParameter Batch = new("batch", ParameterScope.Method, 8, "Items of each model in one step; the gradients of the models are averaged") { Min = 1, Max = 1_000_000 };
    private static readonly ChoiceParameter Optimizer = new("optimizer", ParameterScope.Method, ParameterValue.Of("adam"), "How a step follows from the gradient") { Choices = ["adam", "sgd"] };
    private static readonly NumberParameter HeldOut = new("held_out", ParameterScope.Method, 0.25, "The share of each model's items that is held out from training and decides when to stop") { Min = 0.01, Max = 0.9 };
    private static readonly IntegerParameter Patience = new("patience", ParameterScope.Method, 2, "Training ends after this many epochs without a smaller loss on the held-out items") { Min = 1, Max = 10_000 };

    public override string Name => "gradient";

    public override string Title => "Training from a merge";

    public override string Summary => "A merge trained for a few steps on the data of all models, stopped by items that were held out";

    public override int Version => 1;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override StatisticKind? BaseStatistic => IsMeasured ? StatisticKind.Update : null;

    internal override bool NeedsBaseStatistic => IsMeasured;

    internal override MergeMethod? BeforeMeasuring => new GradientTraining { IsMeasured = false };

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Start, Epochs, Rate, Batch, Optimizer, HeldOut, Patience];

    private bool IsMeasured { get; init; } = true;

    /// <summary>How to train.</summary>
    internal static TrainingSettings SettingsIn(ResolvedParameters parameters) => new(
        Epochs.Of(parameters), Rate.Of(parameters), Batch.Of(parameters), Optimizer.Of(parameters) == "adam", HeldOut.Of(parameters), Patience.Of(parameters));

    /// <summary>The share of each model in what training starts from.</summary>
    internal static ImmutableArray<double> StartIn(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Start.Of(parameters) == First ? [.. models.Select((_, model) => model == 0 ? 1.0 : 0)] : MeasuredShares.Of(models, Weight);

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => MeasuredShares.Refuses(models, Weight);

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var start = Combination.OfModels(inputs, StartIn(inputs.Parameters, inputs.Models), 1);
        return !inputs.HasBaseStatistic(StatisticKind.Update) ? start : tile =>
        {
            start(tile);
            tile.Output.add_(tile.BaseStatistic, Scalars.One);
        };
    }
}

/// <summary>How a merge is trained.</summary>
/// <param name="Epochs">How often every item is learned at most.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Batch">Items of each model in one step.</param>
/// <param name="IsAdam">Whether steps are those of Adam instead of plain gradient descent.</param>
/// <param name="HeldOut">The share of the items that is held out.</param>
/// <param name="Patience">Epochs without a smaller loss that end it.</param>
internal sealed record TrainingSettings(int Epochs, double Rate, int Batch, bool IsAdam, double HeldOut, int Patience);
