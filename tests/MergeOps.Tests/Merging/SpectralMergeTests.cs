using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Methods that decompose whole matrices, through the engine.</summary>
public sealed class SpectralMergeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Cases => ["tsv", "iso_c", "iso_cts", "wudi"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_tiles_and_memory_change_no_byte(string name)
    {
        var plan = Plan(name);
        var most = PlanEstimate.Of(plan).BufferBytes;

        var usual = Merge(plan, "usual");
        var small = Merge(plan, "small", options => options with { Threads = 3, TileElements = 7, MaxMemory = (most * 4 / 3) + 64 });

        Assert.Equal(usual.ModelDigest, small.ModelDigest);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_manifest_names_the_numeric_class_of_LAPACK(string name)
    {
        var plan = Plan(name);

        var merged = Merge(plan, "merged");

        Assert.True(plan.DecomposesMatrices);
        Assert.Contains(merged.NumericClass, (string[])["cpu-mkl", "cpu-arm64-lapack"]);
        Assert.Contains($"\"numericClass\": \"{merged.NumericClass}\"", File.ReadAllText(Path.Combine(merged.Folder, MergeManifest.FileName)), StringComparison.Ordinal);
        Assert.False(Plan("ties-d0.5").DecomposesMatrices);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_counts_what_a_decomposition_holds_and_a_merge_refuses_less(string name)
    {
        var (plan, plain) = (Plan(name), Plan("ties-d0.5"));
        var most = PlanEstimate.Of(plan).BufferBytes;

        Assert.True(most > PlanEstimate.Of(plain).BufferBytes);
        var failure = Assert.Throws<MergeOpsException>(() => Merge(plan, "merged", options => options with { MaxMemory = most / 2 }));
        Assert.Equal(Codes.MemoryTooSmall, failure.Diagnostic.Code);
    }

    private MergedCheckpoint Merge(MergePlan plan, string name, Func<MergeOptions, MergeOptions>? with = null)
    {
        var options = new MergeOptions { Output = folder[name] };
        return MergeEngine.Run(plan, with?.Invoke(options) ?? options, null, TestContext.Current.CancellationToken);
    }

    private static MergePlan Plan(string name)
    {
        var (recipe, diagnostics) = RecipeReader.Read(Repository.Data("Golden", "cases", name, "recipe.yml"), RecipeText.Catalogue);
        Assert.NotNull(recipe);
        return Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics), diagnostics)!;
    }
}
