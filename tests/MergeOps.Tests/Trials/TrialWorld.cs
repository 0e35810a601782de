using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MergeOps.Tests.Cli;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>
/// Two models, a locked recipe in two versions, and what their merges are; whatever happens to the program in between, nothing
/// else may stand under a final name. MERGEOPS_TRIALS=long tries each kind of harm as often as a release needs it.
/// </summary>
internal sealed class TrialWorld : IDisposable
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 6).Select(i => $"model.layers.{i}.mlp.up_proj.weight")];

    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;
    private readonly string[] expected;

    public TrialWorld()
    {
        environment = TestEnvironment.WithHome(Folder["home"]);
        models.Model("a", 1, [.. Names.Select(name => (name, DType.BF16, new long[] { 1024, 256 }))]);
        models.Model("b", 2, [.. Names.Select(name => (name, DType.BF16, new long[] { 1024, 256 }))]);
        expected = [.. new[] { 1, 2 }.Select(Reference)];
        Reset();
    }

    public TemporaryFolder Folder => models.Folder;

    public string Recipe => Folder["recipe.yml"];

    public string Output => Folder["out"];

    public string Published => Folder["published"];

    /// <summary>How often to try; few times unless somebody asks for all.</summary>
    public static int Rounds(int few, int many) => Environment.GetEnvironmentVariable("MERGEOPS_TRIALS") == "long" ? many : few;

    public void Dispose()
    {
        models.Dispose();
    }

    /// <summary>The recipe's first version, locked; nothing is merged, published or remembered.</summary>
    public void Reset()
    {
        foreach (var made in Directory.EnumerateFileSystemEntries(Folder.Path).Where(path => Path.GetFileName(path) is not ("a" or "b")).ToList())
        {
            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }
            else
            {
                File.Delete(made);
            }
        }

        WriteRecipe(1);
        Done("lock", Recipe);
    }

    /// <summary>Writes the recipe's first or second version.</summary>
    public void WriteRecipe(int version) => File.WriteAllText(Recipe, string.Create(CultureInfo.InvariantCulture, $$"""
        name: trial
        merge_method: linear
        models:
          - { model: ./a, parameters: { weight: 1 } }
          - { model: ./b, parameters: { weight: {{version}} } }
        publish:
          folder: published

        """));

    /// <summary>What the verb needs to have something to do, and its arguments.</summary>
    public string[] Prepare(string verb)
    {
        Reset();
        switch (verb)
        {
            case "publish":
                Done("merge", Recipe, "--out", Output);
                return ["publish", Recipe, "--from", Output];
            case "rollback":
                Done("run", Recipe);
                WriteRecipe(2);
                Done("run", Recipe);
                return ["rollback", Recipe];
            case "replace":
                WriteRecipe(2);
                Done("merge", Recipe, "--out", Output);
                WriteRecipe(1);
                return ["merge", Recipe, "--out", Output, "--replace"];
            default:
                return verb == "merge" ? ["merge", Recipe, "--out", Output] : [verb, Recipe];
        }
    }

    /// <summary>Whatever stands under a final name is one of the two models, whole.</summary>
    public void AssertSound()
    {
        Assert.True(!Path.Exists(Output) || IsWhole(Output), "a part, or another model, stands at the output");
        var versions = Versions();
        Assert.All(versions, version => Assert.True(IsWhole(Path.Combine(Published, version)), $"version {version} is not whole"));
        Assert.True(Latest() is not { } latest || versions.Contains(latest), $"'latest' names {Latest()}");
    }

    /// <summary>What the verb promises is there.</summary>
    public void AssertDone(string verb)
    {
        AssertSound();
        switch (verb)
        {
            case "merge" or "replace":
                Assert.Equal(expected[0], DigestOf(Output));
                break;
            case "rollback":
                Assert.Equal("0.1.0", Latest());
                Assert.Equal(2, Versions().Count);
                break;
            default:
                Assert.Equal("0.1.0", Latest());
                Assert.Equal(expected[0], DigestOf(Path.Combine(Published, "0.1.0")));
                Assert.Single(Versions());
                break;
        }
    }

    /// <summary>Whether a folder holds one of the two models, and says so itself.</summary>
    public bool IsWhole(string folder) => expected.Contains(DigestOf(folder)) && CommandLineRun.Of(environment, "verify", folder).ExitCode == 0;

    /// <summary>The digest of the weights in a folder; empty where there are none.</summary>
    public static string DigestOf(string folder) =>
        File.Exists(Weights(folder)) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Weights(folder)))) : "";

    /// <summary>The weights in a folder.</summary>
    public static string Weights(string folder) => Path.Combine(folder, "model.safetensors");

    /// <summary>The version that a verb says it has published.</summary>
    public static string VersionIn(string json) => JsonDocument.Parse(json).RootElement.GetProperty("result").GetProperty("publication").GetProperty("version").GetString()!;

    private CommandLineRun Done(params string[] arguments)
    {
        var run = CommandLineRun.Of(environment, arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run.Error}");
        return run;
    }

    // the merge of an undisturbed program; that its numbers are right is seen by other tests
    private string Reference(int version)
    {
        WriteRecipe(version);
        Done("merge", Recipe, "--out", Folder[$"reference-{version}"]);
        return DigestOf(Folder[$"reference-{version}"]);
    }

    private List<string> Versions() => Directory.Exists(Published)
        ? [.. Directory.EnumerateDirectories(Published).Select(path => Path.GetFileName(path)).Where(name => char.IsAsciiDigit(name[0])).Order(StringComparer.Ordinal)]
        : [];

    private string? Latest() => File.Exists(Path.Combine(Published, "latest")) ? File.ReadAllText(Path.Combine(Published, "latest")).Trim() : null;
}
