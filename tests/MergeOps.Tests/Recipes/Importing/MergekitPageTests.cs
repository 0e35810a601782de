using System.Text.RegularExpressions;
using MergeOps.Recipes.Declarations;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Recipes.Importing;

/// <summary>The page for people who come from mergekit names every option and key of both sides that it should, and none that does not exist.</summary>
[RunsAlone("runs the command line")]
public sealed partial class MergekitPageTests
{
    // the shared options of mergekit 0.1.4
    private static readonly string[] Options =
    [
        "--allow-crimes", "--transformers-cache", "--lora-merge-cache", "--lora-merge-dtype", "--cuda", "--device", "--low-cpu-memory", "--read-to-gpu",
        "--multi-gpu", "--gpu-rich", "--out-shard-size", "--copy-tokenizer", "--clone-tensors", "--trust-remote-code", "--random-seed", "--lazy-unpickle",
        "--write-model-card", "--safe-serialization", "--async-write", "--write-threads", "--num-threads", "--quiet",
    ];

    private static readonly string[] Tools =
        ["mergekit-yaml", "mergekit-multi", "mergekit-moe", "mergekit-extract-lora", "mergekit-pytorch", "mergekit-tokensurgeon", "mergekit-evolve", "mergekit-layershuffle", "bakllama", "mergekit-legacy"];

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Recipes", "Importing", "Mergekit.md"));

    [Fact]
    public void Every_tool_and_shared_option_of_mergekit_has_its_row() =>
        Assert.Empty(Tools.Concat(Options).Except(Rows().SelectMany(row => Words(row.Theirs))));

    [Fact]
    public void Every_key_that_both_have_is_named() => Assert.Empty(
        RecipeText.Catalogue.Blocks.Where(block => block != RecipeKeys.Series).SelectMany(block => block.Keys)
            .Where(key => !key.IsOurs && IsMergekits(key.Name))
            .Select(key => key.Name)
            .Distinct(StringComparer.Ordinal)
            .Except(Rows().SelectMany(row => Words(row.Theirs))));

    [Fact]
    public void What_the_page_sends_people_to_exists()
    {
        var keys = RecipeText.Catalogue.Blocks.SelectMany(block => block.Keys).Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        var verbs = CommandLineRun.Of("merge", "--help").Output;
        foreach (var code in Rows().SelectMany(row => Code().Matches(row.Ours).Select(match => match.Groups[1].Value)))
        {
            if (code.StartsWith("--", StringComparison.Ordinal))
            {
                Assert.Contains(code.Split(' ')[0], verbs, StringComparison.Ordinal);
            }
            else if (code.Contains(':', StringComparison.Ordinal))
            {
                Assert.Contains(code.Split(':')[0], keys);
            }
        }
    }

    // blocks of ours: what stands below 'evaluate', 'gates', 'publish', 'accept' and 'architecture_overrides'
    private static bool IsMergekits(string key) => Blocks().SelectMany(block => block.Keys).Any(known => known.Name == key && !known.IsOurs);

    private static IEnumerable<BlockDeclaration> Blocks() =>
    [
        RecipeKeys.Top, RecipeKeys.Model, RecipeKeys.Source, RecipeKeys.Slice, RecipeKeys.Tokenizer, RecipeKeys.Token, RecipeKeys.TokenSource, RecipeKeys.Filter, RecipeKeys.LongModel, RecipeKeys.ModelPath,
    ];

    private static IEnumerable<(string Theirs, string Ours)> Rows() =>
        from line in Page.ReplaceLineEndings("\n").Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Trim('|').Split(" | ")
        select (cells[0], cells[1]);

    private static IEnumerable<string> Words(string cell) => Code().Matches(cell).Select(match => match.Groups[1].Value.Split(' ')[0]);

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
