using System.Globalization;
using System.Text.Json;
using MergeOps.Analysis;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>Audits and verdicts on merges of a real pair in bfloat16, on demand; the figures are on the pages of audits and analyses.</summary>
[RunsAlone("merges")]
public sealed class RealPairTests : IDisposable
{
    private const double Coefficient = 0.002;

    private readonly Lazy<RealPair> pair = new(() => new RealPair());

    private RealPair Pair => pair.Value;

    public void Dispose()
    {
        if (pair.IsValueCreated)
        {
            pair.Value.Dispose();
        }
    }

    [Fact]
    public void The_making_of_each_merge_is_found_among_five_candidates()
    {
        Found("merge_method: linear\nmodels:\n  - {model: <A>, parameters: {weight: 0.37}}\n  - {model: <B>, parameters: {weight: 0.63}}\nout_dtype: bfloat16\n", "linear", [0.37, 0.63, 0, 0, 0]);
        Found("merge_method: slerp\nbase_model: <A>\nmodels: [{model: <B>}]\nparameters: {t: 0.3}\nout_dtype: bfloat16\n", "slerp", [0.7, 0.3, 0, 0, 0]);
        Found("merge_method: slerp\nbase_model: <A>\nmodels: [{model: <B>}]\nparameters: {t: [0.1, 0.7]}\nout_dtype: bfloat16\n", "slerp", null);
        Found("merge_method: task_arithmetic\nbase_model: <A>\nmodels:\n  - {model: <B>, parameters: {weight: 0.6}}\n  - {model: <C>, parameters: {weight: 0.7}}\nout_dtype: bfloat16\n", "task_arithmetic", [-0.3, 0.6, 0.7, 0, 0]);
        foreach (var method in new[] { "ties", "dare_linear" })
        {
            Found($"merge_method: {method}\nbase_model: <A>\nmodels:\n  - {{model: <B>, parameters: {{weight: 0.5, density: 0.5}}}}\n  - {{model: <C>, parameters: {{weight: 0.5, density: 0.5}}}}\nout_dtype: bfloat16\n", "partly", null);
        }
    }

    [Fact]
    public void Models_without_a_common_ancestor_are_explained_by_nothing()
    {
        var others = Pair.Candidates[..3];

        Assert.All(Pair.Candidates[3..], model => Assert.Equal("unexplained", RealPair.Audit(model, ["--parents", .. others]).GetProperty("method").GetString()));
    }

    [Fact]
    public void Of_two_hundred_wrong_recipes_none_is_called_the_models_own()
    {
        const int Claims = 10;
        var random = new Random(20);
        var (wrong, judged) = (0, 0);
        foreach (var draw in Draws(random))
        {
            var model = Pair.Merge(draw.Write());
            for (var claim = 0; claim < Claims; claim++)
            {
                var other = draw.Wrong(random, claim);
                judged++;
                if (IsCalled(model, other.Write()))
                {
                    wrong++;
                    TestContext.Current.TestOutputHelper?.WriteLine($"made by\n{draw.Write()}\ncalled\n{other.Write()}");
                }
            }
        }

        Assert.Equal((0, 200), (wrong, judged));
    }

    [Fact]
    public void The_recipe_that_made_a_model_is_called_its_own()
    {
        // taken before the draws: a test that is skipped within them would have failed
        var pair = Pair;

        Assert.All(Draws(new Random(20)), draw => Assert.True(IsCalled(pair.Merge(draw.Write()), draw.Write()), draw.Write()));
    }

    [Fact]
    public void An_exchanged_tensor_and_further_training_speak_against_the_recipe()
    {
        const string Recipe = "merge_method: linear\nmodels:\n  - {model: <A>, parameters: {weight: 0.5}}\n  - {model: <C>, parameters: {weight: 0.5}}\nout_dtype: bfloat16\n";
        var random = new Random(3);
        var merged = Pair.Merge(Recipe);
        var exchanged = Altered(merged, "exchanged", (name, values) => name == "encoder.layer.3.attention.self.value.weight" ? [.. values.Select(_ => (ushort)(0x3C00 + random.Next(200)))] : values);
        var trained = Altered(merged, "trained", (_, values) => [.. values.Select(bits => (ushort)((bits & 0x7FFF) is > 3 and < 0x7F00 && random.Next(4) == 0 ? bits + random.Next(-3, 4) : bits))]);

        Assert.Equal(["encoder.layer.3.attention.self.value.weight"], RealPair.Audit(exchanged, ["--parents", .. Pair.Candidates]).GetProperty("foreign").EnumerateArray().Select(name => name.GetString()));
        Assert.False(IsCalled(exchanged, Recipe));
        Assert.False(IsCalled(trained, Recipe));
    }

