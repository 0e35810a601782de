using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MergeOps.Tensors;
using MergeOps.TestHub.Models;
using MergeOps.Tests.Cli;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>
/// Streams a merge on a machine that is lost at any moment, or that has a disk for two files of the output.
/// MERGEOPS_TRIALS=long kills it ten times; MERGEOPS_TRIAL_BYTES says how large each of three models is.
/// </summary>
public sealed partial class StreamTrials : IAsyncLifetime
{
    private const int FilesOfOutput = 16;

    // "$@" is the program with its arguments, on a disk of so many bytes for all that it keeps
    private const string SmallDisk = """mount -t tmpfs -o size=$SIZE none "$MERGEOPS_HOME" && exec "$@" """;

    private static readonly long BytesOfModel =
        long.TryParse(Environment.GetEnvironmentVariable("MERGEOPS_TRIAL_BYTES"), CultureInfo.InvariantCulture, out var bytes) ? bytes : 24_000_000;

    private readonly Random random = new(20261130);
    private readonly Dictionary<string, string> expected = [];
    private HubUser user = null!;
    private string recipe = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        user.Set("HF_TOKEN", user.Hub.Token);
        foreach (var (name, seed) in new[] { ("org/base", 1), ("org/one", 2), ("org/two", 3) })
        {
            user.Hub.AddModel(name, Model(seed));
        }

        recipe = user.Recipe($$"""
            name: streamed
            merge_method: ties
            base_model: org/base
            models:
              - { model: org/one, parameters: { weight: 0.5, density: 0.5 } }
              - { model: org/two, parameters: { weight: 0.5, density: 0.7 } }
            shard_size: {{BytesOfModel / FilesOfOutput}}B

            """);
        await RunAsync("lock", recipe);
        user.Set(MergeOpsHome.Variable, user["ordinary"]);
        await RunAsync("merge", recipe, "--out", user["whole"]);
        foreach (var file in Directory.EnumerateFiles(user["whole"], "*.safetensors"))
        {
            await using var bytes = File.OpenRead(file);
            expected[Path.GetFileName(file)] = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes));
        }

        Directory.Delete(user["whole"], recursive: true);
        Directory.Delete(user["hf"], recursive: true);
        user.Set(MergeOpsHome.Variable, user["home"]);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task A_machine_that_is_lost_leaves_nothing_half_and_another_one_goes_on()
    {
        var begun = Environment.TickCount64;
        Assert.Equal(0, ChildProcess.Finish(ChildProcess.Start(Stream("acme/first"), user.Environment)).ExitCode);
        var time = Environment.TickCount64 - begun;
        for (var round = 0; round < TrialWorld.Rounds(2, 10); round++)
        {
            var repository = $"acme/round{round}";
            using var process = ChildProcess.Start(Stream(repository), user.Environment);
            process.WaitForExit((int)(random.NextDouble() * time));
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            var there = user.Hub.Store.Repository(repository);
            Assert.True(there is null || there.Tags.Count > 0 || there.Head.Files.Keys.All(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)), $"round {round}");
            if (round % 2 == 1)
            {
                user.Set(MergeOpsHome.Variable, user[$"home{round}"]);
                user.Set("HF_HOME", user[$"hf{round}"]);
            }

            var again = ChildProcess.Finish(ChildProcess.Start(Stream(repository), user.Environment));
            Assert.True(again.ExitCode == 0, $"round {round}: {again.Error}");
            AssertPublished(repository);
        }
    }

    [Fact]
    public void A_disk_for_two_files_of_the_output_is_enough()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ChildProcess.Shell("exec unshare --user --map-root-user --mount true").ExitCode == 0,
            "needs a small disk of its own, for which this system gives no rights");
        Directory.CreateDirectory(user["home"]);

        var size = (2 * BytesOfModel / FilesOfOutput) + (70 << 20);
        var run = ChildProcess.Shell(user.Environment, $"""exec unshare --user --map-root-user --mount env SIZE={size} sh -c '{SmallDisk}' sh "$@" """, [.. Stream("acme/small")]);

        Assert.True(run.ExitCode == 0, run.Error);
        AssertPublished("acme/small");
        var read = ReadFromTheHub().Match(run.Error);
        Assert.True(read.Success, run.Error);
        Assert.InRange(double.Parse(read.Groups[1].Value, CultureInfo.InvariantCulture) * (read.Groups[2].Value == "GB" ? 1e9 : 1e6), 0.99 * 3 * BytesOfModel, 1.5 * 3 * BytesOfModel);
    }

    [GeneratedRegex(@"([0-9.]+) (MB|GB) read from the Hub", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadFromTheHub();

    private async Task RunAsync(params string[] arguments)
    {
        var run = await user.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private string[] Stream(string repository) => ["merge", recipe, "--stream", "--to", $"hub:{repository}"];

    private void AssertPublished(string repository)
    {
        var published = user.Hub.Repository(repository);
        Assert.Equal(["v0.1.0"], published.Tags.Keys);
        Assert.Equal(["main"], published.Branches.Keys);
        var weights = published.Head.Files.Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToList();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), weights.Select(file => file.Key));
        Assert.All(weights, file =>
        {
            using var bytes = file.Value.Content.Open();
            Assert.Equal(expected[file.Key], Convert.ToHexStringLower(SHA256.HashData(bytes)));
        });
    }

    // a model in four files, too large for memory where somebody asks for that
    private string Model(int seed)
    {
        const int width = 1024, files = 4;
        var folder = Directory.CreateDirectory(user[$"model{seed}"]).FullName;
        var rows = BytesOfModel / 2 / width / (4 * FilesOfOutput);
        var draw = new Random(seed);
        var places = new List<string>();
        for (var file = 0; file < files; file++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{file + 1:00000}-of-{files:00000}.safetensors");
            (string Name, long[] Shape)[] tensors =
            [
                .. Enumerable.Range(0, FilesOfOutput).Select(i => (string.Create(CultureInfo.InvariantCulture, $"model.layers.{(file * FilesOfOutput) + i:000}.mlp.up_proj.weight"), new[] { rows, width })),
            ];
            places.AddRange(tensors.Select(tensor => $"\"{tensor.Name}\": \"{name}\""));
            using var bytes = File.Create(Path.Combine(folder, name));
            bytes.Write(SafetensorsStart.Of(tensors));
            var row = new byte[2 * width];
            for (var i = 0L; i < rows * tensors.Length; i++)
            {
                draw.NextBytes(row);
                for (var high = 1; high < row.Length; high += 2)
                {
                    // bfloat16 between 2^-7 and 2^-6, and their negatives
                    row[high] = (byte)(0x3C | (row[high] & 0x80));
                }

                bytes.Write(row);
            }
        }

        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), $$"""{"metadata": {}, "weight_map": { {{string.Join(", ", places)}} } }""");
        File.WriteAllText(Path.Combine(folder, "config.json"), """{ "architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16" }""");
        return folder;
    }
}
