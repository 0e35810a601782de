using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cases;

/// <summary>
/// Inputs that people really have, each a line of <c>Data/Cases/cases.tsv</c>: the command, its exit code, the diagnostic
/// that it must give, and the value that is checked. The inputs lie beside the repository and are made by their own programs.
/// </summary>
public sealed class SharedCasesTests
{
    private static readonly string Cases = Path.Combine(Repository.Shared, "cases");

    // the checked values, each computed from the inputs alone
    private static readonly FrozenDictionary<string, Func<CaseRun, bool>> Values = new Dictionary<string, Func<CaseRun, bool>>
    {
        ["9 layers in the nested config"] = run => Depth(run.Config["text_config"]!) == (9, 9),
        ["9 layers in the config"] = run => Depth(run.Config) == (9, 9),
        ["4 layers in the config"] = run => Depth(run.Config) == (4, 4),
        ["towers are the base's"] = run => run.TensorsOf("out").Keys.Where(name => name.StartsWith("vision_tower", StringComparison.Ordinal))
            .All(name => Close(run.Numbers("out", name), run.Numbers("m/it", name), 0.01)),
        ["text config says bfloat16"] = run => (string?)run.Config["text_config"]!["torch_dtype"] == "bfloat16",
        ["lm_head is a's and the rest the mean"] = run => run.TensorsOf("out").Keys.All(name => Close(
            run.Numbers("out", name), name == "lm_head.weight" ? run.Numbers("m/a", name) : Mean(run.Numbers("m/a", name), run.Numbers("m/b", name)), 1e-6)),
        ["base + good - toxic"] = run => run.TensorsOf("out").Keys.All(name => Close(
            run.Numbers("out", name), [.. run.Numbers("m/base", name).Zip(run.Numbers("m/good", name), run.Numbers("m/toxic", name)).Select(v => v.First + v.Second - v.Third)], 1e-5)),
        ["position_ids are kept as integers"] = run => run.TensorsOf("out").Values.Single(tensor => tensor.Name.EndsWith("position_ids", StringComparison.Ordinal)).DType == DType.I64,
        ["the shards alone"] = run => run.TensorsOf("out").Keys.SequenceEqual(run.TensorsOf("m/sharded").Keys)
            && run.TensorsOf("out").Keys.All(name => run.Numbers("out", name).Length == run.Numbers("m/sharded", name).Length),
        ["every token has a row"] = run => HighestId(run) < RowsOf(run) && VocabularySize(run) == RowsOf(run),
        ["only what belongs to a model travels"] = run => Directory.EnumerateFiles(run["out"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(run["out"], file).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .SequenceEqual(["chat_template.jinja", "config.json", "generation_config.json", "merge-manifest.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]),
        ["experts are merged one by one"] = run => run.TensorsOf("out").Count == run.TensorsOf("m/hub").Count,
        ["a head of its own, untied"] = run => run.TensorsOf("out").ContainsKey("lm_head.weight") && !(bool)run.Config["tie_word_embeddings"]!
            && Close(run.Numbers("out", "lm_head.weight"), [.. run.Numbers("m/base", "model.embed_tokens.weight").Zip(run.Numbers("m/ft", "lm_head.weight"), (a, b) => (0.2 * a) + (0.8 * b))], 1e-6),
        ["the token's row is the other one's"] = run => IdsIn(run, "out") is var ids && ids["<|start|>"] == 16
            && Close(run.Numbers("out", "model.embed_tokens.weight").Skip(16 * 8).Take(8).ToArray(), [.. run.Numbers("m/b", "model.embed_tokens.weight").Skip(3 * 8).Take(8)], 1e-2),
        ["rows belong to their tokens"] = RowsBelongToTokens,
        ["another model is another plan"] = run => DigestOf(run, "x.yml") != DigestOf(run, "y.yml"),
        ["the mean of what was dequantized"] = run => Unscaled(run) && !run.Config.AsObject().ContainsKey("quantization_config"),
        ["the dense layer is merged in its folder"] = run => File.Exists(run["out/2_Dense/model.safetensors"])
            && run.TensorsOf("out").Keys.SequenceEqual(run.TensorsOf("m/a").Keys) && run.TensorsOf("out").ContainsKey("2_Dense/linear.weight")
            && run.TensorsOf("out").Keys.All(name => Close(run.Numbers("out", name), Mean(run.Numbers("m/a", name), run.Numbers("m/b", name)), 1e-6)),
        ["aliases are written out"] = run => !File.ReadAllText(run["imported.yml"]).Contains('*') && File.ReadAllText(run["imported.yml"]).Contains("0.7071067812", StringComparison.Ordinal),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Dictionary<string, int> IdsIn(CaseRun run, string folder)
    {
        var tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(run[folder], "tokenizer.json")))!;
        return tokenizer["model"]!["vocab"]!.AsObject().Select(token => (Text: token.Key, Id: (int)token.Value!))
            .Concat(tokenizer["added_tokens"]!.AsArray().Select(token => (Text: (string)token!["content"]!, Id: (int)token["id"]!)))
            .DistinctBy(token => token.Text)
            .ToDictionary(token => token.Text, token => token.Id, StringComparer.Ordinal);
    }

    private static bool RowsBelongToTokens(CaseRun run)
    {
        var (ids, own, other) = (IdsIn(run, "out"), IdsIn(run, "m/a"), IdsIn(run, "m/b"));
        return new[] { "model.embed_tokens.weight", "lm_head.weight" }.All(name =>
        {
            var (merged, first, second) = (run.Numbers("out", name), run.Numbers("m/a", name), run.Numbers("m/b", name));
            return ids.All(token => Enumerable.Range(0, 8).All(column =>
                Math.Abs(merged[(token.Value * 8) + column] - ((first[(own[token.Key] * 8) + column] + second[(other[token.Key] * 8) + column]) / 2)) < 1e-6));
        });
    }

    public static TheoryData<string, string, string, int, string, string> Table()
    {
        var rows = new TheoryData<string, string, string, int, string, string>();
        foreach (var cells in File.ReadLines(Repository.Data("Cases", "cases.tsv")).Skip(1).Select(line => line.Split('\t')))
        {
            rows.Add(cells[0], cells[1], cells[2], int.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture), cells[4], cells[5]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_case_ends_as_the_table_says(string name, string verb, string recipe, int exitCode, string code, string value)
    {
        Assert.SkipUnless(Directory.Exists(Cases), "the shared test data is not here");
        Assert.SkipUnless(HasPython(), "python3 is not here, which makes the models of the cases");
        using var run = new CaseRun(Cases, name);

        run.Do(verb, recipe);

        Assert.True(exitCode == run.Result.ExitCode, $"exit code {run.Result.ExitCode}\n{run.Result.Output}{run.Result.Error}");
        Assert.All(code.Split(' ', StringSplitOptions.RemoveEmptyEntries), expected => Assert.Contains(expected, run.Result.Output + run.Result.Error, StringComparison.Ordinal));
        Assert.True(exitCode == 0 || verb != "merge" || !Directory.Exists(run["out"]), "a refused merge leaves no output");
        Assert.True(value.Length == 0 || Values[value](run), value);
    }

    [Fact]
    public void The_table_has_all_cases_and_each_value_is_checked_somewhere()
    {
        var lines = File.ReadLines(Repository.Data("Cases", "cases.tsv")).Skip(1).Select(line => line.Split('\t')).ToList();

        Assert.Equal(25, lines.Select(cells => cells[0]).Distinct().Count());
        Assert.Equal(Values.Keys.Order(StringComparer.Ordinal), lines.Select(cells => cells[5]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal));
    }

    private static (int Layers, int Types) Depth(JsonNode section) => ((int)section["num_hidden_layers"]!, section["layer_types"]!.AsArray().Count);

    // blocks of 4 x 4, as the case's config says; half a unit of bfloat16 in the last place is 2^-8
    private static bool Unscaled(CaseRun run)
    {
        const string Name = "model.layers.0.self_attn.q_proj.weight";
        var (columns, grid) = ((int)run.TensorsOf("m/base")[Name].Shape[1], (int)run.TensorsOf("m/base")[Name + "_scale_inv"].Shape[1]);
        double[] Of(string model) => [.. run.Numbers(model, Name).Zip(Enumerable.Range(0, int.MaxValue), (number, i) => number * run.Numbers(model, Name + "_scale_inv")[(i / columns / 4 * grid) + (i % columns / 4)])];
        return Close(run.Numbers("out", Name), Mean(Of("m/base"), Of("m/ft")), 1.0 / 256) && !run.TensorsOf("out").Keys.Any(name => name.Contains("scale", StringComparison.Ordinal));
    }

    private static string DigestOf(CaseRun run, string recipe)
    {
        run.Do("plan", recipe);
        return run.Result.Output.Split('\n')[0].Split("plan ")[1];
    }

    private static double[] Mean(double[] a, double[] b) => [.. a.Zip(b, (x, y) => (x + y) / 2)];

    private static bool Close(double[] actual, double[] expected, double tolerance) =>
        actual.Length == expected.Length && actual.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance * expected.Max(Math.Abs));

    private static long RowsOf(CaseRun run) => run.TensorsOf("out").Values.Single(tensor => tensor.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)).Shape[0];

    private static long VocabularySize(CaseRun run) => (long)(run.Config["text_config"] ?? run.Config)["vocab_size"]!;

    private static long HighestId(CaseRun run)
    {
        var tokenizer = JsonNode.Parse(File.ReadAllText(run["out/tokenizer.json"]))!;
        return tokenizer["model"]!["vocab"]!.AsObject().Select(token => (long)token.Value!)
            .Concat(tokenizer["added_tokens"]!.AsArray().Select(token => (long)token!["id"]!)).Max();
    }

    private static bool HasPython()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", "--version") { RedirectStandardOutput = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
