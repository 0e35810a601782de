using System.Globalization;
using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tests.Golden;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Methods that rank the changes of whole models, through the engine.</summary>
public sealed class ModelScanTests : IDisposable
{
    private const string Ranked = "merge_method: ties\nbase_model: base\nmodels:\n- {model: ft1, parameters: {weight: 0.5, density: 0.2}}\n- {model: ft2, parameters: {weight: 0.5, density: 0.3}}\nparameters: {scope: model}\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ties-model")]
    [InlineData("localize_stitch")]
    public void Threads_tiles_and_memory_change_no_byte(string name)
    {
        var plan = Plan(Repository.Data("Golden", "cases", name, "recipe.yml"));

        var usual = Merge(plan, "usual");
        var small = Merge(plan, "small", options => options with { Threads = 3, TileElements = 7, MaxMemory = 1 << 16 });

        Assert.Equal(usual.ModelDigest, small.ModelDigest);
    }

    [Fact]
    public void A_job_depends_on_all_that_is_ranked_with_it()
    {
        var plan = Plan(Written("all", Ranked));
        var other = Plan(Written("other", Ranked + "  # the third of a head\n", model => model == "ft2" ? "lm_head.weight" : null));
        var byTensor = Plan(Written("tensor", Ranked.Replace("scope: model", "scope: tensor", StringComparison.Ordinal)));
        const string name = "model.norm.weight";

        // another weight of another tensor may move the threshold of this one
        Assert.NotEqual(DigestOf(plan, name), DigestOf(other, name));
        Assert.NotEqual(DigestOf(plan, name), DigestOf(byTensor, name));
        var scan = Assert.Single(JobScan.Of(plan.Jobs));
        Assert.Equal(plan.Jobs.Length, scan.Members.Length);
        Assert.Equal(3 * PlanEstimate.BytesReadBy(byTensor), PlanEstimate.BytesReadBy(plan));
        Assert.Empty(JobScan.Of(byTensor.Jobs));
    }

    [Fact]
    public void Tensors_of_another_density_are_ranked_by_themselves()
    {
        var plan = Plan(Written("filtered", """
            merge_method: ties
            base_model: base
            models:
            - {model: ft1, parameters: {weight: 1, density: [{filter: mlp, value: 0.1}, {value: 1}]}}
            parameters: {scope: model, normalize: false}
            """));

        using var merged = new FloatTensors(Merge(plan, "merged").Folder);
        using var origin = new FloatTensors(folder["filtered/base"]);
        var changed = merged.Infos.Keys.Where(name => name.Contains("mlp", StringComparison.Ordinal)).Sum(name => merged.Read(name).Zip(origin.Read(name)).Count(pair => pair.First != pair.Second));
        var all = merged.Infos.Values.Where(tensor => tensor.Name.Contains("mlp", StringComparison.Ordinal)).Sum(tensor => tensor.ElementCount);

        Assert.Equal((long)(0.1 * all), changed);
    }

    [Fact]
    public void Each_part_of_a_merge_finds_the_same_thresholds()
    {
        var plan = Plan(Repository.Data("Golden", "cases", "ties-model", "recipe.yml"));
        var whole = Merge(plan, "whole");
        using var expected = new FloatTensors(whole.Folder);
        var layout = plan.LayoutFor(10_000);
        var shares = PlanShare.Of(plan, layout, 2);

        foreach (var (index, share) in shares.Index())
        {
            var part = folder[index.ToString(CultureInfo.InvariantCulture)];
            PartEngine.Run(plan, share, new MergeOptions { Output = part }, null, TestContext.Current.CancellationToken);
            foreach (var file in Directory.GetFiles(part, "*.safetensors"))
            {
                using var made = new FloatTensors(file);
                Assert.All(made.Infos.Keys, name => Assert.Equal(expected.Read(name), made.Read(name)));
            }
        }

        Assert.All(shares, share => Assert.NotEmpty(share.Plan.Jobs));
    }

    private static string DigestOf(MergePlan plan, string name) => plan.Jobs.Single(job => job.Name == name).Digest;

    private MergedCheckpoint Merge(MergePlan plan, string name, Func<MergeOptions, MergeOptions>? with = null)
    {
        var options = new MergeOptions { Output = folder[name + "-out"] };
        return MergeEngine.Run(plan, with?.Invoke(options) ?? options, null, TestContext.Current.CancellationToken);
    }

    // copies of golden models, one tensor of which may be another one
    private string Written(string name, string recipe, Func<string, string?>? changed = null)
    {
        foreach (var model in new[] { "base", "ft1", "ft2" })
        {
            Directory.CreateDirectory(folder[$"{name}/{model}"]);
            foreach (var file in Directory.GetFiles(Repository.Data("Golden", "models", "llama-f32", model)))
            {
                File.Copy(file, folder[$"{name}/{model}/{Path.GetFileName(file)}"]);
            }

            if (changed?.Invoke(model) is { } tensor)
            {
                var weights = folder[$"{name}/{model}/model.safetensors"];
                var info = CheckpointReader.Open(folder[$"{name}/{model}"], new()).Tensors[tensor];
                using var stream = File.OpenWrite(weights);
                stream.Position = info.Offset;
                stream.Write(BitConverter.GetBytes(0.25f));
            }
        }

        var path = folder[$"{name}/recipe.yml"];
        File.WriteAllText(path, recipe);
        return path;
    }

    private static MergePlan Plan(string path)
    {
        var (recipe, diagnostics) = RecipeReader.Read(path, RecipeText.Catalogue);
        Assert.True(recipe is not null, string.Join("\n", diagnostics));
        var plan = Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics), diagnostics);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return plan;
    }
}
