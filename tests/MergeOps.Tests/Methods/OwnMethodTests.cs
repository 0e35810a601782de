using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>A method that this library does not have, given with the catalogue and found nowhere else.</summary>
public sealed class OwnMethodTests : IDisposable
{
    private const double Factor = 2.5;

    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_callers_own_method_is_read_planned_and_merged_with()
    {
        models.Model("a", ("w", DType.F32, [2, 2], SmallModels.Bytes(DType.F32, 1, -2, 3, 0.5)));
        var path = models.Folder.Write("recipe.yml", "merge_method: magnify\nmodels: [{ model: ./a }]\nparameters: { factor: 2.5 }\n"u8);

        var (recipe, found) = RecipeReader.Read(path, new MethodCatalogue([.. MethodCatalogue.Default.Methods, new Magnify()]));
        Assert.True(recipe is not null, string.Join('\n', found));
        var plan = Planner.Plan(recipe, ModelFactsReader.Read(TestEnvironment.OfThisProcess, recipe, null, found), found);
        Assert.True(plan is not null, string.Join('\n', found));
        models.Merge(plan);

        Assert.Equal("magnify", Assert.Single(plan.Jobs).MethodName);
        Assert.Equal(SmallModels.Bytes(DType.F32, 1 * Factor, -2 * Factor, 3 * Factor, 0.5 * Factor), models.Merged("w"));
    }

    [Fact]
    public void Without_that_catalogue_the_name_means_nothing()
    {
        models.Model("a", 1, ("w", DType.F32, [2]));
        var path = models.Folder.Write("recipe.yml", "merge_method: magnify\nmodels: [{ model: ./a }]\n"u8);

        Assert.Null(RecipeReader.Read(path, MethodCatalogue.Default).Recipe);
    }

    private sealed class Magnify : MergeMethod
    {
        private static readonly NumberParameter Factor = new("factor", ParameterScope.Method, null, "Multiplies the tensor");

        public override string Name => "magnify";

        public override string Title => "Magnify";

        public override string Summary => "One model's tensors, larger";

        public override int Version => 1;

        public override Uri? Reference => null;

        public override BaseModelRule BaseModel => BaseModelRule.Unused;

        public override int MinModels => 1;

        public override int MaxModels => 1;

        public override ImmutableArray<ParameterDeclaration> Parameters => [Factor];

        public override TileFunction Prepare(ITensorInputs inputs)
        {
            var factor = Factor.Of(inputs.Parameters);
            return tile => tile.Output.copy_(tile.Models[0]).mul_(factor);
        }
    }
}
