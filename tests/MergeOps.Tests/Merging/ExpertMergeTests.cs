using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Mixtures in two layouts: every number of one meets the same expert's, row's and column's number of the other.</summary>
public sealed class ExpertMergeTests : IDisposable
{
    private const int Experts = 3, Hidden = 4, Inner = 2;
    private static readonly string[] Projections = ["gate_proj", "up_proj", "down_proj"];

    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_by_one_with_together(bool isTransposed)
    {
        Write("a", Separate(1));
        Write("b", Fused(3, isTransposed));

        Merge();

        Assert.All(Separate(2), tensor => Assert.Equal(tensor.Bytes, models.Merged(tensor.Name)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Together_with_one_by_one(bool isTransposed)
    {
        Write("a", Fused(1, isTransposed));
        Write("b", Separate(3));

        Merge();

        Assert.All(Fused(2, isTransposed), tensor => Assert.Equal(tensor.Bytes, models.Merged(tensor.Name)));
    }

    // a number that says where it stands
    private static double At(int projection, int expert, int row, int column) => (1000 * projection) + (100 * expert) + (10 * row) + column;

    private static IEnumerable<(string Name, DType DType, long[] Shape, byte[] Bytes)> Separate(double factor) =>
        from expert in Enumerable.Range(0, Experts)
        from projection in Enumerable.Range(0, 3)
        let shape = projection == 2 ? (Rows: Hidden, Columns: Inner) : (Rows: Inner, Columns: Hidden)
        select Tensor($"model.layers.0.mlp.experts.{expert}.{Projections[projection]}.weight", [shape.Rows, shape.Columns], at => factor * At(projection, expert, at[0], at[1]));

    private static IEnumerable<(string Name, DType DType, long[] Shape, byte[] Bytes)> Fused(double factor, bool isTransposed)
    {
        double GateUp(int expert, int row, int column) => factor * At(row / Inner, expert, row % Inner, column);
        double Down(int expert, int row, int column) => factor * At(2, expert, row, column);
        return isTransposed
            ? [Tensor("model.layers.0.mlp.experts.gate_up_proj", [Experts, Hidden, 2 * Inner], at => GateUp(at[0], at[2], at[1])), Tensor("model.layers.0.mlp.experts.down_proj", [Experts, Inner, Hidden], at => Down(at[0], at[2], at[1]))]
            : [Tensor("model.layers.0.mlp.experts.gate_up_proj", [Experts, 2 * Inner, Hidden], at => GateUp(at[0], at[1], at[2])), Tensor("model.layers.0.mlp.experts.down_proj", [Experts, Hidden, Inner], at => Down(at[0], at[1], at[2]))];
    }

    private static (string Name, DType DType, long[] Shape, byte[] Bytes) Tensor(string name, int[] shape, Func<int[], double> value)
    {
        var count = shape.Aggregate(1, (a, b) => a * b);
        var values = Enumerable.Range(0, count).Select(index => value([.. shape.Select((_, axis) => index / shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b) % shape[axis])]));
        return (name, DType.F32, [.. shape.Select(length => (long)length)], SmallModels.Bytes(DType.F32, [.. values]));
    }

    private void Write(string name, IEnumerable<(string Name, DType DType, long[] Shape, byte[] Bytes)> tensors)
    {
        models.Model(name, [.. tensors]);
        models.Folder.Write($"{name}/config.json", """{"model_type": "qwen3_moe"}"""u8);
    }

    private void Merge()
    {
        var path = models.Folder.Write("recipe.yml", "merge_method: linear\nmodels: [{ model: ./a, parameters: { weight: 0.5 } }, { model: ./b, parameters: { weight: 0.5 } }]\n"u8);
        var (recipe, found) = RecipeReader.Read(path, MethodCatalogue.Default);
        var plan = Planner.Plan(recipe!, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe!, null, found), found);
        Assert.True(plan is not null, string.Join("\n", found));
        models.Merge(plan);
    }
}
