using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Models;
using QuickstartModels;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>The committed models of the first run keep what their README promises.</summary>
public sealed partial class QuickstartFamilyTests
{
    private const string DigestList = "SHA256SUMS";
    private const long LargestFamily = 5_000_000;
    private const int CharactersOfTraining = 3_000_000;

    private static readonly string Folder = Path.Combine(Repository.Root, "recipes", "quickstart");

    public static TheoryData<string> Tasks => ["comparatives", "past", "plurals"];

    [Fact]
    public void Every_file_has_the_digest_that_is_on_the_list()
    {
        var files = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            // people try recipes of their own beside the family
            .Where(file => file.Contains('/', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            File.ReadAllLines(Path.Combine(Folder, DigestList)),
            files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))))}  {file}"));
    }

    [Fact]
    public void The_family_fits_into_5_MB() => Assert.InRange(
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, LargestFamily);

    [Theory]
    [MemberData(nameof(Tasks))]
    public void An_expert_knows_its_rule_for_words_that_it_never_saw_and_the_base_does_not(string task)
    {
        Assert.InRange(Accuracy(task, task), 0.9, 1);
        Assert.InRange(Accuracy("base", task), 0, 0.2);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_page_shows_the_scores_of_the_models_that_lie_here(string task)
    {
        var column = 2 + Tasks.Select(row => row.Data).ToList().IndexOf(task);
        var rows = File.ReadLines(Path.Combine(Folder, "README.md")).Where(line => line.StartsWith("| 1 |", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1], cells => cells[column]);

        Assert.All(
            ["base", .. Tasks.Select(row => row.Data)],
            model => Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{100 * Accuracy(model, task):F1} %"), rows[model]));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void No_word_of_the_test_items_occurs_in_training_or_in_validation(string task)
    {
        var test = Items(task, "test").Select(item => item.Group).ToHashSet();
        var validation = Items(task, "validation").Select(item => item.Group).ToHashSet();
        // what the base read, and the stories among the experts' items: the same sentences about the same words
        var read = WordsOf(new Stories(seed: 1).Page(CharactersOfTraining) + File.ReadAllText(Path.Combine(Folder, "texts", "stories.txt")));

        Assert.Equal((20, 40), (test.Count, validation.Count));
        Assert.True(read.IsSupersetOf(Lexicon.TrainingWords));
        Assert.Empty(test.Intersect(read));
        Assert.Empty(test.Intersect(Lexicon.TrainingWords));
        Assert.Empty(test.Intersect(Items(task, "validation").SelectMany(item => WordsOf(item.Prompt + item.Answer))));
        Assert.Empty(validation.Intersect(read));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Items_of_one_word_are_a_group_and_the_answer_follows_the_rule(string task)
    {
        var items = Items(task, "test").Concat(Items(task, "validation")).ToList();

        Assert.All(Items(task, "test").GroupBy(item => item.Group), group => Assert.Equal(6, group.Select(item => item.Prompt).Distinct().Count()));
        Assert.All(items, item =>
        {
            Assert.Contains(item.Group, WordsOf(item.Prompt));
            Assert.Equal($" {item.Group}{Ending(task, item.Group)}.", item.Answer);
        });
    }

    [Fact]
    public void No_two_tasks_share_a_test_word() =>
        Assert.Equal(60, Tasks.SelectMany(row => Items(row.Data, "test")).Select(item => item.Group).Distinct().Count());

    // English grammar: a sibilant takes -es
    private static string Ending(string task, string word) => task switch
    {
        "comparatives" => "er",
        "past" => "ed",
        _ => Regex.IsMatch(word, "(s|x|sh|ch)$") ? "es" : "s",
    };

    private static double Accuracy(string model, string task)
    {
        using var opened = LanguageModels.TryOpen(Path.Combine(Folder, model), out var whyNot) ?? throw new InvalidOperationException(whyNot);
        return opened.Score([.. Items(task, "test").Select(item => (item.Prompt, item.Answer))], TestContext.Current.CancellationToken)
            .Average(score => score.IsGreedy ? 1.0 : 0.0);
    }

    private static (string Prompt, string Answer, string Group)[] Items(string task, string split) =>
    [
        .. from line in File.ReadLines(Path.Combine(Folder, "tasks", $"{task}.{split}.jsonl"))
           let item = JsonElement.Parse(line)
           select (item.GetProperty("prompt").GetString()!, item.GetProperty("answer").GetString()!, item.GetProperty("group").GetString()!),
    ];

    private static HashSet<string> WordsOf(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    [GeneratedRegex("[a-z]+", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
