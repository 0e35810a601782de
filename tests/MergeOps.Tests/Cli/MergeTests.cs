using System.Text.Json.Nodes;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class MergeTests : IDisposable
{
    private readonly TemporaryModels models = new();
    private readonly string recipe;
    private readonly string output;

    public MergeTests()
    {
        output = Path.Combine(models.Path, "merged");
        recipe = models.Llama("base", 1).Llama("one", 1).Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
            """);
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void The_merged_folder_is_data_and_the_stage_a_message()
    {
        var run = CommandLineRun.Of("merge", recipe, "--out", output);

        Assert.Equal((0, output + "\n"), (run.ExitCode, run.Output));
        Assert.StartsWith("✓ merge     5 tensors, ", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLineRun.Of("inspect", output).ExitCode);
    }

    [Theory]
    [InlineData("notes/readme.txt")]
    [InlineData("tokenizer.json")]
    public void A_file_that_the_merge_did_not_write_is_named_when_the_merge_is_found_again(string file)
    {
        CommandLineRun.Of("merge", recipe, "--out", output);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(output, file))!);
        File.WriteAllText(Path.Combine(output, file), "{}");

        var run = CommandLineRun.Of("merge", recipe, "--out", output);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("= merge     merged before", run.Error, StringComparison.Ordinal);
        Assert.Contains("warning MOPS713: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"'{file}' is not part of this merge", run.Error, StringComparison.Ordinal);
    }

    // what a later merge compares to make only what changed
    [Fact]
    public void Each_tensor_of_a_merged_model_has_the_job_digest_that_the_plan_foretold()
    {
        CommandLineRun.Of("merge", recipe, "--out", output);

        var planned = CommandLineRun.Of("plan", recipe, "--format", "json").Result!["tensors"]!.AsArray()
            .Select(tensor => (tensor!["name"]!.GetValue<string>(), tensor["digest"]!.GetValue<string>()));
        var made = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "merge-manifest.json")))!["tensors"]!.AsObject()
            .Select(tensor => (tensor.Key, tensor.Value!["jobDigest"]!.GetValue<string>()));
        Assert.Equal(planned.Order(), made.Order());
    }

    [Fact]
    public void A_second_merge_finds_the_first()
    {
        CommandLineRun.Of("merge", recipe, "--out", output);

        Assert.StartsWith("= merge     merged before, ", CommandLineRun.Of("merge", recipe, "--out", output).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_merge_takes_the_place_of_the_first_only_where_that_is_asked_for()
    {
        CommandLineRun.Of("merge", recipe, "--out", output);
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 0.5", "weight: 0.25", StringComparison.Ordinal));

        var refused = CommandLineRun.Of("merge", recipe, "--out", output);
        var replaced = CommandLineRun.Of("merge", recipe, "--out", output, "--replace");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("or run again with --replace, which puts the new merge in its place", refused.Error, StringComparison.Ordinal);
        Assert.Equal((0, output + "\n"), (replaced.ExitCode, replaced.Output));
        Assert.StartsWith("= merge", CommandLineRun.Of("merge", recipe, "--out", output).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(models.Path, ".*"));
    }

    [Fact]
    public void What_is_no_merge_is_never_replaced()
    {
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "thesis.txt"), "years of work");

        var run = CommandLineRun.Of("merge", recipe, "--out", output, "--replace");

        Assert.Contains("error MOPS502:", run.Error, StringComparison.Ordinal);
        Assert.Contains("Choose another --out: --replace replaces only what a merge wrote.", run.Error, StringComparison.Ordinal);
        Assert.Equal("years of work", File.ReadAllText(Path.Combine(output, "thesis.txt")));
    }

    [Fact]
    public void Weights_that_changed_without_a_lock_are_merged_again()
    {
        CommandLineRun.Of("merge", recipe, "--out", output);
        File.SetLastWriteTimeUtc(Path.Combine(models.Path, "one", "model.safetensors"), DateTime.UtcNow.AddMinutes(1));

        Assert.StartsWith("✓ merge", CommandLineRun.Of("merge", recipe, "--out", output, "--replace").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_goes_with_the_model()
    {
        CommandLineRun.Of("lock", recipe);
        CommandLineRun.Of("merge", recipe, "--out", output);

        Assert.Equal(File.ReadAllText(Path.ChangeExtension(recipe, ".lock.yml")), File.ReadAllText(Path.Combine(output, "mergeops.lock.yml")));
    }

    [Fact]
    public void A_plan_against_its_own_merge_changes_nothing()
    {
        CommandLineRun.Of("merge", recipe, "--out", output);

        Assert.Contains(
            "0 changed, 0 added, 0 removed, 5 unchanged", CommandLineRun.Of("plan", recipe, "--against", output).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_are_equal_differ_in_nothing_and_others_exit_with_1()
    {
        models.Llama("two", 2);
        var (one, two) = (Path.Combine(models.Path, "one"), Path.Combine(models.Path, "two"));

        Assert.Equal(0, CommandLineRun.Of("diff", one, one).ExitCode);
        Assert.Equal(1, CommandLineRun.Of("diff", one, two).ExitCode);
        Assert.Contains("\"equal\": false", CommandLineRun.Of("diff", one, two, "--format", "json").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threads", "0", "must be a whole number from 1")]
    [InlineData("--threads", "two", "must be a whole number from 1")]
    [InlineData("--max-memory", "much", "must be a number of bytes")]
    [InlineData("--max-memory", "1kB", "takes at least 16.0 MB.")]
    [InlineData("--shard-size", "-5", "must be a number of bytes")]
    [InlineData("--device", "gpu", "takes auto, cpu, cuda")]
    public void A_value_that_will_not_do_is_wrong_usage(string option, string value, string rule)
    {
        var run = CommandLineRun.Of("merge", recipe, "--out", output, option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"Invalid value '{value}': {option} {rule}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_folder_to_write_to_the_usage_is_wrong()
    {
        var run = CommandLineRun.Of("merge", recipe);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Option --out DIR is required;", run.Error, StringComparison.Ordinal);
    }
}