    [Fact]
    public void The_verdict_tells_the_descendant_from_a_model_of_other_units()
    {
        foreach (var (candidate, relation) in new[] { ("<B>", "related"), ("<C>", "related"), ("<D>", "unrelated"), ("<E>", "unrelated") })
        {
            foreach (var options in new string[][] { [], ["--sample", "2%"] })
            {
                File.WriteAllText(Pair.Folder["recipe.yml"], Pair.Recipe($"merge_method: task_arithmetic\nbase_model: <A>\nmodels:\n  - {{model: {candidate}, parameters: {{weight: 0.5}}}}\n"));
                var run = CommandLineRun.Of(["analyze", Pair.Folder["recipe.yml"], .. options, "--format", "json"]);

                var verdict = JsonDocument.Parse(run.Output).RootElement.GetProperty("result").GetProperty("verdict");
                TestContext.Current.TestOutputHelper?.WriteLine($"{candidate} {string.Join(' ', options)}: {verdict.GetProperty("relations")[0]}");
                Assert.Equal(relation, verdict.GetProperty("relations")[0].GetProperty("relation").GetString());
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_interval_of_a_sample_holds_the_full_value_in_nine_of_ten_trials(bool isBfloat16)
    {
        const int Trials = 50;
        var recipe = Pair.Recipe("merge_method: task_arithmetic\nbase_model: <A>\nmodels:\n  - {model: <B>, parameters: {weight: 0.5}}\n  - {model: <C>, parameters: {weight: 0.5}}\n");
        foreach (var (index, model) in isBfloat16 ? Pair.Candidates[..3].Index() : [])
        {
            var stored = Pair.Merge($"merge_method: passthrough\nmodels: [{{model: <{(char)('A' + index)}>}}]\ndtype: bfloat16\n", $"stored-{index}");
            recipe = recipe.Replace(JsonSerializer.Serialize(model), JsonSerializer.Serialize(stored), StringComparison.Ordinal);
        }

        File.WriteAllText(Pair.Folder["recipe.yml"], recipe);
        var full = await FiguresAsync(sampling: null);
        var (held, all) = (new Dictionary<string, int>(), 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            all++;
            foreach (var (name, figure) in await FiguresAsync(new Sampling(0.02, (ulong)trial + 1)))
            {
                held[name] = held.GetValueOrDefault(name) + (figure.Lower <= full[name].Value && full[name].Value <= figure.Upper ? 1 : 0);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', held.Select(figure => $"{figure.Key}: {figure.Value} of {all}")));
        Assert.All(held, figure => Assert.InRange(figure.Value / (double)all, 0.9, 1));
    }

    private async Task<Dictionary<string, (double Value, double Lower, double Upper)>> FiguresAsync(Sampling? sampling)
    {
        var verb = new AnalyzeRecipe(TestEnvironment.OfThisProcess, new AnalysisOptions { Sampling = sampling });
        var (planned, plan, found) = verb.Plan(Pair.Folder["recipe.yml"]);
        Assert.False(found.HasErrors);
        var report = await verb.RunAsync(planned!, plan!, new Silent(), TestContext.Current.CancellationToken);
        var total = JsonDocument.Parse(MergeOps.Analysis.Reports.AnalysisJson.Write(report)).RootElement.GetProperty("pairs")[0].GetProperty("total");
        return new[] { "cosine", "sign_conflict", "sign_conflict_weighted", "l2_distance" }.ToDictionary(name => name, name => sampling is null
            ? (total.GetProperty(name).GetDouble(), 0.0, 0.0)
            : (total.GetProperty(name).GetDouble(), total.GetProperty("intervals").GetProperty(name)[0].GetDouble(), total.GetProperty("intervals").GetProperty(name)[1].GetDouble()));
    }

    private void Found(string recipe, string method, double[]? coefficients)
    {
        var audit = RealPair.Audit(Pair.Merge(recipe), ["--parents", .. Pair.Candidates]);

        TestContext.Current.TestOutputHelper?.WriteLine($"{method}: {audit}");
        Assert.Equal(method, audit.GetProperty("method").GetString());
        Assert.InRange(audit.GetProperty("share").GetDouble(), 0, 0.02);
        var parents = audit.GetProperty("parents").EnumerateArray().ToDictionary(parent => parent.GetProperty("model").GetString()!, parent => parent.GetProperty("coefficient").GetDouble());
        foreach (var (index, expected) in (coefficients ?? []).Index())
        {
            Assert.Equal(expected, parents.GetValueOrDefault(Pair.Candidates[index]), Coefficient);
        }
    }

    private bool IsCalled(string model, string recipe)
    {
        File.WriteAllText(Path.Combine(model, "mergekit_config.yml"), Pair.Recipe(recipe));
        var found = RealPair.Audit(model).GetProperty("recipe");
        TestContext.Current.TestOutputHelper?.WriteLine($"{recipe}{found}");
        return found.GetProperty("matches").GetBoolean();
    }

    private string Altered(string model, string name, Func<string, ushort[], ushort[]> change)
    {
        var folder = Directory.CreateDirectory(Pair.Folder[name]).FullName;
        foreach (var file in Directory.EnumerateFiles(model))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var checkpoint = MergeOps.Tensors.CheckpointReader.Open(model, []);
        var bytes = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            var place = bytes.AsSpan((int)tensor.Offset, (int)tensor.ByteLength);
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(change(tensor.Name, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(place).ToArray())).CopyTo(place);
        }

        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), bytes);
        return folder;
    }

    private sealed class Silent : IStageObserver
    {
        public void Started(Stage stage)
        {
        }

        public void Advanced(Stage stage, string part, Work work)
        {
        }

        public void Reported(string line)
        {
        }

        public void Finished(Stage stage, StageEnd end, string summary)
        {
        }
    }

    private static List<Making> Draws(Random random) => [.. Enumerable.Range(0, 20).Select(round => Draw(random, round))];

    private static Making Draw(Random random, int round)
    {
        var methods = new[] { "linear", "slerp", "task_arithmetic", "ties", "dare_linear" };
        return new(methods[round % methods.Length], Math.Round(0.2 + (0.6 * random.NextDouble()), 3), Math.Round(0.2 + (0.6 * random.NextDouble()), 3), Math.Round(0.3 + (0.5 * random.NextDouble()), 2), 'A', 'B', 'C');
    }

    // a recipe of two models on a base, or of a base and one
    private sealed record Making(string Method, double First, double Second, double Density, char Base, char One, char Two)
    {
        public string Write() => Method switch
        {
            "linear" => $"merge_method: linear\nmodels:\n  - {{model: <{One}>, parameters: {{weight: {Text(First)}}}}}\n  - {{model: <{Two}>, parameters: {{weight: {Text(1 - First)}}}}}\nout_dtype: bfloat16\n",
            "slerp" => $"merge_method: slerp\nbase_model: <{One}>\nmodels: [{{model: <{Two}>}}]\nparameters: {{t: {Text(First)}}}\nout_dtype: bfloat16\n",
            "task_arithmetic" => Tasks(""),
            _ => Tasks($", density: {Text(Density)}"),
        };

        /// <summary>Another recipe: the coefficient a little off, then more; another method, other models, another density.</summary>
        public Making Wrong(Random random, int claim) => claim switch
        {
            0 => this with { First = First + 0.01 },
            1 => this with { First = First - 0.02 },
            2 => this with { First = First + 0.05 + (0.1 * random.NextDouble()) },
            3 => Method is "linear" or "slerp" ? this with { First = 1 - First + 0.001 } : this with { Second = Second + 0.02 },
            4 => this with { Method = Method switch { "linear" => "slerp", "slerp" => "linear", "task_arithmetic" => "ties", "ties" => "dare_linear", _ => "task_arithmetic" } },
            5 => this with { One = Two, Two = One, First = First + 0.003 },
            6 => this with { One = 'E' },
            7 => Method is "linear" or "slerp" ? this with { Two = 'A' } : this with { Base = 'B', One = 'A' },
            8 => Method is "linear" or "slerp" ? this with { First = First / 2 } : this with { Density = Density + 0.1, First = Method == "task_arithmetic" ? First + 0.004 : First },
            _ => Method is "linear" or "slerp" ? this with { First = First + 0.006 } : this with { Density = Density - 0.05, First = Method == "task_arithmetic" ? First - 0.006 : First },
        };

        private string Tasks(string more) =>
            $"merge_method: {Method}\nbase_model: <{Base}>\nmodels:\n  - {{model: <{One}>, parameters: {{weight: {Text(First)}{more}}}}}\n  - {{model: <{Two}>, parameters: {{weight: {Text(Second)}{more}}}}}\nout_dtype: bfloat16\n";

        private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
    }
}
