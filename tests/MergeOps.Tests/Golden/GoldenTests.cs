using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Golden;

/// <summary>Whole merges from recipe to file, held against another implementation's output.</summary>
public sealed class GoldenTests : IDisposable
{
    // the share of equal elements that float32 noise in an importance mask leaves
    private const double MaskAgreement = 0.98;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    public static TheoryData<GoldenCase> WithTolerance => [.. GoldenCase.All.Where(golden => golden.Tolerance is not null)];

    public static TheoryData<GoldenCase> WithMask => [.. GoldenCase.All.Where(golden => golden.Kind == "mask")];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(WithTolerance), DisableDiscoveryEnumeration = true)]
    public void The_merge_agrees_with_the_reference(GoldenCase golden) => AssertValues(golden, Merge(golden));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(WithMask), DisableDiscoveryEnumeration = true)]
    public void The_merge_takes_each_element_from_one_of_its_inputs(GoldenCase golden)
    {
        using var expected = new FloatTensors(golden.Expected);
        using var merged = new FloatTensors(Merge(golden));
        var equal = expected.Infos.Keys.Sum(name => expected.Read(name).Zip(merged.Read(name)).Count(pair => pair.First == pair.Second));
        var all = expected.Infos.Values.Sum(tensor => tensor.ElementCount);
        Assert.InRange((double)equal / all, MaskAgreement, 1);
    }

    [Fact]
    public void A_merge_written_in_shards_has_the_same_values()
    {
        var golden = GoldenCase.All.Single(known => known.Name == "sharded-out");
        var output = Merge(golden, shardSize: 10_000);
        Assert.True(Directory.GetFiles(output, "model-*-of-*.safetensors").Length > 1);
        AssertValues(golden, output);
    }

    private static void AssertValues(GoldenCase golden, string output)
    {
        using var expected = new FloatTensors(golden.Expected);
        using var merged = new FloatTensors(output);
        Assert.All(expected.Infos.Values, tensor =>
        {
            var ours = merged.Infos[tensor.Name];
            Assert.Equal(tensor.DType, ours.DType);
            Assert.Equal(tensor.Shape, ours.Shape);
            if (golden.SkippedTensors is { } skipped && tensor.Name.Contains(skipped, StringComparison.Ordinal))
            {
                return;
            }

            var reference = expected.Read(tensor.Name);
            var values = merged.Read(tensor.Name);
            var scale = reference.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (var i = 0; i < reference.Length; i++)
            {
                Assert.True(
                    Agrees(values[i], reference[i], golden.Tolerance!.Value * scale, tensor.DType),
                    $"{tensor.Name}[{i}] is {values[i]:R}, the reference has {reference[i]:R}; the largest magnitude is {scale:R}");
            }
        });
    }

    private static bool Agrees(double value, double reference, double tolerance, DType dtype) =>
        double.IsNaN(reference)
            ? double.IsFinite(value)
            : value == reference
                || Math.Abs(value - reference) <= tolerance
                || (dtype is DType.BF16 or DType.F16 && Math.Abs(value - reference) <= FloatTensors.UnitAt(reference, dtype));

    private string Merge(GoldenCase golden, long? shardSize = null)
    {
        var (recipe, diagnostics) = RecipeReader.Read(golden.Recipe, RecipeText.Catalogue);
        Assert.True(recipe is not null, string.Join("\n", diagnostics));
        var plan = Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics), diagnostics);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        var options = new MergeOptions { Output = Path.Combine(folder.FullName, "merged"), ShardSize = shardSize };
        return MergeEngine.Run(plan, options, null, TestContext.Current.CancellationToken).Folder;
    }
}
