using MergeOps.Tests.Planning;
using MergeOps.Tests.Cli;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Writing;

/// <summary>A model that takes the place of another one: whoever looks sees the one or the other, whatever happens in between.</summary>
public sealed class ReplacedOutputTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly string first;
    private readonly string second;

    public ReplacedOutputTests() => (first, second) = (Recipe("first", 0.5), Recipe("second", 0.25));

    private string Output => Path.Combine(models.Path, "out");

    public void Dispose() => models.Dispose();

    [Fact]
    public void Two_folders_change_names_in_one_step()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "it cannot");
        using var folder = new TemporaryFolder();
        folder.Write("a/old", "old"u8);
        folder.Write("b/new", "new"u8);

        Assert.True(DurableFolder.TryExchange(folder["a"], folder["b"]));

        Assert.True(File.Exists(folder["a/new"]) && File.Exists(folder["b/old"]));
    }

    [Fact]
    public async Task The_name_is_never_empty_while_one_model_takes_the_place_of_another()
    {
        Merge(first);
        using var stop = new CancellationTokenSource();
        var looks = Task.Run(() =>
        {
            var gone = 0;
            while (!stop.IsCancellationRequested)
            {
                gone += File.Exists(Path.Combine(Output, "model.safetensors")) ? 0 : 1;
            }

            return gone;
        });

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(0, Merge(i % 2 == 0 ? second : first, "--replace").ExitCode);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await looks);
        Assert.Equal(["one", "out", "two"], Directory.EnumerateDirectories(models.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_model_that_was_moved_aside_by_a_run_that_was_killed_is_back_at_the_next_run()
    {
        Merge(first);
        var before = File.ReadAllText(Path.Combine(Output, "merge-manifest.json"));
        var killed = Directory.CreateDirectory(Path.Combine(models.Path, ".out.0123456789abcdef.partial")).FullName;
        Directory.Move(Output, Path.Combine(killed, "replaced"));

        var run = Merge(second);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Output, "merge-manifest.json")));
    }

    [Fact]
    public void What_a_run_left_that_was_killed_after_it_had_put_its_model_in_place_is_swept()
    {
        Merge(first);
        var digest = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "merge-manifest.json"))).RootElement.GetProperty("planDigest").GetString()!;
        var left = Directory.CreateDirectory(Path.Combine(models.Path, $".out.{digest[..16]}.partial", "model")).Parent!.FullName;

        Assert.Equal(0, Merge(first).ExitCode);

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void A_link_is_followed_and_stays_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        var real = Directory.CreateDirectory(Path.Combine(models.Path, "disk", "merged")).FullName;
        File.CreateSymbolicLink(Output, real);

        Assert.Equal(0, Merge(first).ExitCode);
        var one = File.ReadAllText(Path.Combine(real, "merge-manifest.json"));
        Assert.Equal(0, Merge(second, "--replace").ExitCode);

        Assert.Equal(real, new FileInfo(Output).LinkTarget);
        Assert.NotEqual(one, File.ReadAllText(Path.Combine(real, "merge-manifest.json")));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        File.CreateSymbolicLink(Output, "nowhere");

        var run = Merge(first, "--replace");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("It is a link that leads nowhere.", run.Error, StringComparison.Ordinal);
        Assert.Equal("nowhere", new FileInfo(Output).LinkTarget);
    }

    private CommandLineRun Merge(string recipe, params string[] options) => CommandLineRun.Of(["merge", recipe, "--out", Output, .. options]);

    private string Recipe(string name, double weight) => models.Recipe(
        FormattableString.Invariant($$"""
        merge_method: linear
        models:
          - { model: ./one, parameters: { weight: {{weight}} } }
          - { model: ./two, parameters: { weight: 0.5 } }
        """),
        $"{name}.yml");
}
