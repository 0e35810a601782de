using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Whatever happens to the files in which the program remembers things: it forgets, or says what is wrong, and is never at a loss.</summary>
public sealed partial class StateFilesTests : IDisposable
{
    private static readonly JsonNode?[] Others = [null, JsonValue.Create(12), new JsonArray()];

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1).Llama("two", 1);
    private readonly TemporaryFolder whole = new();
    private readonly HostEnvironment environment;
    private readonly string recipe;

    public StateFilesTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        recipe = models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
              - model: ./two
                parameters: { weight: 0.5 }
            publish: { folder: published }
            """);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        whole.CopyFrom(models.Path);
    }

    public void Dispose()
    {
        models.Dispose();
        whole.Dispose();
    }

    [Theory]
    [InlineData("home")]
    [InlineData("published")]
    [InlineData("recipe.lock.yml")]
    public void A_state_file_to_which_anything_happened_is_no_memory_or_a_diagnostic(string place)
    {
        var files = Directory.Exists(whole[place]) ? Directory.EnumerateFiles(whole[place], "*", SearchOption.AllDirectories) : [whole[place]];
        foreach (var file in files.Where(file => Path.GetExtension(file) is not (".safetensors" or ".html")).Order(StringComparer.Ordinal).DistinctBy(KindOf))
        {
            var path = Path.Combine(models.Path, Path.GetRelativePath(whole.Path, file));
            var text = File.ReadAllBytes(file);
            foreach (var damaged in Damages(text))
            {
                Restore();
                File.WriteAllBytes(path, damaged);

                Require(path, damaged, CommandLineRun.Of(environment, "run", recipe));
                if (place == "published")
                {
                    Require(path, damaged, CommandLineRun.Of(environment, "verify", Path.Combine(models.Path, "published", "0.1.0")));
                    Require(path, damaged, CommandLineRun.Of(environment, "rollback", recipe, "--dry-run"));
                }
            }
        }
    }

    [Fact]
    public void A_folder_in_the_place_of_a_state_file_gives_way()
    {
        foreach (var file in Directory.EnumerateFiles(whole["home"], "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not ".safetensors").Order(StringComparer.Ordinal).DistinctBy(KindOf))
        {
            Restore();
            var path = Path.Combine(models.Path, Path.GetRelativePath(whole.Path, file));
            File.Delete(path);
            Directory.CreateDirectory(Path.Combine(path, "below"));

            var run = CommandLineRun.Of(environment, "run", recipe);

            Assert.True(run.ExitCode is 0, $"{path}\n{run.Error}");
            Assert.Equal(0, CommandLineRun.Of(environment, "cache", "ls").ExitCode);
        }
    }

    [Fact]
    public void A_file_in_the_place_of_a_state_folder_gives_way()
    {
        foreach (var folder in Directory.EnumerateDirectories(whole["home"], "*", SearchOption.AllDirectories))
        {
            Restore();
            var path = Path.Combine(models.Path, Path.GetRelativePath(whole.Path, folder));
            Directory.Delete(path, recursive: true);
            File.WriteAllText(path, "no folder");

            var run = CommandLineRun.Of(environment, "run", recipe);

            Assert.True(run.ExitCode is 0, $"{path}\n{run.Error}");
        }
    }

    [Fact]
    public void A_passed_evaluation_is_remembered_until_a_report_of_it_changes()
    {
        var passed = Directory.EnumerateFiles(Path.Combine(models.Path, "home", "runs"), "passed.json", SearchOption.AllDirectories).Single();
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(passed, longAgo);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(passed));

        var report = Directory.EnumerateFiles(Path.Combine(models.Path, "home", "runs"), "evaluation.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(report, File.ReadAllText(report).Replace("recipe", "other", StringComparison.Ordinal));

        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        Assert.NotEqual(longAgo, File.GetLastWriteTimeUtc(passed));
    }

    // of files whose names are digests one stands for all
    private static string KindOf(string path) => Digest().Replace(path, "*");

    [GeneratedRegex("[0-9a-f]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digest();

    private static void Require(string path, byte[] damaged, CommandLineRun run)
    {
        Assert.True(run.ExitCode is 0 or 1 or 3 or 4, $"{path}: {run.ExitCode}\n{Encoding.UTF8.GetString(damaged)}\n{run.Error}");
        Assert.DoesNotMatch("LineNumber|BytePosition|JSON tokens|JSON deserialization|JSON value could not|isFinalBlock|System\\.", run.Error);
    }

    private void Restore()
    {
        foreach (var folder in (string[])["home", "published"])
        {
            Directory.Delete(Path.Combine(models.Path, folder), recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(whole.Path, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(models.Path, Path.GetRelativePath(whole.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private static IEnumerable<byte[]> Damages(byte[] text)
    {
        yield return [];
        yield return text[..(text.Length / 2)];
        yield return [0xFF, 0xFE, 0x00, .. text];
        yield return [0xEF, 0xBB, 0xBF, .. text];
        foreach (var other in Others)
        {
            yield return Encoding.UTF8.GetBytes(other?.ToJsonString() ?? "null");
        }

        if (text is not [(byte)'{', ..])
        {
            yield break;
        }

        // each place without its value, and with one of the others, which take turns
        foreach (var (index, place) in PlacesIn(JsonNode.Parse(text)!, "").Index())
        {
            foreach (var other in (JsonNode?[])[JsonValue.Create("remove"), Others[index % Others.Length]])
            {
                var root = JsonNode.Parse(text)!;
                Change(root, place.Split('/', StringSplitOptions.RemoveEmptyEntries), other);
                yield return Encoding.UTF8.GetBytes(root.ToJsonString());
            }
        }
    }

    // of maps and lists of many the first entry stands for all
    private static IEnumerable<string> PlacesIn(JsonNode? node, string place) => node switch
    {
        JsonObject map when map.Count > 12 => map.Take(1).SelectMany(entry => PlacesIn(entry.Value, $"{place}/{Escaped(entry.Key)}").Prepend($"{place}/{Escaped(entry.Key)}")),
        JsonObject map => map.SelectMany(entry => PlacesIn(entry.Value, $"{place}/{Escaped(entry.Key)}").Prepend($"{place}/{Escaped(entry.Key)}")),
        JsonArray list => list.Take(1).SelectMany(item => PlacesIn(item, $"{place}/0").Prepend($"{place}/0")),
        _ => [],
    };

    private static void Change(JsonNode root, string[] steps, JsonNode? value)
    {
        var holder = steps[..^1].Aggregate(root, (node, step) => node is JsonArray list ? list[0]! : node[Uri.UnescapeDataString(step)]!);
        var isRemoved = value is JsonValue text && text.TryGetValue<string>(out var word) && word == "remove";
        switch (holder)
        {
            case JsonArray list when isRemoved:
                list.RemoveAt(0);
                break;
            case JsonArray list:
                list[0] = value?.DeepClone();
                break;
            case JsonObject map when isRemoved:
                map.Remove(Uri.UnescapeDataString(steps[^1]));
                break;
            default:
                holder[Uri.UnescapeDataString(steps[^1])] = value?.DeepClone();
                break;
        }
    }

    private static string Escaped(string key) => Uri.EscapeDataString(key);
}
