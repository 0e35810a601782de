using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class InspectTests
{
    [Fact]
    public void A_valid_file_is_listed_as_data()
    {
        var run = CommandLineRun.Of("inspect", Repository.Data("Tensors", "valid", "v30_python_exact.safetensors"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.EndsWith("in 1 file\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_machine_form_begins_with_its_version()
    {
        var run = CommandLineRun.Of("inspect", Repository.Data("Tensors", "valid", "v30_python_exact.safetensors"), "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.NotEqual(0, json.RootElement.GetProperty("tensors").GetArrayLength());
    }

    [Theory]
    [InlineData("bad", "a01_empty_file.safetensors")]
    [InlineData("bad", "b01_not_utf8.safetensors")]
    public void A_broken_file_is_wrong_input_in_one_line(string folder, string file)
    {
        var run = CommandLineRun.Of("inspect", Repository.Data("Tensors", folder, file));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"^[^\n]+: error MOPS3\d\d: [^\n]+\n$", run.Error);
    }

    [Fact]
    public void A_path_to_nothing_is_wrong_input()
    {
        var run = CommandLineRun.Of("inspect", "no-such-model");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("no-such-model: error MOPS302:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_format_names_the_known_ones()
    {
        var run = CommandLineRun.Of("inspect", "x", "--format", "jsn");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--format takes one of text, json. Did you mean 'json'?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "inspect" }, "PATH is missing.")]
    [InlineData(new[] { "inspect", "x", "--format" }, "--format wants FORMAT.")]
    public void What_is_missing_is_named(string[] arguments, string detail)
    {
        var run = CommandLineRun.Of(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(detail, run.Error, StringComparison.Ordinal);
    }
}
