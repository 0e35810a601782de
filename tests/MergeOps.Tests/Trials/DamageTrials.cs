using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>Exchanges and damages files before and during the work: what ends with exit code 0 is right, and all goes on when the file is itself again.</summary>
public sealed class DamageTrials : IDisposable
{
    private readonly TrialWorld world = new();
    private readonly Random random = new(20261129);

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("merge")]
    [InlineData("run")]
    public void A_locked_input_that_is_exchanged_at_any_moment_is_never_merged(string verb)
    {
        var input = TrialWorld.Weights(world.Folder["a"]);
        var (whole, other) = (File.ReadAllBytes(input), File.ReadAllBytes(TrialWorld.Weights(world.Folder["b"])));
        for (var round = 0; round < TrialWorld.Rounds(2, 10); round++)
        {
            var arguments = world.Prepare(verb);
            var written = File.GetLastWriteTimeUtc(input);
            using var process = ChildProcess.Start(arguments);
            process.WaitForExit(random.Next(0, 600));
            Exchange(input, round % 2 == 0 ? other : Flipped(whole), written);

            var run = ChildProcess.Finish(process);

            Assert.True(run.ExitCode is 0 or 1 or 3, run.Error);
            world.AssertSound();
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);

            Exchange(input, whole, written);
            Assert.Equal(0, CommandLineRun.Of(arguments).ExitCode);
            world.AssertDone(verb);
        }
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("run")]
    public void A_merge_that_was_damaged_is_not_taken_for_done(string verb)
    {
        for (var round = 0; round < TrialWorld.Rounds(2, 10); round++)
        {
            var arguments = world.Prepare(verb);
            Assert.Equal(0, CommandLineRun.Of(arguments).ExitCode);
            foreach (var weights in Directory.EnumerateFiles(verb == "merge" ? world.Output : world.Folder["home"], "model.safetensors", SearchOption.AllDirectories))
            {
                Damage(weights, round);
            }

            var again = CommandLineRun.Of(arguments);

            Assert.True(again.ExitCode == 0, again.Error);
            world.AssertDone(verb);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("publish")]
    [InlineData("rollback")]
    public void A_published_version_that_was_damaged_is_not_called_published(string verb)
    {
        for (var round = 0; round < TrialWorld.Rounds(1, 7); round++)
        {
            var arguments = world.Prepare(verb);
            if (verb != "rollback")
            {
                Assert.Equal(0, CommandLineRun.Of(arguments).ExitCode);
            }

            var version = Path.Combine(world.Published, "0.1.0");
            Damage(TrialWorld.Weights(version), round);

            var run = CommandLineRun.Of([.. arguments, "--format", "json"]);

            var claimed = run.ExitCode == 0 ? Path.Combine(world.Published, verb == "rollback" ? "0.1.0" : TrialWorld.VersionIn(run.Output)) : null;
            Assert.True(claimed is null || world.IsWhole(claimed), $"round {round}: {claimed} is called published\n{run.Output}{run.Error}");
        }
    }

    private static byte[] Flipped(byte[] bytes)
    {
        var copy = bytes.ToArray();
        copy[^100] ^= 1;
        return copy;
    }

    private static void Exchange(string path, byte[] bytes, DateTime written)
    {
        File.WriteAllBytes(path + ".new", bytes);
        File.SetLastWriteTimeUtc(path + ".new", written);
        File.Move(path + ".new", path, overwrite: true);
    }

    private void Damage(string path, int round)
    {
        var written = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (round % 4)
        {
            case 0:
                bytes[random.Next(4096, bytes.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                break;
            case 1:
                Array.Clear(bytes, bytes.Length / 2, bytes.Length / 2);
                File.WriteAllBytes(path, bytes);
                break;
            case 2:
                File.WriteAllBytes(path, bytes[..random.Next(bytes.Length)]);
                break;
            default:
                return;
        }

        File.SetLastWriteTimeUtc(path, written);
    }
}
