using System.Security.Cryptography;
using System.Text.Json;
using MergeOps.Models;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>The committed models of the first run keep what their README promises.</summary>
public sealed class QuickstartFamilyTests
{
    private const string DigestList = "SHA256SUMS";
    private const long LargestFamily = 5_000_000;

    private static readonly string Folder = Path.Combine(Repository.Root, "recipes", "quickstart");

    public static TheoryData<string> Tasks => ["opposites", "sounds", "colours"];

    [Fact]
    public void Every_file_has_the_digest_that_is_on_the_list()
    {
        var files = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Where(file => file is not (DigestList or "README.md"))
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
    public void An_expert_knows_its_test_items_and_the_base_does_not(string task)
    {
        Assert.InRange(Accuracy(task, task), 0.9, 1);
        Assert.InRange(Accuracy("base", task), 0, 0.2);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Validation_and_test_items_ask_different_people(string task)
    {
        var validation = Items(task, "validation");
        var test = Items(task, "test");

        Assert.InRange(validation.Length, 60, 1000);
        Assert.InRange(test.Length, 100, 1000);
        Assert.Empty(validation.Select(Person).Intersect(test.Select(Person)));

        static string Person((string Prompt, string Answer) item) => item.Prompt.Split(',')[0];
    }

    private static double Accuracy(string model, string task)
    {
        using var opened = LanguageModels.TryOpen(Path.Combine(Folder, model), out var whyNot) ?? throw new InvalidOperationException(whyNot);
        return opened.Score(Items(task, "test"), TestContext.Current.CancellationToken).Average(score => score.IsGreedy ? 1.0 : 0.0);
    }

    private static (string Prompt, string Answer)[] Items(string task, string split) =>
    [
        .. from line in File.ReadLines(Path.Combine(Folder, "tasks", $"{task}.{split}.jsonl"))
           let item = JsonElement.Parse(line)
           select (item.GetProperty("prompt").GetString()!, item.GetProperty("answer").GetString()!),
    ];
}
