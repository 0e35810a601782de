using System.Globalization;
using MergeOps.Merging.Output;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Kills the program at random moments; MERGEOPS_KILL_ROUNDS says how often.</summary>
public sealed class KillTests : IDisposable
{
    private const int DefaultRounds = 3;

    private readonly SmallModels models = new();
    private readonly Random random = new(20261122);
    private readonly string recipe;

    public KillTests()
    {
        var tensors = Enumerable.Range(0, 30).Select(i => ($"layers.{i}.weight", DType.BF16, new long[] { 500, 1000 }, Numbers(1_000_000))).ToArray();
        models.Model("a", tensors).Model("b", tensors.Select(t => (t.Item1, t.Item2, t.Item3, Numbers(1_000_000))).ToArray());
        recipe = models.Folder.Write("recipe.yml", "merge_method: linear\nmodels:\n  - model: ./a\n    parameters: { weight: 1 }\n  - model: ./b\n    parameters: { weight: 2 }\n"u8);
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_killed_merge_goes_on_and_ends_with_the_same_model()
    {
        Assert.Equal(0, Merge("whole").ExitCode);
        var rounds = int.Parse(Environment.GetEnvironmentVariable("MERGEOPS_KILL_ROUNDS") ?? $"{DefaultRounds}", CultureInfo.InvariantCulture);
        for (var round = 0; round < rounds; round++)
        {
            KillWhileMerging($"round-{round}");

            Assert.True(!Path.Exists(models.Folder[$"round-{round}"]) || IsWhole($"round-{round}"), $"round {round}: a part stands under the final name");
            Assert.Equal(0, Merge($"round-{round}").ExitCode);
            Assert.True(IsWhole($"round-{round}"), $"round {round}: another model");
        }
    }

    private static byte[] Numbers(int bytes)
    {
        var numbers = new byte[bytes];
        new Random(bytes).NextBytes(numbers);
        for (var i = 1; i < bytes; i += 2)
        {
            // keeps the exponents small, so that no number is NaN or infinite
            numbers[i] &= 0xbf;
        }

        return numbers;
    }

    private void KillWhileMerging(string output)
    {
        using var process = ChildProcess.Start(Arguments(output));
        while (!process.HasExited && !Directory.EnumerateDirectories(models.Folder.Path, $".{output}.*").Any() && !Path.Exists(models.Folder[output]))
        {
            Thread.Sleep(1);
        }

        Thread.Sleep(random.Next(0, 150));
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private bool IsWhole(string output) =>
        MergeManifest.Find(models.Folder[output])!.ModelDigest == MergeManifest.Find(models.Folder["whole"])!.ModelDigest
        && File.ReadAllBytes(models.Folder[$"{output}/model.safetensors"]).AsSpan().SequenceEqual(File.ReadAllBytes(models.Folder["whole/model.safetensors"]));

    private CommandLineRun Merge(string output) => ChildProcess.Finish(ChildProcess.Start(Arguments(output)));

    private string[] Arguments(string output) => ["merge", recipe, "--out", models.Folder[output]];
}
