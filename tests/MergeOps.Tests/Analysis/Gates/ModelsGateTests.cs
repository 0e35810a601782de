using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis.Gates;

/// <summary>Gates on the models of a recipe, which <c>run</c> judges before it merges.</summary>
public sealed class ModelsGateTests : IDisposable
{
    private const int Entries = 40_000;

    private const string TwoOnABase = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - {model: ./one, parameters: {weight: 0.5}}
          - {model: ./two, parameters: {weight: 0.5}}

        """;

    private readonly AnalyzedModels models = new();
    private readonly HostEnvironment environment;

    public ModelsGateTests()
    {
        environment = TestEnvironment.WithHome(models.Folder["home"]);
        var origin = AnalyzedModels.Normal(1, Entries);

        // task vectors 0.5 · (c + x) and 0.5 · (c + y) of independent c, x and y have a cosine of 1/2
        var common = AnalyzedModels.Normal(2, Entries);
        models.Model("base", Matrices(origin))
            .Model("one", Matrices(Moved(origin, common, 3)))
            .Model("two", Matrices(Moved(origin, common, 4)))
            .Model("stranger", Matrices(AnalyzedModels.Normal(5, Entries)));
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_model_that_does_not_descend_from_the_base_stops_the_run_before_the_merge()
    {
        var run = Run(TwoOnABase.Replace("./two", "./stranger", StringComparison.Ordinal) + "gates: [{metric: analysis.related}]\n");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("MOPS601", run.Error, StringComparison.Ordinal);
        Assert.Contains("analysis.related of ./stranger and ./base = ", run.Error, StringComparison.Ordinal);
        Assert.Contains("below the 'min' of 0.5", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(models.Folder["home/runs"]) ? Directory.EnumerateFiles(models.Folder["home/runs"], "*.safetensors", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public void Gates_that_are_met_let_the_run_go_on_and_stand_in_its_report()
    {
        var run = Run(TwoOnABase + "gates:\n  - {metric: analysis.related}\n  - {metric: analysis.cosine, min: 0.3, max: 0.7, pair: [./two, ./one]}\n");

        Assert.True(run.ExitCode == 0, run.Error);
        var report = Directory.EnumerateFiles(models.Folder["home/runs"], "evaluation.json", SearchOption.AllDirectories).Single();
        var gates = JsonNode.Parse(File.ReadAllText(report))!["gates"]!.AsArray();
        Assert.Equal(["passed", "passed"], gates.Select(gate => (string)gate!["verdict"]!));
        Assert.Equal(["./two", "./one"], gates[1]!["pair"]!.AsArray().Select(model => (string)model!));
        Assert.Equal(0.5, (double)gates[1]!["measured"]!["value"]!, 0.1);
        Assert.Contains("What the models learned", File.ReadAllText(Path.Combine(Path.GetDirectoryName(report)!, "report.html")), StringComparison.Ordinal);
        Assert.Contains("analysis.cosine", File.ReadAllText(Path.Combine(Path.GetDirectoryName(report)!, "report.html")), StringComparison.Ordinal);

        // a cosine of 1/2 where no image can be shown
        Assert.Matches("\\./one × \\./two  ▒  0\\.[45][0-9] \\(layer 0\\) to", File.ReadAllText(Path.Combine(Path.GetDirectoryName(report)!, "evaluation.md")));
    }

    [Fact]
    public void A_bound_inside_the_interval_of_the_sample_decides_nothing_and_every_weight_decides()
    {
        // the cosine of all weights is known: the mean of what the two samples of it say lies nearer to it
        var undecided = Run(TwoOnABase + "gates: [{metric: analysis.cosine, min: 0.5}]\n");

        Assert.Equal(4, undecided.ExitCode);
        Assert.Contains("MOPS", undecided.Error, StringComparison.Ordinal);
        Assert.Contains("lies inside the interval. A larger 'sample' may decide it", undecided.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);

        var decided = Run(TwoOnABase + "gates: [{metric: analysis.cosine, min: 0.5, sample: 1}]\n");
        Assert.DoesNotContain("inside the interval", decided.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_pair_the_worst_of_all_pairs_decides()
    {
        models.Model("copy", Matrices(Moved(AnalyzedModels.Normal(1, Entries), AnalyzedModels.Normal(2, Entries), 3)));

        var run = Run(TwoOnABase + "  - {model: ./copy, parameters: {weight: 0.5}}\ngates: [{metric: analysis.cosine, max: 0.8}]\n");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("analysis.cosine of ./one and ./copy = 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 3 pairs pass", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_judges_them_too()
    {
        File.WriteAllText(models.Folder["recipe.yml"], TwoOnABase + "gates: [{metric: analysis.sign_conflict, max: 0.2}]\n");
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", models.Folder["recipe.yml"], "--out", models.Folder["merged"]).ExitCode);

        // two normal variables with a correlation of 1/2 differ in sign with probability arccos(1/2)/π = 1/3
        var run = CommandLineRun.Of(environment, "evaluate", models.Folder["recipe.yml"], "--model", models.Folder["merged"]);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("analysis.sign_conflict of ./one and ./two = 0.3", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{metric: analysis.cosin, min: 0}", "Did you mean 'analysis.cosine'?")]
    [InlineData("{metric: analysis.cosine}", "it would always pass")]
    [InlineData("{metric: analysis.cosine, min: 2}", "lies between -1 and 1")]
    [InlineData("{metric: analysis.sign_conflict, max: -0.1}", "lies between 0 and 1")]
    [InlineData("{metric: analysis.related, min: 1}", "only a copy of the base")]
    [InlineData("{metric: analysis.related, pair: [./one, ./two]}", "write './base' as one of the pair")]
    [InlineData("{metric: analysis.cosine, min: 0, pair: [./one]}", "two different models")]
    [InlineData("{metric: analysis.cosine, min: 0, pair: [./one, ./base]}", "the base's is 0")]
    [InlineData("{metric: analysis.cosine, min: 0, pair: [./one, ./to]}", "Did you mean './two'?")]
    [InlineData("{metric: analysis.cosine, min: 0, sample: 2}", "at most 1")]
    [InlineData("{metric: analysis.cosine, not_worse_than: base}", "before there is a merged model")]
    public void What_could_decide_nothing_is_refused_by_validate(string gate, string detail)
    {
        File.WriteAllText(models.Folder["recipe.yml"], $"{TwoOnABase}gates: [{gate}]\n");

        var run = CommandLineRun.Of(environment, "validate", models.Folder["recipe.yml"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(detail, run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static (string, long[], double[])[] Matrices(double[] values) => [("model.layers.0.mlp.up_proj.weight", [200, 200], values)];

    private static double[] Moved(double[] origin, double[] common, int seed) =>
        AnalyzedModels.Sum(AnalyzedModels.Sum(origin, common, 0.3), AnalyzedModels.Normal(seed, Entries), 0.3);

    private CommandLineRun Run(string recipe)
    {
        File.WriteAllText(models.Folder["recipe.yml"], recipe);
        return CommandLineRun.Of(environment, "run", models.Folder["recipe.yml"]);
    }
}
