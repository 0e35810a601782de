using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Reading;

/// <summary>A method whose name was refused: the rest of its recipe is read all the same, and is never merged.</summary>
internal sealed class UnknownMethod(string name) : MergeMethod
{
    public override string Name => name;

    public override string Title => name;

    public override string Summary => "";

    public override int Version => 0;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Optional;

    public override int MinModels => 0;

    public override TileFunction Prepare(ITensorInputs inputs) => throw new InvalidOperationException($"there is no method '{name}'");
}
