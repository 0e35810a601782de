using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.PostProcessors;

/// <summary>Scales what a merge adds to the base, layer by layer along a line: little in the first layers, more in the last ones.</summary>
internal sealed class Lines : PostProcessor
{
    private static readonly NumberParameter Alpha = new("alpha", ParameterScope.Method, null, "The factor of the first layer, and of tensors outside the layers")
    {
        Doubt = alpha => alpha < 0 ? "what the models learned is taken away from the base there." : null,
    };

    private static readonly NumberParameter Beta = new("beta", ParameterScope.Method, null, "How much the last layer's factor exceeds the first one's; 1 - alpha when not given") { IsOptional = true };

    public override string Name => "lines";

    public override string Title => "LiNeS";

    public override string Summary => "Scales what the merge adds to the base, from the first layer to the last along a line";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2410.17146");

    public override ImmutableArray<ParameterDeclaration> Parameters => [Alpha, Beta];

    public override TileFunction? Prepare(IMergedInputs inputs)
    {
        var alpha = Alpha.Of(inputs.Parameters);
        var factor = alpha + ((Beta.Find(inputs.Parameters) ?? (1 - alpha)) * inputs.Position);
        return factor == 1 ? null : tile => tile.Output.sub_(tile.Base).mul_(Scalars.Of(factor)).add_(tile.Base, Scalars.One);
    }
}
