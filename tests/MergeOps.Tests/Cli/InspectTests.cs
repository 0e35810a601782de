using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class InspectTests
{
    [Fact]
    public void One_endless_name_does_not_widen_every_line()
    {
        using var folder = new TemporaryFolder();
        var name = new string('n', 100_000);
        var tensors = Enumerable.Range(0, 50).Select(i => (Name: $"t{i:d2}", i)).Append((Name: name, 50)).ToArray();
        var header = $"{{{string.Join(',', tensors.Select(tensor => $"\"{tensor.Name}\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[{tensor.Item2},{tensor.Item2 + 1}]}}"))}}}";
        var bytes = System.Text.Encoding.ASCII.GetBytes(header);
        var path = folder.Write("model.safetensors", [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. new byte[51]]);

        var text = CommandLineRun.Of("inspect", path).Output;

        Assert.InRange(text.Length, 1, 51 * 400);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 400));
        Assert.Contains("n…n", text, StringComparison.Ordinal);
        Assert.Contains(name, CommandLineRun.Of("inspect", path, "--format", "json").Output, StringComparison.Ordinal);
    }

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

        using var json = JsonDocument.Parse(run.Result!.ToJsonString());
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
    [InlineData(new[] { "inspect" }, "Missing argument PATH.")]
    [InlineData(new[] { "inspect", "x", "--format" }, "Option --format needs a value: FORMAT.")]
    public void What_is_missing_is_named(string[] arguments, string detail)
    {
        var run = CommandLineRun.Of(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(detail, run.Error, StringComparison.Ordinal);
    }
}
