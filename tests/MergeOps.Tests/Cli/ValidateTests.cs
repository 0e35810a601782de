using System.Text.Json;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private const string Valid = """
        merge_method: linear
        models:
          - model: owner/one
            parameters: { weight: 0.5 }
          - model: owner/two
            parameters: { weight: 0.5 }
        """;

    private readonly TemporaryModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("evalute: { tsks: [ { nme: x, dta: x.jsonl, exprt: 3 } ] }", "evalute", "tsks", "nme", "dta", "exprt")]
    [InlineData("gate: [ { metrc: x.accuracy, mn: q } ]", "gate", "metrc", "mn", "'min' must be a number")]
    [InlineData("publsh: { hub: a/b, visibilty: publc }", "publsh", "visibilty", "is 'private' or 'public', not")]
    [InlineData("tokeniser: { sorce: base, tokns: { a: { sorce: x } } }", "tokeniser", "(6,14): error MOPS107", "tokns", "(6,41): error MOPS107")]
    [InlineData("paramters: { nrmalize: maybe }", "paramters", "nrmalize", "'normalize' must be true or false")]
    [InlineData("shard_sise: 4XB", "shard_sise", "found '4XB'")]
    public void A_misspelled_key_hides_nothing_that_is_inside_it(string line, params string[] found)
    {
        using var models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
        var recipe = models.Recipe($"""
            merge_method: linear
            models:
              - {"{"} model: ./one, parameters: {"{"} weight: 1 {"}"} {"}"}
              - {"{"} model: ./two, parameters: {"{"} weight: 1 {"}"} {"}"}
            dtype: float32
            {line}
            """);

        var run = CommandLineRun.Of("validate", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.All(found, part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Commands_that_a_recipe_names_are_looked_up_in_the_settings_that_the_user_gives()
    {
        var recipe = models.Recipe($"""
            {Valid}
            publish:
              hub: acme/small
              derived:
                - {"{"} name: onnx, command: to-onx, files: onnx/** {"}"}
                - {"{"} name: gguf, command: to-gguf, to: acme/small-GGUF {"}"}
            """);
        var settings = Path.Combine(models.Path, "settings.yml");
        File.WriteAllText(settings, "commands: { to-onnx: [sh, x, \"{output}\"], to-gguf: [sh, x] }\n");

        var run = CommandLineRun.Of("validate", recipe, "--settings", settings);

        Assert.Equal(0, CommandLineRun.Of("validate", recipe).ExitCode);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("There is no command 'to-onx' under 'commands' in the settings. Did you mean 'to-onnx'?", run.Output, StringComparison.Ordinal);
        Assert.Contains("The command 'to-gguf' does not use {output}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_valid_recipe_has_no_findings()
    {
        var run = CommandLineRun.Of("validate", models.Recipe(Valid));

        Assert.Equal((0, "", "1 recipe checked: 0 errors, 0 warnings\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("model.gguf", "MOPS303", "Use the original model that it was made from.")]
    [InlineData("tf_model.h5", "MOPS304", "save it as safetensors")]
    [InlineData("absent.safetensors", "MOPS118", "does not exist. Paths are relative to the recipe's folder.")]
    public void A_file_that_is_there_and_is_no_safetensors_file_is_not_called_absent(string file, string code, string wayOut)
    {
        if (!file.StartsWith("absent", StringComparison.Ordinal))
        {
            models.Recipe("x", file);
        }

        var run = CommandLineRun.Of("validate", models.Recipe(Valid.Replace("owner/two", $"./{file}", StringComparison.Ordinal)));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"(5,12): error {code}:", run.Output, StringComparison.Ordinal);
        Assert.Contains(wayOut, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_several_recipes_is_data_on_its_own_line()
    {
        models.Recipe(Valid, "a.yml");
        models.Recipe(Valid.Replace("linear", "linaer", StringComparison.Ordinal), "b.yml");
        models.Recipe(Valid.Replace("model: owner/two", "modle: owner/two", StringComparison.Ordinal), "c.yml");

        var run = CommandLineRun.Of("validate", Path.Combine(models.Path, "*.yml"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("b.yml(1,15): error MOPS", run.Output, StringComparison.Ordinal);
        Assert.Contains("c.yml(5,5): error MOPS", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("3 recipes checked: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_one_part_hides_none_in_another()
    {
        models.Recipe("{\"prompt\": \"1+1\", \"answer\": \"2\"}\n", "sums.jsonl");
        var run = CommandLineRun.Of("validate", models.Recipe(
            """
            merge_method: slerp
            base_model: owner/base
            models: [{ model: owner/one }, { model: owner/two }]
            version: v1
            dtype: bf17
            parameters: { t: 0.5 }
            evaluate:
              tasks: [{ name: sums, data: sums.jsonl }]
            gates:
              - { metric: summs.accuracy, min: 0.5 }
              - { metric: sums.accuracy, min: half }
              - { metric: sums.accuracy, min: 0.5, against: published-one }
            publish: { hub: no-owner }
            """));

        Assert.Equal(
            ["3,41 MOPS121", "4,10 MOPS112", "5,8 MOPS115", "10,15 MOPS610", "11,35 MOPS112", "12,49 MOPS612", "13,17 MOPS112"],
            run.Output.TrimEnd().Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).Select(line => line.Split("recipe.yml(")[1].Replace("): error ", " ", StringComparison.Ordinal).Split(':')[0]));
    }

    [Fact]
    public void The_machine_form_is_one_document_for_all_recipes()
    {
        models.Recipe(Valid, "a.yml");
        models.Recipe(Valid.Replace("linear", "linaer", StringComparison.Ordinal), "b.yml");

        var run = CommandLineRun.Of("validate", Path.Combine(models.Path, "?.yml"), "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal((1, "2 recipes checked: 1 error, 0 warnings\n"), (run.ExitCode, run.Error));
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(1, Assert.Single(json.RootElement.GetProperty("diagnostics").EnumerateArray()).GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("sarif", "\"version\": \"2.1.0\"")]
    [InlineData("github", "::error file=")]
    public void Other_tools_read_their_own_form(string format, string part)
    {
        var recipe = models.Recipe(Valid.Replace("linear", "linaer", StringComparison.Ordinal));

        Assert.Contains(part, CommandLineRun.Of("validate", recipe, "--format", format).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_a_mistake()
    {
        var run = CommandLineRun.Of("validate", Path.Combine(models.Path, "*.yml"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS804: No recipe found.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_among_the_recipes_are_passed_over()
    {
        models.Recipe(Valid, "a.yml");
        models.Recipe("", "a.lock.yml");

        Assert.Equal(0, CommandLineRun.Of("validate", Path.Combine(models.Path, "*.yml")).ExitCode);
        Assert.Equal(0, CommandLineRun.Of("validate", Path.Combine(models.Path, "a.lock.yml"), Path.Combine(models.Path, "a.yml")).ExitCode);
        Assert.Contains("Its recipe is", CommandLineRun.Of("validate", Path.Combine(models.Path, "a.lock.yml")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_wrong_input_in_one_line()
    {
        foreach (var path in new[] { Path.Combine(models.Path, "no.yml"), models.Path })
        {
            var run = CommandLineRun.Of("validate", path);

            Assert.Equal(1, run.ExitCode);
            Assert.Matches(@"^[^\n]+: error MOPS101: [^\n]+\n$", run.Output);
        }
    }
}
