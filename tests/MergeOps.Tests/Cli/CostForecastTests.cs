using System.Text;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What a plan says of time, disk and memory, once a merge has shown how fast the machine is.</summary>
[RunsAlone("runs the command line")]
public sealed class CostForecastTests : IDisposable
{
    private const string Rates = """{"fetchSecondsPerByte": 1e-8, "merge": {"startSeconds": 1, "secondsPerByte": 0.01, "processorSecondsPerUnit": 0, "threads": 2, "bytes": 1e9, "arithmetic": 1e9}}""";

    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;
    private readonly string recipe;

    public CostForecastTests()
    {
        environment = TestEnvironment.WithHome(models.Folder["home"]);
        models.Model("a", 1, [("w", DType.BF16, [20, 10])]);
        models.Model("b", 2, [("w", DType.BF16, [20, 10])]);
        recipe = models.Folder.Write("recipe.yml", "merge_method: linear\nparameters: { weight: 0.5 }\nmodels:\n  - model: ./a\n  - model: ./b\n"u8);
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void Without_any_merge_before_nothing_is_said() => Assert.DoesNotContain("Time:", Run("plan", recipe).Output, StringComparison.Ordinal);

    [Fact]
    public void A_plan_says_how_long_its_bytes_take_here()
    {
        environment.Home.Write(environment.Home["rates.json"], Encoding.UTF8.GetBytes(Rates));

        var text = Run("plan", recipe);
        var json = Run("plan", recipe, "--format", "json");

        // two inputs and one output of 400 bytes at a hundred bytes a second, after one second
        Assert.Contains("\nTime:   about 13 s to merge on this machine\nMemory: ", text.Output, StringComparison.Ordinal);
        Assert.Equal(13, (double)json.Result!["cost"]!["seconds"]!, 6);
        Assert.Equal(400, (long)json.Result!["cost"]!["diskBytes"]!);
        Assert.Equal(0, (long)json.Result!["cost"]!["bytesToFetch"]!);
    }

    [Fact]
    public void A_hosted_runner_holds_a_small_merge()
    {
        var text = Run("plan", recipe, "--runner", "ubuntu-latest");
        var json = Run("plan", recipe, "--runner", "ubuntu-latest", "--format", "json");

        Assert.Contains("\nRunner: ubuntu-latest: disk and memory hold it\n", text.Output, StringComparison.Ordinal);
        Assert.True((bool)json.Result!["cost"]!["runner"]!["fits"]!);
        Assert.Contains("takes one of ubuntu-latest", Run("plan", recipe, "--runner", "my-own").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"merge": {}, "merge": {}}""")]
    [InlineData("""{"merge": {"threads": 1, "threads": 2}}""")]
    [InlineData("""{"\ud800": 1, "fetchSecondsPerByte": "\ud800"}""")]
    [InlineData("""{"merge": {"startSeconds": "x"}}""")]
    [InlineData("""{"merge": {"startSeconds": 1, "secondsPerByte": 1e300, "processorSecondsPerUnit": 0, "threads": 2, "bytes": 1e9, "arithmetic": 1e9}}""")]
    [InlineData("""{"merge": {"startSeconds": 1, "secondsPerByte": 1, "processorSecondsPerUnit": 1, "threads": 0, "bytes": 1e9, "arithmetic": 1e9}}""")]
    public void A_damaged_memory_of_rates_is_none(string content)
    {
        environment.Home.Write(environment.Home["rates.json"], Encoding.UTF8.GetBytes(content));

        var run = Run("plan", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("Time:", run.Output, StringComparison.Ordinal);

        var rates = new KnownRates(environment.Home);
        rates.Learn(100_000_000, TimeSpan.FromSeconds(2));
        Assert.Equal(2e-8, rates.Fetch!.Value, 12);
    }

    [Fact]
    public void What_a_merge_showed_is_known_to_the_next_plan()
    {
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, parameters: [], each: new() { ["weight"] = 0.5 });
        var rates = new KnownRates(environment.Home);

        // 1.2 kB tell nothing
        rates.Learn(plan, new MergeTimings(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), default) { Processors = TimeSpan.FromSeconds(2) }, 2);
        rates.Learn(1000, TimeSpan.FromSeconds(1));
        Assert.Null(rates.Merge);
        Assert.Null(rates.Fetch);

        rates.Learn(100_000_000, TimeSpan.FromSeconds(2));
        Assert.Equal(2e-8, rates.Fetch!.Value, 12);

        // 200 000 tensors of 400 bytes: 80 MB are written
        var large = plan with { Jobs = [.. Enumerable.Repeat(plan.Jobs[0], 200_000)] };
        rates.Learn(large, new MergeTimings(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)) { Processors = TimeSpan.FromSeconds(2) }, 2);
        Assert.Equal((1, 2), (rates.Merge!.Start, rates.Merge.Threads));
        Assert.Equal(4 / 80.0008e6, rates.Merge.PerByte, 1e-12);
        Assert.Contains("\nTime:   about 1.0 s to merge on this machine\n", Run("plan", recipe).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_that_hides_more_of_the_disk_tells_less_and_is_forgotten()
    {
        var rates = new KnownRates(environment.Home);
        rates.Learn(Large("linear", new() { ["weight"] = 0.5 }), Timings(4), 2);
        var known = rates.Merge;

        rates.Learn(Large("karcher", []), Timings(9), 2);

        Assert.Equal(known, rates.Merge);

        static MergeTimings Timings(int seconds) => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(seconds), default) { Processors = TimeSpan.FromSeconds(2) };

        MergePlan Large(string method, Dictionary<string, double> each)
        {
            var plan = models.Plan(MethodCatalogue.Default.Find(method)!, parameters: [], each: each);
            return plan with { Jobs = [.. Enumerable.Repeat(plan.Jobs[0], 200_000)] };
        }
    }

    private CommandLineRun Run(params string[] arguments) => CommandLineRun.Of(environment, arguments);
}
