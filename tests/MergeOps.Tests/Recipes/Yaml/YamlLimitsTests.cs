using Xunit;

namespace MergeOps.Tests.Recipes.Yaml;

/// <summary>Texts that cost other readers their stack or their memory.</summary>
public sealed class YamlLimitsTests
{
    private const long Memory = 64 << 20;

    public static TheoryData<string, string> Bombs => new()
    {
        { "a value of 70000 characters", $"merge_method: linear\nchat_template: {new string('x', 70_000)}\n" },
        { "lists within lists", "models: " + new string('[', 200_000) },
        { "mappings within mappings", "models: " + string.Concat(Enumerable.Repeat("{a: ", 100_000)) },
        { "list marks in one line", string.Concat(Enumerable.Repeat("- ", 400_000)) },
        { "key marks in one line", string.Concat(Enumerable.Repeat("? ", 400_000)) },
        { "indented mappings", string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n")) },
        { "a list of half a million", $"a: [{string.Concat(Enumerable.Repeat("1,", 400_000))}]" },
        { "documents", string.Concat(Enumerable.Repeat("---\n", 200_000)) },
        { "a plain text of many lines", "a: x\n" + string.Concat(Enumerable.Repeat("  y\n", 200_000)) },
        { "a block of many lines", "a: |\n" + string.Concat(Enumerable.Repeat("  x\n", 200_000)) },
        { "a name of an alias", "a: *" + new string('y', 900_000) },
        { "an indentation", new string(' ', 900_000) + "a: b" },
        { "two thousand models", "merge_method: linear\nmodels:\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"  - model: acme/m{i}\n")) },
        { "unknown keys", string.Concat(Enumerable.Range(0, 9_000).Select(i => $"key{i}: 1\n")) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_at_little_cost(string what, string text)
    {
        _ = RecipeText.Read("merge_method: linear\n");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(RecipeText.Read(text).Recipe);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Memory, what);
    }

    [Fact]
    public void The_257th_model_is_one_too_many()
    {
        var text = "merge_method: linear\nmodels:\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"  - model: acme/m{i}\n"));
        Assert.Equal(["Error MOPS105 259,12"], RecipeText.Places(RecipeText.Read(text).Found));
    }

    [Theory]
    [InlineData("merge_method: \"ties\nmodels:\n  - model: acme/math-7b\n", 1, 15)]
    [InlineData("merge_method: 'ties\nmodels: []\n", 1, 15)]
    [InlineData("models:\n  - model: a/b\n    parameters:\n      weight: [0, 0.5\nmerge_method: linear\n", 4, 15)]
    [InlineData("models:\n  - model: a/b\n    parameters: {weight: 1\nmerge_method: linear\n", 3, 17)]
    [InlineData("models:\n  - model: a/b\n    :\n  x: 1\n", 4, 3)]
    [InlineData("models: !x:y:{ [a]\n", 1, 9)]
    public void A_quote_or_bracket_that_is_never_closed_is_found_where_it_opens(string text, int line, int column) =>
        Assert.Equal([$"Error MOPS103 {line},{column}"], RecipeText.Places(RecipeText.Read(text).Found));
}
