using System.Diagnostics;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>Kills the program at any moment: nothing half stands under a final name, and the same command goes on to the same end.</summary>
public sealed class KillTrials : IDisposable
{
    private readonly TrialWorld world = new();
    private readonly Random random = new(20261129);

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("merge")]
    [InlineData("replace")]
    [InlineData("run")]
    [InlineData("publish")]
    [InlineData("rollback")]
    public void A_verb_that_is_killed_leaves_nothing_half_and_goes_on(string verb)
    {
        var time = TimeOf(verb);
        for (var round = 0; round < TrialWorld.Rounds(2, 20); round++)
        {
            var arguments = world.Prepare(verb);
            using var process = ChildProcess.Start(arguments);
            process.WaitForExit((int)(random.NextDouble() * time));
            process.Kill(entireProcessTree: true);
            process.WaitForExit();

            world.AssertSound();
            var again = CommandLineRun.Of(arguments);

            // going back once more is another step back, which there is not
            Assert.True(again.ExitCode == 0 || (verb == "rollback" && again.ExitCode == 1), $"round {round}: {again.Error}");
            world.AssertDone(verb);
        }
    }

    [Fact]
    public void A_merge_that_is_killed_between_two_tensors_goes_on_after_the_last_whole_one()
    {
        var tensors = Enumerable.Range(0, 24).Select(i => ($"layers.{i}.weight", DType.BF16, new long[] { 512, 2048 })).ToArray();
        using var models = new SmallModels();
        models.Model("base", 1, tensors).Model("one", 2, tensors).Model("two", 3, tensors);
        var recipe = models.Folder["recipe.yml"];
        File.WriteAllText(recipe, """
            merge_method: ties
            base_model: ./base
            models:
              - { model: ./one, parameters: { weight: 1, density: 0.5 } }
              - { model: ./two, parameters: { weight: 1, density: 0.5 } }
            """);
        Assert.Equal(0, CommandLineRun.Of("merge", recipe, "--out", models.Folder["whole"]).ExitCode);

        // the program may be faster than this test looks
        var written = 0;
        for (var attempt = 0; attempt < 50 && (written < 2 || Path.Exists(models.Folder["out"])); attempt++)
        {
            Directory.GetFileSystemEntries(models.Folder.Path, "*out*").ToList().ForEach(made => Directory.Delete(made, recursive: true));
            using var merge = ChildProcess.Start(["merge", recipe, "--out", models.Folder["out"], "--threads", "1"]);
            while (Written(models.Folder) < 2 && !merge.WaitForExit(1))
            {
            }

            merge.Kill();
            merge.WaitForExit();
            written = Written(models.Folder);
        }

        Assert.True(written >= 2 && !Path.Exists(models.Folder["out"]), "no kill landed between two tensors");

        var resumed = CommandLineRun.Of("merge", recipe, "--out", models.Folder["out"]);

        // the last line of the journal may be torn
        Assert.Matches($"({written}|{written - 1}) tensors? kept from an interrupted run", resumed.Error);
        Assert.Equal(ModelDigest(models.Folder["whole"]), ModelDigest(models.Folder["out"]));
    }

    private static int Written(TemporaryFolder folder)
    {
        var journal = Directory.GetDirectories(folder.Path, ".out.*.partial").Select(partial => Path.Combine(partial, "journal")).FirstOrDefault(File.Exists);
        return journal is null ? 0 : File.ReadAllText(journal).Count(letter => letter == '\n') - 1;
    }

    private static string ModelDigest(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "merge-manifest.json")))!["modelDigest"]!.GetValue<string>();

    private double TimeOf(string verb)
    {
        var arguments = world.Prepare(verb);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, ChildProcess.Finish(ChildProcess.Start(arguments)).ExitCode);
        world.AssertDone(verb);
        return watch.Elapsed.TotalMilliseconds;
    }
}
