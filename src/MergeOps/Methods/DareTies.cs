using MergeOps.Methods.Contract;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>Task vectors with entries dropped at random, merged where they agree in sign.</summary>
internal sealed class DareTies : TaskVectorMethod
{
    public override string Name => "dare_ties";

    public override string Title => "DARE TIES";

    public override string Summary => "Task vectors with entries dropped at random, merged where they agree in sign";

    public override int Version => 1;

    internal override double RelativeCost => 3.1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2311.03099");

    /// <summary>The random masks hang on the models' places.</summary>
    public override bool OrderMatters => true;

    protected override bool ElectsSigns => true;

    protected override bool NormalizesByDefault => false;

    protected override bool RescalesByDefault => true;

    protected override ISparsifier Sparsify(ITensorInputs inputs, int model) => RandomSparsifier.Of(inputs, model, Density, Rescale);
}
