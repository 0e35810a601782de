using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>Runs the program on a disk that fills up: it says so and leaves nothing half, and goes on when there is room.</summary>
public sealed class FullDiskTrials : IDisposable
{
    private const int ModelBytes = 2 * 6 * 1024 * 256 * 2;

    // "$@" is the program with its arguments; first on the small disk, then on the same one with room
    private const string Script = """
        mount -t tmpfs -o size=$SIZE none "$WORLD" && cp -a "$SOURCE/." "$WORLD" && cd "$WORLD" || exit 99
        "$@"; echo "first=$?"
        for name in out published/0.1.0; do [ ! -e $name ] || echo "stands=$name"; done
        mount -o remount,size=1g none "$WORLD" || exit 98
        "$@"; echo "second=$?"
        sha256sum $RESULT/model.safetensors
        """;

    private readonly TrialWorld world = new();
    private readonly TemporaryFolder disk = new();
    private readonly Random random = new(20261129);

    public void Dispose()
    {
        world.Dispose();
        disk.Dispose();
    }

    [Theory]
    [InlineData("merge", "out")]
    [InlineData("run", "published/0.1.0")]
    [InlineData("publish", "published/0.1.0")]
    public void A_verb_on_a_full_disk_says_so_and_goes_on_when_there_is_room(string verb, string result)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Unshare("true", "0", "true").ExitCode == 0, "needs a small disk of its own, for which this system gives no rights");
        world.Prepare(verb);
        string[] arguments = verb switch
        {
            "merge" => ["merge", "recipe.yml", "--out", "out"],
            "publish" => ["publish", "recipe.yml", "--from", "out"],
            _ => ["run", "recipe.yml"],
        };
        var (expected, need) = (TrialWorld.DigestOf(world.Folder["reference-1"]), ModelBytes / 2);
        foreach (var round in Enumerable.Range(0, TrialWorld.Rounds(2, 7)))
        {
            var room = (long)(random.NextDouble() * 1.5 * need);
            var run = Unshare(Script, $"{ModelBytes + (verb == "publish" ? need : 0) + (64 << 10) + room}", result, arguments);

            var said = run.Output + run.Error;
            Assert.True(run.Output.Contains("second=0", StringComparison.Ordinal), said);
            Assert.Contains($"{expected.ToLowerInvariant()}  {result}/model.safetensors", run.Output, StringComparison.Ordinal);
            if (!run.Output.Contains("first=0", StringComparison.Ordinal))
            {
                Assert.Contains("first=3", run.Output, StringComparison.Ordinal);
                Assert.Contains("error MOPS", run.Error, StringComparison.Ordinal);
                Assert.DoesNotContain($"stands={result}", run.Output, StringComparison.Ordinal);
            }
        }
    }

    private CommandLineRun Unshare(string script, string size, string result, params string[] arguments) => ChildProcess.Shell(
        $"""exec unshare --user --map-root-user --mount env SIZE={size} SOURCE='{world.Folder.Path}' WORLD='{disk.Path}' MERGEOPS_HOME='{disk["home"]}' RESULT={result} sh -c '{script}' sh "$@" """,
        arguments);
}
