using System.Globalization;
using System.Text.Json;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>What <c>mergeops audit</c> finds of merges whose making is known.</summary>
public sealed class AuditTests : IDisposable
{
    private const int Layers = 4;
    private const int Rows = 96;
    private const int Columns = 128;

    private static readonly string[] Names =
    [
        "model.embed_tokens.weight",
        .. Enumerable.Range(0, Layers).SelectMany(layer => new[] { $"model.layers.{layer}.self_attn.q_proj.weight", $"model.layers.{layer}.mlp.up_proj.weight" }),
    ];

    private readonly AnalyzedModels models = new();

    public AuditTests()
    {
        var origin = Weights(1);
        models.Model("base", origin)
            .Model("one", Moved(origin, 2))
            .Model("two", Moved(origin, 3))
            .Model("three", Moved(origin, 4))
            .Model("copy", Moved(origin, 2))
            .Model("unrelated", Weights(5));
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_linear_merge_is_found_with_its_weights_among_five_candidates()
    {
        Merge("""
            merge_method: linear
            models:
              - {model: ./one, parameters: {weight: 0.37}}
              - {model: ./two, parameters: {weight: 0.63}}
            out_dtype: bfloat16
            """);

        var audit = Audit("base", "three", "unrelated", "one", "two");

        Assert.Equal("linear", audit.GetProperty("method").GetString());
        Assert.Equal([("one", 0.37), ("two", 0.63)], Parents(audit), new WithinTwoThousandths());
        Assert.Equal(Names.Length, audit.GetProperty("exact").GetInt32());
        Assert.True(audit.GetProperty("uniform").GetBoolean());
    }

    [Fact]
    public void Task_arithmetic_is_found_with_its_coefficients_where_the_base_keeps_a_part()
    {
        Merge("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - {model: ./one, parameters: {weight: 0.5}}
              - {model: ./two, parameters: {weight: 0.7}}
            out_dtype: bfloat16
            """);

        var audit = Audit("three", "one", "two", "base");

        Assert.Equal("task_arithmetic", audit.GetProperty("method").GetString());
        Assert.Equal([("one", 0.5), ("two", 0.7), ("base", -0.2)], Parents(audit), new WithinTwoThousandths());
    }

    [Theory]
    [InlineData("0.2", "0.5", "0.3")]
    [InlineData("0.45", "0.25", "0.3")]
    [InlineData("0.1", "0.8", "0.1")]
    [InlineData("0.333", "0.333", "0.334")]
    public void A_linear_merge_of_three_is_no_task_arithmetic_where_their_base_has_no_part_in_it(string one, string two, string three)
    {
        Merge($$$"""
            merge_method: linear
            models:
              - {model: ./one, parameters: {weight: {{{one}}}}}
              - {model: ./two, parameters: {weight: {{{two}}}}}
              - {model: ./three, parameters: {weight: {{{three}}}}}
            out_dtype: bfloat16
            """);

        Assert.Equal("linear", Audit("base", "one", "two", "three").GetProperty("method").GetString());
        Assert.Equal("linear", Audit("one", "two", "three").GetProperty("method").GetString());
    }

    [Fact]
    public void Where_a_parent_is_missing_the_report_says_so_and_gives_its_coefficients_without_an_interval()
    {
        Merge("merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.3}}\n  - {model: ./two, parameters: {weight: 0.7}}\nout_dtype: bfloat16\n");

        var audit = Audit("one", "three");
        var verdict = audit.GetProperty("verdict").GetString();

        Assert.Equal("partly", audit.GetProperty("method").GetString());
        Assert.All(audit.GetProperty("parents").EnumerateArray(), parent => Assert.Equal(JsonValueKind.Null, parent.GetProperty("error").ValueKind));
        Assert.DoesNotContain("±", verdict, StringComparison.Ordinal);
        Assert.Contains("Another parent may be missing among the candidates, and then these coefficients are wrong", verdict, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{audit.GetProperty("unexplained").GetDouble():P1} of its distance to the nearest candidate is not explained"), verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_below_which_coefficient_a_candidate_is_not_seen()
    {
        Merge("merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.4}}\n  - {model: ./two, parameters: {weight: 0.5995}}\n  - {model: ./three, parameters: {weight: 0.0005}}\nout_dtype: bfloat16\n");

        var audit = Audit("base", "one", "two", "three");
        var text = CommandLineRun.Of("audit", models.Folder["merged"], "--parents", models.Folder["one"], models.Folder["two"], models.Folder["three"]).Output.ReplaceLineEndings(" ");

        Assert.Equal(["one", "two"], Parents(audit).Select(parent => parent.Model));
        Assert.InRange(audit.GetProperty("least_seen").GetDouble(), 0.0005, 0.05);
        Assert.Contains("may still have contributed", text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Audit("one", "two").GetProperty("least_seen").ValueKind);
    }

    [Theory]
    [InlineData("{t: 0.3}", 0.3, 0.3)]
    [InlineData("{t: [0.1, 0.7]}", 0.1, 0.7)]
    public void A_spherical_interpolation_is_told_from_a_linear_one_layer_by_layer(string parameters, double first, double last)
    {
        Merge($$"""
            merge_method: slerp
            base_model: ./one
            models: [{model: ./two}]
            parameters: {{parameters}}
            out_dtype: bfloat16
            """);

        var audit = Audit("one", "two", "three");

        Assert.Equal("slerp", audit.GetProperty("method").GetString());
        var layers = audit.GetProperty("parents").EnumerateArray().Single(parent => parent.GetProperty("model").GetString() == models.Folder["two"]).GetProperty("layers");
        Assert.Equal(first, layers[0].GetProperty("coefficient").GetDouble(), 0.004);
        Assert.Equal(last, layers[Layers - 1].GetProperty("coefficient").GetDouble(), 0.004);
    }

    [Theory]
    [InlineData("ties")]
    [InlineData("dare_linear")]
    public void What_is_no_weighted_sum_is_not_called_one(string method)
    {
        Merge($$$"""
            merge_method: {{{method}}}
            base_model: ./base
            models:
              - {model: ./one, parameters: {weight: 0.5, density: 0.5}}
              - {model: ./two, parameters: {weight: 0.5, density: 0.5}}
            out_dtype: bfloat16
            """);

        var audit = Audit("base", "one", "two", "unrelated");

        Assert.Equal("partly", audit.GetProperty("method").GetString());
        Assert.Equal(0, audit.GetProperty("exact").GetInt32());
        Assert.InRange(audit.GetProperty("unexplained").GetDouble(), 0.1, 0.9);
    }

    [Fact]
    public void An_exchanged_tensor_and_one_that_was_left_alone_are_named()
    {
        Merge("""
            merge_method: linear
            models:
              - {model: ./one, parameters: {weight: [{filter: layers.2.mlp, value: 1}, {value: 0.5}]}}
              - {model: ./two, parameters: {weight: [{filter: layers.2.mlp, value: 0}, {value: 0.5}]}}
            out_dtype: bfloat16
            """);
        var merged = AnalyzedModels.Read16(models.Folder["merged"]);
        merged["model.layers.1.self_attn.q_proj.weight"] = AnalyzedModels.Normal(9, Rows * Columns);
        models.Model("exchanged", [.. Names.Select(name => (name, new long[] { Rows, Columns }, merged[name]))]);

        var audit = Audit(models.Folder["exchanged"], "one", "two");

        Assert.Equal("linear", audit.GetProperty("method").GetString());
        Assert.Equal(["model.layers.1.self_attn.q_proj.weight"], audit.GetProperty("foreign").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void A_model_that_shares_no_ancestor_with_the_candidates_is_explained_by_none()
    {
        var run = CommandLineRun.Of("audit", models.Folder["unrelated"], "--parents", models.Folder["base"], models.Folder["one"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("is not explained by any of the candidates", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("./nowhere", "base")]
    [InlineData("base", "./nowhere")]
    public void A_folder_that_is_not_there_is_looked_for_from_the_current_one(string model, string parent)
    {
        var run = CommandLineRun.Of("audit", Place(model), "--parents", Place(parent), models.Folder["one"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS118: A local path does not exist. './nowhere' does not exist. The paths of an audit start at the current folder, '{Path.GetFullPath(".")}'.", run.Error, StringComparison.Ordinal);

        string Place(string name) => name.StartsWith('.') ? name : models.Folder[name];
    }

    [Fact]
    public void A_name_that_is_no_folder_and_is_not_answered_for_by_the_Hub_is_said_to_be_neither()
    {
        var run = CommandLineRun.Of(TestEnvironment.WithHome(models.Folder["home"]).With(("HF_HUB_OFFLINE", "1")), "audit", "out/nowhere", "--parents", models.Folder["base"]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"There is also no folder 'out/nowhere' under the current one, '{Path.GetFullPath(".")}'.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_merge_leaves_names_its_models_and_says_where_the_recipe_may_be_put()
    {
        const string Recipe = "merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.25}}\n  - {model: ./two, parameters: {weight: 0.75}}\nout_dtype: bfloat16\n";
        File.WriteAllText(models.Folder["merge.yml"], Recipe);
        Assert.Equal(0, CommandLineRun.Of("lock", models.Folder["merge.yml"]).ExitCode);
        Merge(Recipe);

        var run = CommandLineRun.Of("audit", models.Folder["merged"]);
        File.Copy(models.Folder["merge.yml"], models.Folder["merged/mergeops.yml"]);
        var beside = CommandLineRun.Of("audit", models.Folder["merged"], "--models", models.Folder.Path, "--sample", "20%", "--format", "json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Its mergeops.lock.yml pins './one' and './two', but does not say how they were merged", run.Error, StringComparison.Ordinal);
        Assert.Contains("copy the recipe into the model's folder as mergeops.yml and say with --models where its paths start", run.Error, StringComparison.Ordinal);
        Assert.True(beside.ExitCode == 0, beside.Error);
        Assert.True((bool)beside.Result!["recipe"]!["matches"]!);
    }

    [Fact]
    public void A_model_that_was_trained_from_a_candidate_is_called_its_relative()
    {
        var audit = Audit(models.Folder["one"], "base", "unrelated");

        Assert.Equal(("relative", "base"), (audit.GetProperty("method").GetString(), Assert.Single(Parents(audit)).Model));
        Assert.Contains("descends from", audit.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_the_model_is_said_of_the_model()
    {
        var run = CommandLineRun.Of("audit", models.Folder["nowhere"], "--parents", models.Folder["base"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nowhere", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".yml", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_itself_is_no_candidate()
    {
        var audit = Audit(models.Folder["copy"], "copy", "one");

        Assert.Equal(("copy", "one"), (audit.GetProperty("method").GetString(), Assert.Single(Parents(audit)).Model));
        Assert.Contains("itself", Assert.Single(audit.GetProperty("excluded").EnumerateArray()).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_called_a_copy() =>
        Assert.Equal(("copy", "one"), Audit(models.Folder["copy"], "base", "one", "two") is var audit ? (audit.GetProperty("method").GetString(), Assert.Single(Parents(audit)).Model) : default);

    [Fact]
    public void Candidates_of_another_shape_are_left_out_with_the_reason()
    {
        models.Model("other", ("model.layers.0.self_attn.q_proj.weight", [3, 3], AnalyzedModels.Normal(1, 9)));

        var audit = Audit(models.Folder["copy"], "base", "other", "one");

        Assert.Equal("copy", audit.GetProperty("method").GetString());
        var excluded = Assert.Single(audit.GetProperty("excluded").EnumerateArray());
        Assert.EndsWith("other", excluded.GetProperty("model").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(excluded.GetProperty("reason").GetString()!);
    }

    [Fact]
    public void Candidates_come_from_the_recipe_that_the_model_carries()
    {
        Merge("""
            merge_method: linear
            models:
              - {model: ./one, parameters: {weight: 0.25}}
              - {model: ./two, parameters: {weight: 0.75}}
            """);
        File.WriteAllText(models.Folder["merged/mergekit_config.yml"], $"merge_method: linear\nmodels:\n- model: {models.Folder["one"]}\n  parameters: {{weight: 0.25}}\n- model: {models.Folder["two"]}\n  parameters: {{weight: 0.75}}\n");

        Assert.Equal([("one", 0.25), ("two", 0.75)], Parents(Audit(models.Folder["merged"])), new WithinTwoThousandths());
    }

    [Theory]
    [InlineData("linear", "", "weight: 0.37", "weight: 0.63", "weight: 0.36")]
    [InlineData("task_arithmetic", "base_model: ./base", "weight: 0.5", "weight: 0.7", "weight: 0.55")]
    [InlineData("dare_linear", "base_model: ./base", "weight: 0.5, density: 0.5", "weight: 0.5, density: 0.5", "weight: 0.6, density: 0.5")]
    [InlineData("ties", "base_model: ./base", "weight: 0.5, density: 0.5", "weight: 0.5, density: 0.5", "weight: 1.5, density: 0.5")]
    public void A_model_is_held_against_the_recipe_that_it_carries(string method, string origin, string one, string two, string wrong)
    {
        Merge(Recipe(one));
        File.WriteAllText(models.Folder["merged/mergekit_config.yml"], Recipe(one).Replace("./", "../", StringComparison.Ordinal));
        var right = Audit(models.Folder["merged"]).GetProperty("recipe");
        Assert.Equal((true, Names.Length, Names.Length, method), (right.GetProperty("matches").GetBoolean(), right.GetProperty("matched").GetInt32(), right.GetProperty("judged").GetInt32(), right.GetProperty("method").GetString()));

        File.WriteAllText(models.Folder["merged/mergekit_config.yml"], Recipe(wrong).Replace("./", "../", StringComparison.Ordinal));
        var other = Audit(models.Folder["merged"]).GetProperty("recipe");
        Assert.Equal((false, 0), (other.GetProperty("matches").GetBoolean(), other.GetProperty("matched").GetInt32()));

        string Recipe(string first) => $$"""
            merge_method: {{method}}
            {{origin}}
            models:
              - model: ./one
                parameters: { {{first}} }
              - model: ./two
                parameters: { {{two}} }
            dtype: float32
            out_dtype: bfloat16
            """;
    }

    [Theory]
    [InlineData("0.3", true)]
    [InlineData("0.35", false)]
    public void A_slerp_is_judged_by_the_angle_of_the_sample(string t, bool matches)
    {
        Merge("merge_method: slerp\nbase_model: ./one\nmodels: [{model: ./two}]\nparameters: {t: 0.3}\nout_dtype: bfloat16\n");
        File.WriteAllText(models.Folder["merged/README.md"], $"# A merge\n\n```yaml\nmerge_method: slerp\nbase_model: ../one\nmodels:\n  - model: ../two\nparameters: {{t: {t}}}\nout_dtype: bfloat16\n```\n");

        Assert.Equal(matches, Audit(models.Folder["merged"]).GetProperty("recipe").GetProperty("matches").GetBoolean());
    }

    [Fact]
    public void One_exchanged_tensor_speaks_against_the_recipe_by_name_on_the_page_and_the_badge()
    {
        const string Recipe = "merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.5}}\n  - {model: ./two, parameters: {weight: 0.5}}\nout_dtype: bfloat16\n";
        Merge(Recipe);
        var merged = AnalyzedModels.Read16(models.Folder["merged"]);
        merged["model.layers.1.self_attn.q_proj.weight"] = AnalyzedModels.Normal(9, Rows * Columns);
        models.Model("exchanged", [.. Names.Select(name => (name, new long[] { Rows, Columns }, merged[name]))]);
        File.WriteAllText(models.Folder["exchanged/mergekit_config.yml"], Recipe.Replace("./", "../", StringComparison.Ordinal));

        var run = CommandLineRun.Of("audit", models.Folder["exchanged"], "--sample", "20%", "--html", models.Folder["page.html"], "--badge", models.Folder["badge.svg"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("does not match its recipe", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("model.layers.1.self_attn.q_proj.weight", run.Output, StringComparison.Ordinal);
        Assert.Contains("differs from its recipe (8 of", System.Xml.Linq.XDocument.Load(models.Folder["badge.svg"]).Root!.Attribute("aria-label")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", File.ReadAllText(models.Folder["page.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_were_put_together_are_found_among_those_of_the_candidates()
    {
        Merge("merge_method: passthrough\nslices:\n  - sources: [{model: ./one, layer_range: [0, 3]}]\n  - sources: [{model: ./two, layer_range: [1, 4]}]\nout_dtype: bfloat16\n");

        var audit = Audit("base", "one", "two");
        var text = CommandLineRun.Of("audit", models.Folder["merged"], "--parents", models.Folder["one"], models.Folder["two"]).Output.ReplaceLineEndings(" ");

        Assert.Equal("passthrough", audit.GetProperty("method").GetString());
        Assert.Equal(
            [("one", 0), ("one", 1), ("one", 2), ("two", 1), ("two", 2), ("two", 3)],
            audit.GetProperty("slices").EnumerateArray().Select(layer => (Path.GetFileName(layer.GetProperty("model").GetString()!), layer.GetProperty("of").GetInt32())));
        Assert.Contains("Layers 3 to 5 are layers 1 to 3 of", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_this_program_published_is_held_against_its_own_recipe_and_lock()
    {
        File.WriteAllText(models.Folder["merge.yml"], "merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.25}}\n  - {model: ./two, parameters: {weight: 0.75}}\npublish: {folder: published}\n");
        Assert.Equal(0, CommandLineRun.Of("lock", models.Folder["merge.yml"]).ExitCode);
        var run = CommandLineRun.Of("run", models.Folder["merge.yml"]);
        Assert.True(run.ExitCode == 0, run.Error);

        var lost = CommandLineRun.Of("audit", models.Folder["published/0.1.0"]);
        var audit = CommandLineRun.Of("audit", models.Folder["published/0.1.0"], "--models", models.Folder.Path, "--sample", "20%", "--format", "json");

        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("--models", lost.Error, StringComparison.Ordinal);
        Assert.True(audit.ExitCode == 0, audit.Error);
        var result = JsonDocument.Parse(audit.Output).RootElement.GetProperty("result");
        Assert.Equal([("one", 0.25), ("two", 0.75)], Parents(result), new WithinTwoThousandths());
        Assert.True(result.GetProperty("recipe").GetProperty("matches").GetBoolean());
        Assert.Equal("mergeops.yml", result.GetProperty("recipe").GetProperty("source").GetString());
    }

    [Theory]
    [InlineData("fisher", true)]
    [InlineData("regmean", false)]
    public void A_merge_by_statistics_is_called_no_weighted_sum_and_judged_beside_its_recipe_as_far_as_a_sample_can(string method, bool isJudged)
    {
        var recipes = Path.Combine(Repository.Root, "recipes");
        Directory.CreateSymbolicLink(models.Folder["quickstart"], Path.Combine(recipes, "quickstart"));
        Directory.CreateSymbolicLink(models.Folder[$"{method}.statistics"], Path.Combine(recipes, $"{method}.statistics"));
        var recipe = models.Folder[$"{method}.yml"];
        File.WriteAllText(recipe, File.ReadAllText(Path.Combine(recipes, $"{method}.yml")) + "publish: {folder: published}\n");
        var environment = TestEnvironment.WithHome(models.Folder["home"]);
        Assert.Equal(0, CommandLineRun.Of(environment, "lock", recipe).ExitCode);
        var published = CommandLineRun.Of(environment, "run", recipe);
        Assert.True(published.ExitCode == 0, published.Error);

        var alone = Audit(models.Folder["published/0.1.0"], "quickstart/plurals", "quickstart/past", "quickstart/base");
        var run = CommandLineRun.Of("audit", models.Folder["published/0.1.0"], "--models", models.Folder.Path, "--format", "json");

        Assert.Equal("partly", alone.GetProperty("method").GetString());
        Assert.Contains(method, alone.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        DeclaredOutput.Check(run.Output);
        var beside = run.Result!["recipe"]!;
        Assert.Equal((method, isJudged), ((string)beside["method"]!, (int)beside["not_judged"]! == 0));
        Assert.True((bool)beside["matches"]!);
    }

    [Fact]
    public void A_recipe_whose_statistics_are_not_here_is_not_judged_and_the_reason_said()
    {
        Merge("merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.5}}\n  - {model: ./two, parameters: {weight: 0.5}}\n");
        File.WriteAllText(models.Folder["merged/mergekit_config.yml"], "merge_method: fisher\nmodels: [{model: ../one}, {model: ../two}]\n");

        var audit = Audit(models.Folder["merged"]);

        Assert.Equal(JsonValueKind.Null, audit.GetProperty("recipe").ValueKind);
        Assert.Contains("statistics", audit.GetProperty("recipe_not_compared").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mergeops-audit-", audit.GetProperty("recipe_not_compared").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_recipe_the_card_names_candidates_and_its_license_is_held_against_theirs()
    {
        Merge("merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 0.5}}\n  - {model: ./two, parameters: {weight: 0.5}}\n");
        File.WriteAllText(models.Folder["one/README.md"], "---\nlicense: cc-by-nc-4.0\n---\n");
        File.WriteAllText(models.Folder["two/README.md"], "---\nlicense: apache-2.0\n---\n");
        File.WriteAllText(models.Folder["merged/README.md"], $"---\nlicense: apache-2.0\nbase_model:\n- {models.Folder["one"]}\n- {models.Folder["two"]}\n---\n");

        var audit = Audit(models.Folder["merged"]);

        Assert.Equal([("one", 0.5), ("two", 0.5)], Parents(audit), new WithinTwoThousandths());
        Assert.Equal(JsonValueKind.Null, audit.GetProperty("recipe").ValueKind);
        Assert.Contains("'cc-by-nc-4.0', but the model says 'apache-2.0'", audit.GetProperty("license_conflict").GetString(), StringComparison.Ordinal);
    }

    private static (string, long[], double[])[] Weights(int seed) => [.. Names.Select((name, i) => (name, new long[] { Rows, Columns }, AnalyzedModels.Normal((100 * seed) + i, Rows * Columns)))];

    private static (string, long[], double[])[] Moved((string Name, long[] Shape, double[] Values)[] origin, int seed) =>
        [.. origin.Select((tensor, i) => (tensor.Name, tensor.Shape, AnalyzedModels.Sum(tensor.Values, AnalyzedModels.Normal((100 * seed) + i, Rows * Columns), 0.5)))];

    private void Merge(string recipe)
    {
        File.WriteAllText(models.Folder["merge.yml"], recipe);
        var run = CommandLineRun.Of("merge", models.Folder["merge.yml"], "--out", models.Folder["merged"]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private JsonElement Audit(params string[] arguments)
    {
        var (model, candidates) = Path.IsPathRooted(arguments[0]) ? (arguments[0], arguments[1..]) : (models.Folder["merged"], arguments);
        string[] parents = candidates.Length == 0 ? [] : ["--parents", .. candidates.Select(name => models.Folder[name])];
        var run = CommandLineRun.Of(["audit", model, .. parents, "--sample", "20%", "--format", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        DeclaredOutput.Check(run.Output);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("result");
    }

    private static List<(string Model, double Coefficient)> Parents(JsonElement audit) =>
        [.. audit.GetProperty("parents").EnumerateArray().Select(parent => (Path.GetFileName(parent.GetProperty("model").GetString()!), parent.GetProperty("coefficient").GetDouble()))];

    private sealed class WithinTwoThousandths : IEqualityComparer<(string Model, double Coefficient)>
    {
        public bool Equals((string Model, double Coefficient) x, (string Model, double Coefficient) y) => x.Model == y.Model && Math.Abs(x.Coefficient - y.Coefficient) <= 0.002;

        public int GetHashCode((string Model, double Coefficient) parent) => parent.Model.GetHashCode(StringComparison.Ordinal);
    }
}
