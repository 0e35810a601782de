using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Of very many tensors models are read, and jobs are made, side by side.</summary>
public sealed class AllJobsTests : PlanningTests
{
    // more than are made by one thread
    private const int Count = 20_500;

    private const string Merge = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./first
            parameters: { weight: 0.5 }
          - model: ./second
            parameters: { weight: 0.25 }
        """;

    [Fact]
    public void Very_many_jobs_have_the_order_of_their_names_and_the_digests_that_each_has_by_itself()
    {
        Model("base", [1]).Model("first", [1]).Model("second", [1]);

        var plan = Plan(Merge);

        Assert.Equal(Names, plan.Jobs.Select(job => job.Name));
        var contents = new FileContents(plan.Owners);
        Assert.All(plan.Jobs, job => Assert.Equal(PlanDigest.Of(job, contents), job.Digest));
        Assert.Distinct(plan.Jobs.Select(job => job.Digest));
        Assert.Equal(3L * 2 * Count, PlanEstimate.Of(plan).BytesToRead);
    }

    [Fact]
    public void A_mistake_in_very_many_tensors_is_told_once()
    {
        Model("base", [2]).Model("first", [2]).Model("second", [1]);

        Assert.Equal(Codes.ShapesDiffer, Refused(Merge).Code);
    }

    [Fact]
    public void What_is_wrong_with_models_that_are_read_side_by_side_is_told_in_their_order()
    {
        Model("base", [1]).Model("first", [1]).Model("second", [1]);
        File.WriteAllText(Path.Combine(Models.Path, "first", "model.safetensors"), "cut");
        File.WriteAllBytes(Path.Combine(Models.Path, "second", "model.safetensors"), SafetensorsBytes.Of("[]"));

        var (plan, found) = TryPlan(Merge, Models);

        Assert.Null(plan);
        Assert.Equal([Codes.FileTruncated, Codes.HeaderNotJson], found.Select(problem => problem.Code));
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Count).Select(i => $"blocks.{i}.weight").Order(StringComparer.Ordinal);

    private AllJobsTests Model(string name, long[] shape)
    {
        Models.Mixed(name, """{"model_type": "made-up"}""", [.. Names.Reverse().Select(tensor => (tensor, DType.BF16, shape))]);
        return this;
    }
}
