using MergeOps.Methods.Contract;

namespace MergeOps.Recipes;

/// <summary>
/// What <c>merge_method: moe</c> stands for: a recipe that puts the parts of dense models together as a mixture of experts. It
/// computes no tensor from others, so it is no method of the catalogue.
/// </summary>
internal sealed class MixtureMethod : MergeMethod
{
    /// <summary>The name in recipes.</summary>
    public const string MethodName = "moe";

    public override string Name => MethodName;

    public override string Title => "Mixture of experts";

    public override string Summary => "A mixture of experts from dense models";

    public override int Version => 1;

    public override Uri? Reference => new("https://arxiv.org/abs/2401.04088");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override TileFunction Prepare(ITensorInputs inputs) => throw new InvalidOperationException("a mixture copies its tensors");
}
